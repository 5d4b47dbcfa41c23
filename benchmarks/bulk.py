"""The command beside what it is a command for: its own cost, its memory, and what kills leave behind.

    python -m benchmarks.bulk                    # all figures, 5,000 documents
    python -m benchmarks.bulk --only refused --documents 500
    python -m benchmarks.bulk --only beside --folder FOLDER
    python -m benchmarks.bulk --only many --folder FOLDER

`refused`: documents that the embedded engine's first look refuses, by the command and by a loop around the use case;
CPU of all processes, their start included. `cached`: documents that a service has kept, by the command and by a client
that only asks. `memory` is sampled over both. `killed`: a run that is killed with all its processes at random moments,
until it comes to its end. `beside` is the text of 200 mixed documents of one page (or of what lies in a folder) by
Tesseract's command, and by this one alone and with all features, two at a time; `many` is all features of a folder's
pictures, for the memory.
"""

import argparse
import http.client
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from PIL import Image
from pypdfium2 import PdfDocument

from benchmarks import documents
from benchmarks.processes import IMAGES, ROOT, Cloud, cloud, cpu_seconds, resident_mb, service

CLIENTS = 16
KILLS, KILLED_DOCUMENTS = 10, 300
MIXED = 200
PICTURES = (".png", ".jpg")
ALONE = ("--workers", 2, "-f", "text", "--features", "")
ALL = ("--workers", 2, "-f", "json", "--features", "TABLES,FORMS,SIGNATURES,LAYOUT")
ASK_ALL = """
import sys
from pathlib import Path
from benchmarks.bulk import ask_all

ask_all(sys.argv[2], sorted(Path(sys.argv[1]).iterdir()))
"""
BARE = """
import sys, uuid
from pathlib import Path
from document_analysis.asking.options import read_options
from document_analysis.asking.requests import analysis_request
from document_analysis.assembly import make_services
from document_analysis.documents.document import Upload
from document_analysis.engines.contract import NoObserver
from document_analysis.errors import ServiceError
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.request import Attempt
from document_analysis.pipeline.run import process_text_analysis
from document_analysis.server.lifetime import Lifetime
from document_analysis.settings import Settings

services = make_services(Settings.read({"CACHE": "off", "JOBS": "off"}), NoObserver(), Lifetime(1))
options, refused = read_options({}), 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        asked = analysis_request(Upload(path.read_bytes()), options, partial=True)
        with process_text_analysis(asked, Attempt(uuid.uuid4().hex, Deadline.after(60)), services):
            pass
    except ServiceError:
        refused += 1
assert refused == int(sys.argv[2]), refused
"""


class Ran(NamedTuple):
    """Seconds by the clock and of the CPUs, and memory (10^6 bytes) at its most in the first and in the last third of
    the time, and in all of it.
    """

    wall_s: float
    cpu_s: float
    early_mb: float
    late_mb: float
    most_mb: float


def ran(command: list[str], ends: int, **environment: str) -> Ran:
    """A process and all below it, until it has ended, as it should, with `ends`."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    samples: list[tuple[float, float]] = []
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            samples.append((time.monotonic() - begun, resident_mb(process.pid)))
            time.sleep(0.5)
    assert process.returncode == ends, f"it ended with {process.returncode}"
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    early = max(mb for moment, mb in samples if moment <= max(wall / 3, samples[0][0]))
    late = max(mb for moment, mb in samples if moment >= min(wall / 3 * 2, samples[-1][0]))
    return Ran(wall, cpu, early, late, max(mb for _, mb in samples))


def bulk(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "document_analysis.cli", "analyze", *map(str, arguments), "--quiet"]


def write(folder: Path, count: int, beginning: bytes) -> Path:
    """So many documents of this beginning, each with another end."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:05}.png").write_bytes(beginning + number.to_bytes(8, "big"))
    return folder


def row(what: str, command: Ran, alone: str, ratio: float | None) -> str:
    told = f"{command.wall_s:.1f} s, CPU {command.cpu_s:.1f} s" + ("" if ratio is None else f", {ratio:.2f} times")
    memory = f"{command.early_mb:.0f} MB, at last {command.late_mb:.0f} MB, at most {command.most_mb:.0f} MB"
    return f"| {what} | {told} | {alone} | {memory} |"


def refused(work: Path, count: int) -> Iterator[str]:
    folder = write(work / "refused", count, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(12))
    alone = ran([sys.executable, "-c", BARE, str(folder), str(count)], 0)
    for workers in (1, 2):
        out = work / f"out-{workers}"
        found = ran(bulk(folder, "--out", out, "--workers", workers), 1)
        assert (out / "failures.csv").read_text().count("unreadable_document") == count
        told = f"{alone.wall_s:.1f} s, CPU {alone.cpu_s:.1f} s"
        yield row(f"{count} refused documents, {workers} workers", found, told, found.cpu_s / alone.cpu_s)


def cached(work: Path, count: int, above: Cloud) -> Iterator[str]:
    """The service's CPU counts on either side, and so does the start of the processes."""
    folder = write(work / "kept", count, (work / "documents" / "small.png").read_bytes())
    asks = [sys.executable, "-c", ASK_ALL, str(folder)]
    with service(above, CACHE_MEMORY_BYTES="512MiB") as (url, process):

        def both(command: list[str]) -> Ran:
            before = cpu_seconds(process.pid)
            found = ran(command, 0)
            return found._replace(cpu_s=found.cpu_s + cpu_seconds(process.pid) - before)

        ran(bulk(folder, "--out", work / "out-first", "--url", url, "--workers", CLIENTS), 0)
        asked = above.analyses()
        before = both([*asks, url])
        found = both(bulk(folder, "--out", work / "out-again", "--url", url, "--workers", CLIENTS))
        after = both([*asks, url])  # the machine may have been busier
        assert above.analyses() == asked >= count, "all were kept"
    cpu_s = (before.cpu_s + after.cpu_s) / 2
    told = f"{(before.wall_s + after.wall_s) / 2:.1f} s, CPU {cpu_s:.1f} s"
    yield row(f"{count} kept documents by a service", found, told, found.cpu_s / cpu_s)


def ask_all(url: str, paths: list[Path]) -> None:
    """Ask for all, by as many threads as the command has."""

    def ask_some(some: list[Path]) -> None:
        with closing(http.client.HTTPConnection(urlsplit(url).netloc)) as connection:
            for path in some:
                connection.request("POST", "/analyze", path.read_bytes(), {"Content-Type": "image/png"})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(ask_some, [paths[first::CLIENTS] for first in range(CLIENTS)]))


def killed(work: Path, count: int, above: Cloud) -> Iterator[str]:
    folder, out, workers = write(work / "many", count, (work / "documents" / "small.png").read_bytes()), work / "out", 4
    command = bulk(folder, "--out", out, "--engine", "textract", "--workers", workers, "-f", "json,text,searchable-pdf")
    environment = {**os.environ, **above.environment, "TEXTRACT_TPS": "10000"}
    rng, kills = random.Random(1), 0
    while True:
        before, until = above.analyses(), rng.randint(5, count // KILLS)
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while process.poll() is None and (kills == KILLS or above.analyses() < before + until):
            time.sleep(0.02)
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
    assert process.returncode == 0
    lines = [json.loads(line) for line in (out / "manifest.ndjson").read_text().splitlines()]
    sizes = {name: size for line in lines for name, size in line["outputs"].items()}
    whole = sum((out / name).stat().st_size == size for name, size in sizes.items())
    most = max(Counter(line["input"] for line in lines).values())
    left = sum(path.is_file() for path in out.rglob("*")) - len(sizes) - 1
    yield (
        f"| {count} documents, killed {kills} times | {whole} of {3 * count} outputs whole, {left} others, a document "
        f"written down {most} times at the most | {above.analyses()} pages asked for, "
        f"{kills * workers} may have been under way | |"
    )


def mixed(folder: Path, count: int) -> list[Path]:
    """So many documents of one page, of the samples: PNG, JPEG, TIFF, PDFs of a picture and PDFs with their text."""
    folder.mkdir()
    pictures = [*sorted(IMAGES.glob("*.png")), IMAGES / "receipt.jpg"]
    pages = [(path, number) for path in sorted(IMAGES.glob("*.pdf")) for number in range(len(PdfDocument(path)))]
    made: list[Path] = []
    for number in range(count):
        turn, kind = divmod(number, 5)
        path = folder / f"{number:03}.{('png', 'jpg', 'tiff', 'pdf', 'pdf')[kind]}"
        if kind == 4:
            source, page = pages[turn % len(pages)]
            alone = PdfDocument.new()
            alone.import_pages(PdfDocument(source), [page])
            alone.save(path)
        else:
            with Image.open(pictures[(turn + kind) % len(pictures)]) as picture:
                picture.convert("RGB").save(path)
        made.append(path)
    return made


def beside(work: Path, folder: Path | None, count: int) -> Iterator[str]:
    """Tesseract's command reads no PDF: its pages are drawn for it at 200 dpi, as its manual advises."""
    if folder:
        chosen = sorted(
            path for path in folder.iterdir() if path.suffix.lower() in (*PICTURES, ".tif", ".tiff", ".pdf")
        )
    else:
        chosen = mixed(work / "mixed", min(MIXED, count))
    if missing := [tool for tool in ("tesseract", "pdftoppm") if not shutil.which(tool)]:
        yield f"| {len(chosen)} documents | {' and '.join(missing)} not installed | | |"
        return
    out = work / "out-tesseract"
    out.mkdir()
    (work / "names").write_bytes(b"\0".join(str(path).encode() for path in chosen))
    one = (
        f'to="{out}/$(basename "$0")"; case "$0" in *.pdf) pdftoppm -r 200 "$0" "$to" && for page in "$to"-*.ppm; do '
        'tesseract "$page" "$page"; rm "$page"; done;; *) tesseract "$0" "$to";; esac 2>/dev/null; true'
    )
    command = ["xargs", "-0", "-P", "2", "-n", "1", "-a", str(work / "names"), "sh", "-c", one]
    theirs = ran(command, 0, OMP_THREAD_LIMIT="1")
    told = f"Tesseract {theirs.wall_s:.0f} s, CPU {theirs.cpu_s:.0f} s, at most {theirs.most_mb:.0f} MB"
    found = ran(bulk(*chosen, "--out", work / "out-text", *ALONE), 0)
    yield row(f"the text of {len(chosen)} documents", found, told, found.cpu_s / theirs.cpu_s)
    found = ran(bulk(*chosen, "--out", work / "out-all", *ALL), 0)
    yield row(f"all features of {len(chosen)} documents", found, told, found.cpu_s / theirs.cpu_s)


def many(work: Path, folder: Path) -> Iterator[str]:
    pictures = [path for path in folder.iterdir() if path.suffix in PICTURES]
    yield row(
        f"all features of {len(pictures)} pictures", ran(bulk(*pictures, "--out", work / "out", *ALL), 0), "", None
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="figures whose name begins so")
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--folder", type=Path, help="documents, for `beside` and `many`")
    chosen = parser.parse_args()
    print("| what | the command | beside it | memory |\n|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "documents").mkdir()
        documents.make(work / "documents")
        if "beside".startswith(chosen.only):
            for line in beside(work, chosen.folder, chosen.documents):
                print(line, flush=True)
        if chosen.folder and "many".startswith(chosen.only):
            for line in many(work, chosen.folder):
                print(line, flush=True)
        with cloud(work / "documents") as above:
            if "refused".startswith(chosen.only):
                for line in refused(work, chosen.documents):
                    print(line, flush=True)
            if "cached".startswith(chosen.only):
                above.set()
                for line in cached(work, chosen.documents, above):
                    print(line, flush=True)
            if "killed".startswith(chosen.only):
                above.set(latency_ms=50)
                for line in killed(work, min(KILLED_DOCUMENTS, chosen.documents), above):
                    print(line, flush=True)


if __name__ == "__main__":
    main()
