"""The embedded engine on the samples in `images/`: seconds a page and memory, at one thread and at two.

    python -m benchmarks.engine

Each number of threads has a process of its own, whose peak of resident memory is that of the whole run. With two
threads two pages are under way at once, as in a container with two CPUs.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.processes import IMAGES, ROOT
from document_analysis.documents.opening import Document, Limits, open_document
from document_analysis.engines.contract import PageCall
from document_analysis.engines.local import LocalEngine
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.inquiry import Inquiry
from document_analysis.settings import Settings
from document_analysis.web.inputs import Upload

FEATURES = ("TABLES", "FORMS", "SIGNATURES", "LAYOUT")
LIMITS = Limits()


def samples() -> list[tuple[str, Document]]:
    names = sorted(p.name for p in IMAGES.iterdir() if p.suffix in {".png", ".jpg", ".pdf", ".tiff"})
    return [(name, open_document(Upload((IMAGES / name).read_bytes()), LIMITS)) for name in names]


def measure(threads: int, rounds: int) -> None:
    """Print each document's figures, then all together, as rows of a table."""
    engine = LocalEngine(Settings())
    start = time.perf_counter()
    engine.prepare()
    ready_s = time.perf_counter() - start
    pages = [
        (name, PageCall({"Bytes": document.page(number).engine_bytes()}, Inquiry(FEATURES)))
        for name, document in samples()
        for number in range(1, document.page_count + 1)
    ]

    def analyse(page: tuple[str, PageCall]) -> tuple[str, float]:
        begin = time.perf_counter()
        engine.analyse(page[1], Deadline.after(300))
        return page[0], time.perf_counter() - begin

    analyse(pages[0])
    cpu, start = time.process_time(), time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        times = list(pool.map(analyse, pages * rounds))
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    for name in dict.fromkeys(name for name, _ in pages):
        found = sorted(seconds for other, seconds in times if other == name)
        print(f"| {name} | {threads} | {found[len(found) // 2]:.2f} | | |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1.024 / 1000
    count = len(times)
    print(f"| **all, {count} pages** | {threads} | {wall / count:.2f} | {cpu / count:.2f} | {peak:.0f} |")
    print(f"| (models loaded in) | | {ready_s:.1f} | | |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2, help="how often each page is analysed")
    parser.add_argument("--threads", type=int, help="measure this number of threads in this process")
    arguments = parser.parse_args()
    if arguments.threads:
        measure(arguments.threads, arguments.rounds)
        return
    print("| document | threads | s a page | CPU s a page | peak MB |\n|---|---|---|---|---|", flush=True)
    for threads in (1, 2):
        command = ["-m", "benchmarks.engine", "--threads", str(threads), "--rounds", str(arguments.rounds)]
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    print(f"\n{os.cpu_count()} CPUs, load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
