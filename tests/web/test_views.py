"""From the request to the view and from the view to the answer: every option shows its effect at the wire."""

import base64
import csv
import hashlib
import io
import json
import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageChops

from document_analysis.limits.deadlines import Deadline
from document_analysis.views.registry import TABLE, VIEWS
from sandbox.pdf import shared_pool
from tests.conftest import IMAGES
from tests.pdf_samples import pages
from tests.problems import assert_problem
from tests.written import WrittenPage, turned

PICTURES = [view.name for view in TABLE if view.single_page]
SURE, UNSURE = 95.0, 40.0


def paper(width: int = 400, height: int = 200) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "PNG")
    return buffer.getvalue()


def written() -> WrittenPage:
    """A page with something sure and something unsure of each kind."""
    page = WrittenPage()
    page.line("certain words", 0.1, 0.1, confidence=SURE)
    page.line("doubtful words", 0.1, 0.2, confidence=UNSURE)
    for text, top, confidence in (("Name Ana", 0.3, SURE), ("Town Faro", 0.35, UNSURE)):
        words = page.children(page.line(text, 0.1, top))
        page.pair(words[:1], words[1:], confidence=confidence)
    page.table([["tea", "1.50"]], top=0.5, Confidence=SURE)
    page.table([["milk", "2.00"]], top=0.7, Confidence=UNSURE)
    page.block("SIGNATURE", (0.5, 0.85, 0.3, 0.1), Confidence=SURE)
    return page


class Ask:
    """`ask(query, …)`: an upload to a service whose Textract answers with the written page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def __call__(self, query: str, **sent: Any) -> Any:
        return self.client.post(f"/analyze?{query}", **{"data": paper(), **sent})


@pytest.fixture
def ask(client_with, fake_textract) -> Ask:
    fake_textract.answers = lambda call: written().response()
    cloud = {"ENGINE": "textract", "ALLOW_ANONYMOUS": "true", "ALLOWED_BUCKETS": "none"}
    return Ask(client_with(RATE_LIMIT="off", REQUEST_DEADLINE_S="60", **cloud))


def seen(answer) -> Image.Image:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return Image.open(io.BytesIO(answer.data)).convert("RGB")


def coloured(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """Around everything that is not grey."""
    red, green, blue = picture.split()
    spread = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return spread.point(lambda value: 255 * (value > 60)).getbbox()


class TestAnnotate:
    @pytest.mark.parametrize("name", PICTURES)
    def test_a_picture_shows_what_was_asked_for_and_nothing_else(self, ask, name):
        assert coloured(seen(ask(f"format={name}&annotate="))) is None
        found = coloured(seen(ask(f"format={name}&annotate=signatures")))
        assert found == pytest.approx((200, 170, 320, 190), abs=3)

    def test_so_does_a_picture_in_json(self, ask):
        def picture(annotate: str) -> Image.Image:
            member = ask(f"include=picture&annotate={annotate}").get_json()["pages"][0]["picture"]
            assert member["media_type"] == "image/jpeg"
            return Image.open(io.BytesIO(base64.b64decode(member["data"]))).convert("RGB")

        assert coloured(picture("")) is None
        assert coloured(picture("signatures")) == pytest.approx((200, 170, 320, 190), abs=3)

    def test_so_does_a_pdf(self, ask):
        def page(annotate: str) -> Image.Image:
            answer = ask(f"format=pdf&annotate={annotate}")
            with shared_pool().open(answer.data) as pdf:
                raster = pdf.render(1, 96, max_pixels=1_000_000, max_side=1000)
            return Image.frombytes("RGB", (raster.width, raster.height), bytes(raster.pixels))

        assert coloured(page("")) is None
        assert coloured(page("signatures")) == pytest.approx((200, 170, 320, 190), abs=4)

    def test_unasked_it_is_tables_cells_forms_marks_and_signatures(self, ask):
        usual = "tables,cells,forms,selection_elements,signatures"
        assert seen(ask("format=png")).tobytes() == seen(ask(f"format=png&annotate={usual}")).tobytes()


class TestMinConfidence:
    def test_text(self, ask):
        assert "doubtful words" in ask("format=text").get_data(as_text=True)
        text = ask("format=text&min_confidence=50").get_data(as_text=True)
        assert "certain words" in text
        assert "doubtful" not in text

    def test_markdown(self, ask):
        assert "- **Town:** Faro" in ask("format=markdown").get_data(as_text=True)
        text = ask("format=markdown&min_confidence=50").get_data(as_text=True)
        assert "- **Name:** Ana" in text
        assert "| tea | 1.50 |" in text
        assert "**Town:**" not in text
        assert "| milk |" not in text

    def test_csv(self, ask):
        def rows(query: str) -> list[list[str]]:
            header, *rows = csv.reader(io.StringIO(ask(query).get_data(as_text=True)))
            assert header == ["document", "page", "table", "column_1", "column_2"]
            assert {row.pop(0) for row in rows} == {"upload"}
            return rows

        assert rows("format=csv") == [["1", "1", "tea", "1.50"], ["1", "2", "milk", "2.00"]]
        assert rows("format=csv&min_confidence=50") == [["1", "1", "tea", "1.50"]]

    @pytest.mark.parametrize("name", ["json", "ndjson"])
    def test_json_and_its_lines(self, ask, name):
        def first(query: str) -> dict:
            return json.loads(ask(f"format={name}&{query}").get_data(as_text=True).splitlines()[0])

        every, sure = first(""), first("min_confidence=50")
        assert [len(every[part]) for part in ("forms", "tables")] == [2, 2]
        assert [len(sure[part]) for part in ("forms", "tables")] == [1, 1]
        assert sure["block_counts"] == every["block_counts"]  # the counts are of all
        assert min(block["confidence"] for block in sure["blocks"] if block["confidence"] is not None) == SURE

    def test_what_is_as_sure_as_was_asked_stays(self, ask):
        assert len(ask(f"min_confidence={UNSURE}").get_json()["tables"]) == 2


class TestInclude:
    @pytest.mark.parametrize("name", ["json", "ndjson"])
    def test_only_the_parts_asked_for_are_sent(self, ask, name):
        def parts(query: str) -> set[str]:
            line = json.loads(ask(f"format={name}&{query}").get_data(as_text=True).splitlines()[0])
            usual = {"event", "page", "request_id", "document", "status", "engine", "cost", "features", "cached"}
            return line.keys() - usual - {"pages", "blocks_detected", "block_counts", "warnings"}

        summary = {"text", "forms", "tables", "selection_elements", "signatures", "queries", "layout"}
        assert parts("include=forms,text") == {"forms", "text"}
        assert parts("include=summary") == summary
        assert parts("include=") == set()
        assert parts("") == {*summary, "blocks"}


class TestOnPageError:
    WHOLE = tuple(view.name for view in TABLE if not view.single_page)

    @pytest.mark.parametrize("name", WHOLE)
    def test_only_json_and_its_lines_bear_a_failed_page_unasked(self, ask, fake_textract, name):
        fake_textract.script("ok", "bad document", "ok")
        answer = ask(f"format={name}", data=pages(3))
        if name in {"json", "ndjson"}:
            text = answer.get_data(as_text=True)
            assert text.count('"status":"failed"') == 1
            assert json.loads(text.splitlines()[-1])["status"] == "partial"
        else:
            assert_problem(answer, 422, "unreadable_document")

    @pytest.mark.parametrize("name", WHOLE)
    def test_every_view_bears_one_where_asked(self, ask, fake_textract, name):
        fake_textract.script("ok", "bad document", "ok")
        answer = ask(f"format={name}&on_page_error=partial&include=text,picture", data=pages(3))
        assert answer.status_code == 200
        if name != "ndjson":
            assert answer.headers["Document-Status"] == "partial"
        if name == "json":
            body = answer.get_json()
            assert [page["picture"] is None for page in body["pages"]] == [bool(p["error"]) for p in body["pages"]]

    @pytest.mark.parametrize("name", VIEWS)
    def test_none_does_where_asked(self, ask, fake_textract, name):
        fake_textract.always("bad document")
        assert_problem(ask(f"format={name}&on_page_error=fail", data=pages(3)), 422, "unreadable_document")


class TestPageFacts:
    def test_how_sure_and_how_turned_a_page_is(self, ask, fake_textract):
        page = WrittenPage()
        page.line("one two", 0.3, 0.4)
        for word, confidence in zip(page.index().of_type("WORD"), (90.0, 71.0), strict=True):
            word["Confidence"] = confidence
        fake_textract.answers = lambda call: turned(page.response(), 25, 400, 200)
        [facts] = ask("include=text").get_json()["pages"]
        assert facts == {
            "page": 1,
            "status": "succeeded",
            "width": 400,
            "height": 200,
            "unit": "px",
            "error": None,
            "mean_confidence": 80.5,
            "rotation": pytest.approx(25, abs=0.02),
        }

    def test_a_pdf_page_is_measured_in_points(self, ask):
        [facts] = ask("include=text", data=pages(1)).get_json()["pages"]
        assert facts["unit"] == "pt"

    def test_what_the_document_and_the_engine_are(self, ask):
        body = ask("include=text").get_json()
        assert body["document"] == {
            "name": "upload",
            "source": "upload",
            "version": None,
            "etag": None,
            "media_type": "image/png",
            "size_bytes": len(paper()),
            "sha256": hashlib.sha256(paper()).hexdigest(),
            "page_count": 1,
        }
        assert body["engine"] == {"name": "textract", "model_version": "1.0"}

    def test_which_object_it_was(self, client_with, fake_s3, fake_textract):
        bucket = fake_s3.bucket(versioned=True)
        version = fake_s3.put(bucket, "a.png", paper())
        client = client_with(ENGINE="textract", ALLOW_ANONYMOUS="true", ALLOWED_BUCKETS=bucket, RATE_LIMIT="off")
        document = client.post("/analyze", json={"bucket": bucket, "document": "a.png"}).get_json()["document"]
        assert (document["source"], document["version"]) == (f"s3://{bucket}/a.png", version)
        assert document["etag"].strip('"') == hashlib.md5(paper()).hexdigest()


class TestPictures:
    def test_dpi_is_how_finely_a_pdf_page_is_drawn(self, ask):
        sizes = [seen(ask(f"format=png&dpi={dpi}", data=pages(1))).width for dpi in (50, 100)]
        assert sizes[1] == pytest.approx(2 * sizes[0], abs=2)

    def test_the_page_asked_for_is_the_one_analysed_and_shown(self, ask, fake_textract):
        def page(query: str) -> bytes:
            return seen(ask(f"format=png&annotate=&dpi=50&{query}", data=pages(3))).tobytes()

        assert page("render_page=2") != page("")
        assert fake_textract.count == 2
        assert page("render_page=1") == page("")


NAMES = [
    ("Annual report (2024).png", "Annual-report-2024"),
    ('a"; filename="evil.exe.png', "a-filename-evil.exe"),
    ("žluťoučký kůň.png", "lu-ou-k-k"),
    ("sub folder/part.one.png", "part.one"),
    ("—.png", "document"),
    ("x" * 120 + ".png", "x" * 80),
    ("new\r\nSet-Cookie: a=b.png", "new-Set-Cookie-a-b"),
]


class TestFileNames:
    @pytest.mark.parametrize(("key", "stem"), NAMES)
    def test_none_is_taken_raw_from_the_key(self, client_with, tmp_path, key, stem):
        (tmp_path / key).parent.mkdir(exist_ok=True)
        (tmp_path / key).write_bytes(paper(60, 40))
        client = client_with(LOCAL_BUCKETS=f"b={tmp_path}", RATE_LIMIT="off")
        answer = client.post("/analyze?format=png", json={"bucket": "b", "document": key})
        assert answer.headers["Content-Disposition"] == f'inline; filename="{stem}-page-1.png"'

    def test_an_upload_keeps_its_own(self, ask):
        sent = {"data": {"file": (io.BytesIO(paper()), "../my form.png")}}
        answer = ask("format=csv", **sent)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="my-form-tables.csv"'

    def test_an_upload_without_one_is_called_a_document(self, ask):
        assert ask("format=csv").headers["Content-Disposition"] == 'attachment; filename="document-tables.csv"'

    @pytest.mark.parametrize(
        ("sent", "name"),
        [
            ({"data": {"file": (io.BytesIO(paper()), "scans/my form.png")}}, "scans/my form.png"),
            ({"headers": {"Content-Disposition": "attachment; filename*=UTF-8''Fr%C3%BChling.png"}}, "Frühling.png"),
            ({"headers": {"Content-Disposition": "attachment; filename=" + "x" * 2000}}, "x" * 1100),
            ({"headers": {"Content-Disposition": "attachment; filename*=UTF-8''a%0Ab%1B.png"}}, "ab.png"),
            ({}, "upload"),
        ],
    )
    def test_the_answer_says_what_the_document_is_called(self, ask, sent, name):
        assert ask("include=text", **sent).get_json()["document"]["name"] == name

    @pytest.mark.parametrize("name", VIEWS)
    def test_what_is_not_for_reading_in_place_has_one(self, ask, name):
        view, answer = VIEWS[name], ask(f"format={name}")
        suggested = answer.headers.get("Content-Disposition")
        if name in {"json", "ndjson", "textract", "text", "markdown"}:
            assert suggested is None
        else:
            ending = view.ending.replace("{page}", "1")
            assert suggested == f'{view.disposition}; filename="document{ending}"'


def test_a_stream_tells_proxies_to_pass_it_on(ask):
    assert ask("format=ndjson").headers["X-Accel-Buffering"] == "no"
    assert "X-Accel-Buffering" not in ask("").headers


@pytest.mark.parametrize("name", [view.name for view in TABLE if view.draws])
def test_pictures_are_drawn_by_turns(ask, monkeypatch, name):
    """While others draw, a view that draws waits (here in vain), and one that does not is answered."""
    ask("").get_data()  # kept: what follows asks no engine
    services = ask.client.application.extensions["services"]
    with services.pictures.hold(Deadline.after(60), services.pictures.capacity):
        with monkeypatch.context() as short:
            short.setattr("document_analysis.limits.deadlines.Deadline.after", lambda _: Deadline(time.monotonic() + 1))
            assert_problem(ask(f"format={name}"), 504, "deadline_exceeded")
        assert ask("").status_code == 200
    assert ask(f"format={name}").status_code == 200


CONTENT_TYPES = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "textract": "application/x-amz-json-1.1",
    "pdf": "application/pdf",
    "searchable-pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "text": "text/plain; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
}


@pytest.mark.parametrize(("name", "content_type"), CONTENT_TYPES.items())
def test_every_view_says_what_it_is(ask, name, content_type):
    assert ask(f"format={name}").content_type == content_type


class TestVary:
    @pytest.mark.parametrize("name", VIEWS)
    def test_every_view_says_what_chose_it(self, ask, name):
        assert ask(f"format={name}").headers["Vary"] == "Accept"

    def test_so_do_a_plan_and_a_refusal(self, ask):
        assert ask("dry_run=true").headers["Vary"] == "Accept"
        assert ask("", headers={"Accept": "audio/*"}).headers["Vary"] == "Accept"


class TestCacheStatus:
    @pytest.mark.parametrize("name", VIEWS)
    def test_made_kept_and_made_anew(self, ask, name):
        def status(**headers: str) -> str:
            answer = ask(f"format={name}", headers=headers)
            answer.get_data()
            return answer.headers["Cache-Status"]

        assert status() == "document-analysis; fwd=uri-miss; stored"
        assert status() == "document-analysis; hit"
        assert status(**{"Cache-Control": "max-age=0"}) == "document-analysis; fwd=request; stored"
        assert status(**{"Cache-Control": "no-cache"}) == "document-analysis; fwd=request; stored"
        assert status(**{"Cache-Control": "max-age=60"}) == "document-analysis; hit"
        assert status(**{"Cache-Control": "no-store"}) == "document-analysis; hit"

    def test_nothing_is_stored_where_nothing_may_be(self, ask, client_with):
        answer = ask("", headers={"Cache-Control": "no-store"})
        assert answer.headers["Cache-Status"] == "document-analysis; fwd=uri-miss"
        off = client_with(CACHE="off", RATE_LIMIT="off").post("/analyze", data=paper(61, 41))
        assert off.headers["Cache-Status"] == "document-analysis; fwd=uri-miss"

    @pytest.mark.parametrize("name", ["json", "ndjson"])
    def test_a_document_of_which_some_pages_are_kept(self, ask, name):
        ask("pages=2", data=pages(3)).get_data()
        answer = ask(f"format={name}", data=pages(3))
        assert answer.headers["Cache-Status"] == "document-analysis; fwd=partial; stored"
        answer.get_data()


def test_max_age_0_pays_again_and_a_kept_result_does_not(ask, fake_textract):
    for headers, calls in (({}, 1), ({}, 1), ({"Cache-Control": "max-age=0"}, 2), ({}, 2)):
        ask("", headers=headers)
        assert fake_textract.count == calls


def test_the_bytes_of_a_body_count_while_it_is_worked_on(client_with, fake_textract):
    client = client_with(ENGINE="textract", ALLOW_ANONYMOUS="true", ALLOWED_BUCKETS="none", RATE_LIMIT="off")

    def held() -> float:
        shown = client.get("/metrics").get_data(as_text=True).splitlines()
        [line] = [line for line in shown if line.startswith("document_analysis_document_bytes_held ")]
        return float(line.split()[1])

    during: list[float] = []

    def answers(call):
        during.append(held())
        return written().response()

    fake_textract.answers = answers
    for number, kind in enumerate(("image/png", "multipart/form-data")):
        data = paper(400 + number, 200)
        sent = {"file": (io.BytesIO(data), "a.png")} if number else data
        client.post("/analyze", data=sent, content_type=kind).close()
        assert during[number] >= len(data)
    assert held() == 0


def test_every_sample_looks_the_same_as_a_stream_and_as_a_whole(client):
    """The lines of a finished analysis and those sent as pages finish hold the same pages."""
    for name in ("report.pdf", "two-pages.tiff"):
        sent = {"data": (IMAGES / name).read_bytes()}
        whole = client.post("/analyze", **sent).get_json()
        lines = [json.loads(line) for line in client.post("/analyze?format=ndjson", **sent).data.splitlines()]
        by_page = {line["page"]: line for line in lines[:-1]}
        assert [by_page[page["page"]]["pages"] for page in whole["pages"]] == [[page] for page in whole["pages"]]
        assert sum(line["blocks_detected"] for line in lines[:-1]) == whole["blocks_detected"]
