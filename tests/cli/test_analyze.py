"""`document-analysis analyze` through its entry point, with Amazon Textract's fake and with the embedded engine."""

import csv
import json
import os
import re
import signal
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.cli.command import IMAGES, analysis, command, manifest, pictures, png, started
from tests.fakes.s3 import FakeS3
from tests.fakes.textract_server import Call, FakeTextract, response
from tests.pdf_samples import pages
from tests.server.process import PYTHON, Server, running
from tests.waiting import wait_until

TEXTRACT = ("--engine", "textract")


def test_the_embedded_engine_goes_through_a_folder(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    (scans / "2026").mkdir(parents=True)
    (scans / "2026" / "form.png").write_bytes((IMAGES / "application-form.png").read_bytes())
    (scans / "broken.png").write_bytes(png()[:60])
    (scans / "notes.txt").write_text("no document")
    (scans / "old.txt").symlink_to("nowhere")
    (scans / "link.png").symlink_to("nowhere")
    done = command(tmp_path, "analyze", "scans", "--out", "out", "-f", "json,text,png,xlsx,parquet")

    assert done.returncode == 1 and "2 files are no documents" in done.stderr
    out = tmp_path / "out"
    assert "Oldenburg" in (out / "2026" / "form.png.txt").read_text()
    members = analysis(out / "2026" / "form.png.json")
    assert members["engine"]["name"] == "local" and members["status"] == "succeeded"
    assert (out / "2026" / "form.png-page-1.png").read_bytes().startswith(b"\x89PNG")
    forms = openpyxl.load_workbook(out / "2026" / "form.png.xlsx")["Forms"]
    assert [row[2] for row in forms.iter_rows(min_row=2, values_only=True)] == [
        form["value"] or None for form in members["forms"]
    ]
    words = pq.read_table(out / "parquet" / "words" / "2026" / "form.png.parquet").to_pylist()
    assert len(words) == members["block_counts"]["WORD"]
    assert {word["document"] for word in words} == {str(scans / "2026" / "form.png")}
    with (out / "failures.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["input", "code", "detail"]
    broken, link = sorted(rows[1:])
    assert broken[:2] == [str(scans / "broken.png"), "unreadable_document"] and broken[2] in done.stderr
    assert link[:2] == [str(scans / "link.png"), "document_not_found"]


def test_a_manifest_that_cannot_grow_stops_the_run_which_says_so_and_goes_on_later(tmp_path: Path) -> None:
    pictures(tmp_path / "scans", 3)
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.ndjson").write_text("x" * 32_700 + "\n")
    # blocks of 512 bytes a file: as a full disk, with another word
    narrow = ["sh", "-c", 'ulimit -f 64; exec "$@"', "sh"]
    with started(
        tmp_path, "analyze", "scans", "--out", "out", "-f", "text", "--workers", "1", before=narrow
    ) as process:
        told = process.communicate(timeout=300)[1]

    assert process.returncode == 4 and f"{out / 'manifest.ndjson'} cannot be written: File too large" in told
    assert "Traceback" not in told and "run again to go on" in told

    done = command(tmp_path, "analyze", "scans", "--out", "out", "-f", "text", "--workers", "1")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (out / "manifest.ndjson").read_text().splitlines() if line.endswith("}")]
    assert len({line["input"] for line in lines if line["status"] == "succeeded"}) == 3


def test_a_worker_that_dies_costs_its_document_alone(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes((IMAGES / "letter.png").read_bytes())
    process = started(tmp_path, "analyze", "a.png", "--out", "out", "--workers", "1")
    found: list[int] = []
    wait_until(lambda: found.extend(_workers(process.pid)) or found or process.poll() is not None)
    os.kill(found[0], signal.SIGKILL)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1 and "internal_error: The worker died" in err
    again = command(tmp_path, "analyze", "a.png", "--out", "out")
    assert again.returncode == 0, again.stderr
    assert not (tmp_path / "out" / "failures.csv").exists()


def test_a_worker_that_dies_costs_none_of_the_quick_ones_around_it(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in range(120):
        (scans / f"{number:03}.png").write_bytes(b"\x89PNG\r\n\x1a\nnone %d" % number)
    (scans / "100.png").write_bytes((IMAGES / "letter.png").read_bytes())
    process = started(tmp_path, "analyze", "scans", "--out", "out", "--workers", "1")
    written = tmp_path / "out" / "manifest.ndjson"
    wait_until(lambda: process.poll() is not None or (written.exists() and len(manifest(tmp_path / "out")) == 100))
    for worker in _workers(process.pid):
        os.kill(worker, signal.SIGKILL)
    process.communicate(timeout=120)
    codes = {line["input"]: line["code"] for line in manifest(tmp_path / "out")}
    assert len(codes) == len(manifest(tmp_path / "out")) == 120
    assert [name for name, code in codes.items() if code == "internal_error"] == [str(scans / "100.png")]
    assert list(codes.values()).count("unreadable_document") == 119


def _workers(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state = (folder / "stat").read_text()
            except OSError:
                continue
            if int(state.rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found


def test_what_is_done_is_passed_over_and_what_changed_is_done_anew(tmp_path: Path, fake_textract: FakeTextract) -> None:
    pictures(tmp_path / "scans", 3)
    first = command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT)
    assert (first.returncode, fake_textract.count) == (0, 3), first.stderr
    (tmp_path / "scans" / "001.png").write_bytes(png(77))
    (tmp_path / "out" / "002.png.json").unlink()
    again = command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT)
    assert again.returncode == 0 and "1 were done before" in again.stderr
    assert fake_textract.count == 5
    assert (tmp_path / "out" / "002.png.json").exists()
    (tmp_path / "out" / "002.png.json").write_bytes(b"")  # as a power cut leaves it
    command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT)
    assert fake_textract.count == 6 and analysis(tmp_path / "out" / "002.png.json")["status"] == "succeeded"
    command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT, "--features", "TABLES")
    assert fake_textract.count == 9, "other options are another order"
    command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT, "--features", "TABLES", "--restart")
    assert fake_textract.count == 12


def test_killed_at_any_moment_every_output_is_whole_and_nothing_is_done_twice(
    tmp_path: Path, fake_textract: FakeTextract
) -> None:
    count, kills, workers = 60, 4, 2
    scans, out = pictures(tmp_path / "scans", count), tmp_path / "out"
    arguments = ("analyze", str(scans), "--out", str(out), *TEXTRACT, "--workers", str(workers), "-f", "json,text,pdf")
    fake_textract.latency_s = 0.05
    for kill in range(kills):
        process = started(tmp_path, *arguments)
        until = 10 * (kill + 1)
        wait_until(lambda: fake_textract.count >= until or process.poll() is not None)  # noqa: B023
        process.kill()
        process.communicate()
        for path in out.glob("*.json"):
            assert analysis(path)["status"] == "succeeded"
        for path in out.glob("*.pdf"):
            assert path.read_bytes().rstrip().endswith(b"%%EOF")
    done = command(tmp_path, *arguments)
    assert done.returncode == 0, done.stderr
    for ending in ("json", "txt"):
        assert len(list(out.glob(f"*.png.{ending}"))) == count
    assert len(list(out.glob("*-annotated.pdf"))) == count
    assert not (out / ".unfinished").exists() or not list((out / ".unfinished").iterdir())
    assert sorted(line["input"] for line in manifest(out)) == sorted(str(path) for path in scans.iterdir())
    assert fake_textract.count <= count + kills * workers


def test_a_manifest_whose_last_line_was_cut_off_is_gone_on_with(tmp_path: Path, fake_textract: FakeTextract) -> None:
    pictures(tmp_path / "scans", 2)
    command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT)
    path = tmp_path / "out" / "manifest.ndjson"
    path.write_bytes(path.read_bytes()[:-20])
    assert command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT).returncode == 0
    assert fake_textract.count == 3
    assert command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT).returncode == 0
    assert fake_textract.count == 3


def test_ctrl_c_finishes_what_is_under_way(tmp_path: Path, fake_textract: FakeTextract) -> None:
    pictures(tmp_path / "scans", 30)
    fake_textract.latency_s = 0.2
    process = started(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT, "--workers", "2")
    wait_until(lambda: fake_textract.count >= 4)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130 and "Run again to go on" in err
    assert len(manifest(tmp_path / "out")) == fake_textract.answered


def test_two_runs_never_share_a_folder(tmp_path: Path, fake_textract: FakeTextract) -> None:
    pictures(tmp_path / "scans", 2)
    fake_textract.always("hang")
    process = started(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT, "--workers", "1")
    wait_until(lambda: fake_textract.count)
    other = command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT)
    assert other.returncode == 2 and "another run is at work" in other.stderr
    process.kill()
    process.communicate()


def test_documents_of_one_name_do_not_overwrite_each_other(tmp_path: Path, fake_textract: FakeTextract) -> None:
    fake_textract.answers = lambda call: response(str(len(call.request["Document"]["Bytes"])))
    for number, name in enumerate(("a", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "form.png").write_bytes(png(number) + b"x" * number)
    done = command(tmp_path, "analyze", "a", "b/*.png", "--out", "out", *TEXTRACT, "-f", "text")
    assert done.returncode == 0
    assert {path.name for path in (tmp_path / "out").glob("*.txt")} == {"form.png.txt", "form.png-2.txt"}
    assert len({path.read_text() for path in (tmp_path / "out").glob("*.txt")}) == 2


def test_a_list_on_standard_input(tmp_path: Path, fake_textract: FakeTextract) -> None:
    pictures(tmp_path / "scans", 3)
    done = command(
        tmp_path, "analyze", "-", "--out", "out", *TEXTRACT, "--json-log", told="scans/000.png\nscans/002.png\n"
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {Path(line["input"]).name for line in lines} == {"000.png", "002.png"}
    assert {(line["status"], line["pages"]) for line in lines} == {("succeeded", 1)} and done.stderr == ""


def test_a_prefix_in_s3(tmp_path: Path, fake_s3: FakeS3, fake_textract: FakeTextract) -> None:
    bucket = fake_s3.bucket()
    for number, key in enumerate(("in/a.png", "in/deep/b.png", "in/notes.txt", "in-old/c.png")):
        fake_s3.put(bucket, key, png(number))
    done = command(tmp_path, "analyze", f"s3://{bucket}/in", "--out", "out", *TEXTRACT)
    assert done.returncode == 0, done.stderr
    assert analysis(tmp_path / "out" / "a.png.json")["document"]["source"] == f"s3://{bucket}/in/a.png"
    assert {line["input"] for line in manifest(tmp_path / "out")} == {
        f"s3://{bucket}/in/a.png",
        f"s3://{bucket}/in/deep/b.png",
    }
    again = command(tmp_path, "analyze", f"s3://{bucket}/in", "--out", "out", *TEXTRACT)
    assert "2 were done before" in again.stderr and fake_textract.count == 2
    missing = command(tmp_path, "analyze", f"s3://{bucket}/nothing", "--out", "out", *TEXTRACT)
    assert missing.returncode == 2 and "there is no such object" in missing.stderr


def test_a_dry_run_says_pages_and_price_and_calls_nobody(tmp_path: Path, fake_textract: FakeTextract) -> None:
    (tmp_path / "a.pdf").write_bytes(pages(3))
    (tmp_path / "b.png").write_bytes(png())
    done = command(tmp_path, "analyze", "a.pdf", "b.png", "--out", "out", *TEXTRACT, "--dry-run")
    assert "2 documents, 4 pages, $0.26" in done.stderr
    assert fake_textract.count == 0 and not (tmp_path / "out").exists()


def test_it_stops_before_more_is_spent_than_allowed(tmp_path: Path, fake_textract: FakeTextract) -> None:
    pictures(tmp_path / "scans", 5)
    done = command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT, "--max-usd", "0.2", "--workers", "1")
    assert (done.returncode, fake_textract.count) == (3, 3), done.stderr
    more = command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT, "--max-usd", "0.2")
    assert (more.returncode, fake_textract.count) == (0, 5)


def test_what_all_would_fail_of_stops_the_run(tmp_path: Path, fake_textract: FakeTextract) -> None:
    pictures(tmp_path / "scans", 20)
    fake_textract.always("denied")
    done = command(tmp_path, "analyze", "scans", "--out", "out", *TEXTRACT, "--workers", "1")
    assert done.returncode == 4 and "engine_denied" in done.stderr
    assert len(manifest(tmp_path / "out")) < 20


def test_a_failed_page_is_told_and_tried_again(tmp_path: Path, fake_textract: FakeTextract) -> None:
    (tmp_path / "a.pdf").write_bytes(pages(2))
    fake_textract.script("bad document")
    done = command(tmp_path, "analyze", "a.pdf", "--out", "out", *TEXTRACT)
    assert done.returncode == 1 and "1 of them with failed pages" in done.stderr
    assert analysis(tmp_path / "out" / "a.pdf.json")["status"] == "partial"
    again = command(tmp_path, "analyze", "a.pdf", "--out", "out", *TEXTRACT)
    assert again.returncode == 0
    assert analysis(tmp_path / "out" / "a.pdf.json")["status"] == "succeeded"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--features", "TABEL"), '--features: "TABEL" is unknown; use TABLES, FORMS'),
        (("--pages", "0"), "--pages:"),
        (("--format", "docx"), "--format: docx is unknown"),
        (("--submit",), "--submit goes with --url"),
        (("--url", "localhost:5000"), "--url: localhost:5000 is no http:// or https:// address"),
        (("nowhere.png",), "there is no such file"),
        (("*.jpeg",), "nothing matches"),
    ],
)
def test_faults_are_told_before_anything_is_done(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    (tmp_path / "a.png").write_bytes(png())
    done = command(tmp_path, "analyze", "a.png", "--out", "out", *arguments)
    assert done.returncode == 2 and said in done.stderr
    assert not (tmp_path / "out" / "manifest.ndjson").exists()


@pytest.fixture
def service(tmp_path: Path, fake_textract: FakeTextract) -> Iterator[Server]:
    fake_textract.answers = _seven_bit
    keys = {
        "API_KEYS": "ana:0123456789abcdef",
        "ENGINE": "textract",
        "JOBS": str(tmp_path / "jobs"),
        "ALLOWED_BUCKETS": "none",
    }
    with running(tmp_path, PYTHON, **keys) as server:
        yield server


def _seven_bit(call: Call) -> dict[str, object]:
    return response("Invoice 7")


@pytest.mark.parametrize("more", [(), ("--submit",)])
def test_a_running_service_does_it(
    tmp_path: Path, service: Server, fake_textract: FakeTextract, more: tuple[str, ...]
) -> None:
    scans = pictures(tmp_path / "scans", 2)
    (scans / "two.pdf").write_bytes(pages(2))
    (scans / "broken.png").write_bytes(png()[:60])
    url = f"http://127.0.0.1:{service.port}"
    arguments = ("analyze", "scans", "--out", "out", "--url", url, "-f", "json,text,png,parquet", *more)
    done = command(tmp_path, *arguments, "--pages", "1", DOCUMENT_ANALYSIS_KEY="0123456789abcdef")
    assert done.returncode == 1, done.stderr
    assert re.search(r"broken\.png: unreadable_document: .+", done.stderr)
    out = tmp_path / "out"
    assert "Invoice 7" in (out / "two.pdf.txt").read_text()
    assert (out / "000.png-page-1.png").exists() and (out / "parquet" / "words" / "000.png.parquet").exists()
    assert [page["page"] for page in analysis(out / "two.pdf.json")["pages"]] == [1]
    assert fake_textract.count == 3, "further formats cost nothing"
    wrong = command(tmp_path, *arguments, "--restart", "--key", "a-wrong-key-of-some-length")
    assert wrong.returncode == 4 and "unauthorized" in wrong.stderr


def test_a_service_that_is_not_there(tmp_path: Path) -> None:
    pictures(tmp_path / "scans", 1)
    done = command(tmp_path, "analyze", "scans", "--out", "out", "--url", "http://127.0.0.1:9", "--quiet")
    assert done.returncode == 4 and "unreachable" in done.stderr


def test_a_workbook_takes_whatever_was_read() -> None:
    from document_analysis.cli.spreadsheet import workbook

    cell = {"row": 1, "column": 1, "row_span": 1, "column_span": 2, "entity_types": ["COLUMN_HEADER"]}
    table = {"page": 1, "rows": [["=1+1", ""], ["007", "a\x0bb"]], "cells": [cell]}
    book = openpyxl.load_workbook(BytesIO(workbook({"forms": [], "tables": [table]})))
    sheet = book["Table 1, page 1"]
    assert sheet["A1"].value == "=1+1" and sheet["A1"].data_type == "s"
    assert (sheet["A2"].value, sheet["B2"].value) == ("007", "ab")
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:B1"]
