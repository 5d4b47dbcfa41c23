"""`POST /analyze` with the embedded engine: every way in, every representation out."""

import base64
import csv
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import IMAGES
from tests.problems import assert_problem

FORM = IMAGES / "application-form.png"
REPORT = IMAGES / "report.pdf"
STORED = {"bucket": "images", "document": "application-form.png"}


def png(width: int = 300, height: int = 100) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, height), 255).save(buffer, "PNG")
    return buffer.getvalue()


class TestWaysIn:
    def test_a_stored_document(self, client):
        answer = client.post("/analyze", json=STORED)
        assert answer.status_code == 200
        body = answer.get_json()
        assert body["document"]["source"] == "s3://images/application-form.png"
        assert body["engine"]["name"] == "local"
        assert "reader's card" in body["text"]

    def test_a_stored_document_by_its_address(self, client):
        answer = client.post("/analyze", json={"document": "s3://images/application-form.png"})
        assert answer.get_json()["document"]["size_bytes"] == FORM.stat().st_size

    def test_raw_bytes_whatever_the_header_says(self, client):
        for kind in ("image/png", "application/octet-stream", "application/x-www-form-urlencoded", None):
            answer = client.post("/analyze", data=FORM.read_bytes(), content_type=kind)
            assert answer.status_code == 200, kind
            assert answer.get_json()["warnings"] == []
            assert answer.get_json()["document"]["source"] == "upload"

    def test_a_header_that_disagrees_is_a_warning(self, client):
        answer = client.post("/analyze", data=FORM.read_bytes(), content_type="application/pdf")
        assert answer.get_json()["document"]["media_type"] == "image/png"
        assert len(answer.get_json()["warnings"]) == 1

    def test_an_upload_with_options_as_form_fields(self, client):
        upload = {"file": (io.BytesIO(FORM.read_bytes()), "form.png"), "include": "text", "min_confidence": "50"}
        body = client.post("/analyze", data=upload).get_json()
        assert "Surname" in body["text"]
        assert "blocks" not in body

    def test_options_in_the_query_string(self, client):
        body = client.post("/analyze?include=text,forms", json=STORED).get_json()
        assert {"text", "forms"} <= body.keys()
        assert not {"blocks", "tables", "signatures"} & body.keys()

    def test_white_space_before_json(self, client):
        assert client.post("/analyze", data=b" \n" + json.dumps(STORED).encode()).status_code == 200


class TestRepresentations:
    @pytest.mark.parametrize(
        ("accept", "kind"),
        [
            ("application/json", "application/json"),
            ("*/*", "application/json"),
            ("text/html,application/xhtml+xml,image/avif,image/webp,*/*;q=0.8", "application/json"),
            ("text/plain", "text/plain"),
            ("text/markdown, text/plain;q=0.5", "text/markdown"),
            ("text/csv; header=present", "text/csv"),
            ("application/x-amz-json-1.1", "application/x-amz-json-1.1"),
            ("application/x-ndjson", "application/x-ndjson"),
            ("image/*", "image/png"),
            ("image/jpeg", "image/jpeg"),
            ("image/webp;q=0.9, image/png;q=0.1", "image/webp"),
        ],
    )
    def test_accept_chooses(self, client, accept, kind):
        answer = client.post("/analyze", json=STORED, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.content_type.partition(";")[0] == kind
        assert answer.headers["Vary"] == "Accept"

    @pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "audio/*"])
    def test_what_there_is_not(self, client, accept):
        body = assert_problem(client.post("/analyze", json=STORED, headers={"Accept": accept}), 406, "not_acceptable")
        assert "image/png" in body["detail"]

    def test_format_wins_over_accept(self, client):
        answer = client.post("/analyze?format=text", json=STORED, headers={"Accept": "image/png"})
        assert answer.content_type.startswith("text/plain")

    @pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
    def test_a_picture_shows_the_page_in_colour(self, client, name):
        answer = client.post(f"/analyze?format={name}&annotate=lines", json=STORED)
        assert f"application-form-page-1.{'jpg' if name == 'jpeg' else name}" in answer.headers["Content-Disposition"]
        with Image.open(io.BytesIO(answer.data)) as picture, Image.open(FORM) as original:
            assert picture.format == name.upper()
            assert picture.size == original.size
            colours = picture.convert("RGB").resize((200, 283)).getcolors(200 * 283)
            assert any(max(rgb) - min(rgb) > 60 for _, rgb in colours), "nothing coloured was drawn"

    def test_pictures_inside_json(self, client):
        body = client.post("/analyze?include=picture&pages=2", data=REPORT.read_bytes()).get_json()
        picture = body["pages"][0]["picture"]
        with Image.open(io.BytesIO(base64.b64decode(picture["data"]))) as drawn:
            assert drawn.format == "JPEG"
            assert picture["media_type"] == "image/jpeg"

    def test_text_has_a_form_feed_between_pages(self, client):
        text = client.post("/analyze?format=text", data=REPORT.read_bytes()).get_data(as_text=True)
        assert text.count("\f") == 2
        assert "River survey" in text.split("\f")[0]

    def test_ndjson_has_a_line_a_page_and_an_end(self, client):
        answer = client.post("/analyze?format=ndjson", data=REPORT.read_bytes())
        lines = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
        assert sorted(line["page"] for line in lines[:-1]) == [1, 2, 3]
        assert (lines[-1]["event"], lines[-1]["status"], lines[-1]["error"]) == ("end", "succeeded", None)

    def test_textracts_own_response(self, client):
        answer = client.post("/analyze", data=REPORT.read_bytes(), headers={"Accept": "application/x-amz-json-1.1"})
        body = json.loads(answer.data)
        assert body["DocumentMetadata"] == {"Pages": 3}
        assert [block["Page"] for block in body["Blocks"] if block["BlockType"] == "PAGE"] == [1, 2, 3]
        identities = [block["Id"] for block in body["Blocks"]]
        assert len(set(identities)) == len(identities)

    def test_csv_rows_are_led_by_page_and_table(self, client):
        answer = client.post("/analyze?format=csv", json={"bucket": "images", "document": "invoice.png"})
        rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
        assert rows[0][:4] == ["document", "page", "table", "column_1"]
        assert {tuple(row[:3]) for row in rows[1:]} == {("s3://images/invoice.png", "1", "1")}
        assert rows[1][3:] == ["Item", "Description", "Quantity", "Unit price", "Amount"]
        assert {len(row) for row in rows} == {8}
        assert answer.headers["Content-Disposition"] == 'attachment; filename="invoice-tables.csv"'

    def test_a_dry_run_calls_no_engine(self, client, local_app):
        def pages() -> float:
            registry = local_app.extensions["metrics"].registry
            return registry.get_sample_value("document_analysis_pages_total", {"origin": "engine"}) or 0

        before = pages()
        body = client.post("/analyze?dry_run=true&pages=2-3", data=REPORT.read_bytes()).get_json()
        assert (body["page_count"], body["pages"], body["operation"]) == (3, [2, 3], "AnalyzeDocument")
        assert pages() == before

    def test_a_dry_run_is_json_only(self, client):
        assert_problem(client.post("/analyze?dry_run=1&format=png", json=STORED), 400, "invalid_request", "dry_run")


class TestPages:
    def test_some_pages(self, client):
        body = client.post("/analyze", json={"document": "s3://images/report.pdf", "pages": "3,1"}).get_json()
        assert [page["page"] for page in body["pages"]] == [1, 3]
        assert body["document"]["page_count"] == 3
        assert {block["page"] for block in body["blocks"]} == {1, 3}

    def test_a_page_that_is_not_there(self, client):
        answer = client.post("/analyze?pages=2-9", data=REPORT.read_bytes())
        body = assert_problem(answer, 400, "invalid_request", "pages")
        assert "pages 1 to 3" in str(body["errors"])

    def test_the_picture_of_another_page(self, client):
        answer = client.post("/analyze?format=png&render_page=2&dpi=50", data=REPORT.read_bytes())
        with Image.open(io.BytesIO(answer.data)) as picture:
            assert picture.width == pytest.approx(595 / 72 * 50, abs=2)

    def test_every_page_of_a_tiff(self, client):
        body = client.post("/analyze", json={"document": "s3://images/two-pages.tiff"}).get_json()
        assert [page["status"] for page in body["pages"]] == ["succeeded", "succeeded"]

    def test_the_values_of_a_filled_in_form_are_read(self, client):
        text = client.post("/analyze?format=text", json={"document": "s3://images/filled-form.pdf"}).get_data(
            as_text=True
        )
        for value in (
            "Elmbridge Chess Circle",
            "samira@chess.example",
            "Oak Room",
            "Twelve tables in two rows, please.",
        ):
            assert value in text

    def test_a_photograph_on_its_side_is_read_upright(self, client):
        body = client.post("/analyze", json={"document": "s3://images/receipt.jpg"}).get_json()
        with Image.open(IMAGES / "receipt.jpg") as stored:
            assert (body["pages"][0]["width"], body["pages"][0]["height"]) == (stored.height, stored.width)

    def test_an_empty_page_is_a_page(self, client):
        body = client.post("/analyze", data=png()).get_json()
        assert body["block_counts"] == {"PAGE": 1}
        assert body["text"] == ""


class TestCache:
    def test_the_second_time_is_kept(self, client):
        data = png(311, 97)
        first, second = (client.post("/analyze", data=data) for _ in range(2))
        assert first.headers["Cache-Status"] == "document-analysis; fwd=uri-miss; stored"
        assert second.headers["Cache-Status"] == "document-analysis; hit"
        assert second.get_json()["cached"] is True
        assert second.get_json()["cost"]["pages_from_cache"] == 1
        without = ("cached", "cost", "request_id")
        assert {k: v for k, v in first.get_json().items() if k not in without} == {
            k: v for k, v in second.get_json().items() if k not in without
        }

    def test_a_kept_result_draws_another_view(self, client):
        data = png(312, 97)
        client.post("/analyze", data=data)
        assert client.post("/analyze?format=png", data=data).headers["Cache-Status"] == "document-analysis; hit"

    def test_no_cache_asks_anew_and_no_store_keeps_nothing(self, client):
        data = png(313, 97)
        client.post("/analyze", data=data, headers={"Cache-Control": "no-store"})
        assert "hit" not in client.post("/analyze", data=data).headers["Cache-Status"]
        again = client.post("/analyze", data=data, headers={"Cache-Control": "no-cache"})
        assert again.headers["Cache-Status"] == "document-analysis; fwd=request; stored"

    @pytest.mark.parametrize("stored", [True, False])
    def test_what_is_kept_can_be_erased(self, client, stored):
        body = {"json": {"document": "s3://images/two-pages.tiff"}} if stored else {"data": png(314, 97)}
        client.post("/analyze", **body)
        assert client.post("/analyze", **body).get_json()["cached"] is True
        assert client.delete("/analyze", **body).status_code == 204
        assert client.post("/analyze?pages=1", **body).get_json()["cached"] is False

    def test_nothing_of_another_bucket_can_be_erased(self, client):
        answer = client.delete("/analyze", json={"bucket": "secret", "document": "two-pages.tiff"})
        assert_problem(answer, 403, "bucket_not_allowed")


class TestRefusals:
    @pytest.mark.parametrize(
        ("send", "status", "code", "field"),
        [
            ({"data": b""}, 400, "invalid_request", None),
            ({"data": b"{not json"}, 400, "invalid_request", None),
            ({"data": b"hello"}, 415, "unsupported_media_type", None),
            ({"data": b"\x89PNG\r\n\x1a\n" + b"0" * 50}, 422, "unreadable_document", None),
            ({"json": {}}, 400, "invalid_request", "document"),
            ({"json": {"document": 5}}, 400, "invalid_request", "document"),
            ({"json": {"document": "s3://x"}}, 400, "invalid_request", "document"),
            ({"json": {"document": "x.png"}}, 400, "invalid_request", "bucket"),
            ({"json": {"bucket": "b", "document": "s3://images/x"}}, 400, "invalid_request", "bucket"),
            ({"json": {**STORED, "colour": "red"}}, 400, "invalid_request", "colour"),
            ({"json": {**STORED, "features": ["TABEL"]}}, 400, "invalid_request", "features"),
            ({"json": {**STORED, "queries": [{"text": "Total?"}]}}, 422, "unsupported_feature", None),
            ({"json": {"bucket": "images", "document": "none.png"}}, 404, "document_not_found", None),
            ({"json": {"bucket": "images", "document": "../app.py"}}, 400, "invalid_request", "document"),
            ({"json": {"bucket": "images", "document": "a/../../app.py"}}, 404, "document_not_found", None),
            ({"json": {"bucket": "images", "document": "/etc/passwd"}}, 404, "document_not_found", None),
            ({"json": {"bucket": "secret", "document": "x"}}, 403, "bucket_not_allowed", None),
            ({"data": {"note": "no file"}, "content_type": "multipart/form-data"}, 400, "invalid_request", "file"),
        ],
    )
    def test_each_says_what_is_wrong(self, client, send, status, code, field):
        assert_problem(client.post("/analyze", **send), status, code, field)

    def test_every_fault_is_named_at_once(self, client):
        body = assert_problem(
            client.post("/analyze?pages=0&dpi=1&format=doc&annotate=all", json={**STORED, "min_confidence": 200}),
            400,
            "invalid_request",
        )
        assert {fault["field"] for fault in body["errors"]} == {"pages", "dpi", "format", "annotate", "min_confidence"}

    @pytest.mark.parametrize(
        ("query", "body"),
        [
            ("include=forms", {"include": "text"}),
            ("include=text&include=forms", {"include": ["text"]}),
            ("dpi=100&dpi=200", {}),
            ("dpi=100", {"dpi": 200}),
            ("dpi=100", {"dpi": "many"}),
        ],
    )
    def test_one_name_that_says_two_things(self, client, query, body):
        field = query.partition("=")[0]
        assert_problem(client.post(f"/analyze?{query}", json={**STORED, **body}), 400, "invalid_request", field)

    @pytest.mark.parametrize(
        ("query", "body"),
        [
            ("include=text&include=text", {"include": "text"}),
            ("include=text,forms", {"include": ["text", "forms"]}),
            ("include=text&include=forms", {"include": ["text", "forms"]}),
            ("dpi=100&dpi=100", {"dpi": 100.0}),
            ("dry_run=true", {"dry_run": True}),
        ],
    )
    def test_the_same_value_twice_is_no_fault(self, client, query, body):
        assert client.post(f"/analyze?dry_run=1&{query}", json={**STORED, **body}).status_code == 200

    @pytest.mark.parametrize(("page", "field"), [(1, "pages"), (2, "render_page")])
    def test_a_page_for_the_picture_and_pages_too(self, client, page, field):
        answer = client.post(f"/analyze?format=png&render_page={page}&pages=1", json=STORED)
        assert_problem(answer, 400, "invalid_request", field)

    def test_parts_without_a_name(self, client):
        part = b'--x\r\nContent-Disposition: form-data; filename="a.png"\r\n\r\nabc\r\n'
        field = b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n"
        for body in (part, field, part + field):
            answer = client.post("/analyze", data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x")
            assert_problem(answer, 400, "invalid_request")

    def test_pages_for_a_single_picture(self, client):
        answer = client.post("/analyze?format=jpeg&pages=2", data=REPORT.read_bytes())
        body = assert_problem(answer, 400, "invalid_request", "pages")
        assert "render_page" in str(body["errors"])

    def test_too_large_is_refused_by_its_length(self, client_with):
        small = client_with(MAX_DOCUMENT_BYTES="1000")
        assert_problem(small.post("/analyze", data=b"\x89PNG" + b"0" * 2000), 413, "document_too_large")
        assert_problem(small.post("/analyze", json=STORED), 413, "document_too_large")

    def test_too_large_is_refused_without_a_length_too_and_not_read_to_its_end(self, client_with):
        small = client_with(MAX_DOCUMENT_BYTES="1000")
        body = io.BytesIO(b"\x89PNG" + b"0" * 5_000_000)
        chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        answer = small.post("/analyze", input_stream=body, environ_overrides=chunked)
        assert_problem(answer, 413, "document_too_large")
        assert body.tell() < 1_000_000

    def test_a_body_that_breaks_off_is_not_taken_for_whole(self, client):
        for ends_itself in (False, True):
            environ = {"CONTENT_LENGTH": str(len(png()) + 10), "wsgi.input_terminated": ends_itself}
            answer = client.post("/analyze", input_stream=io.BytesIO(png()), environ_overrides=environ)
            assert_problem(answer, 400, "invalid_request")

    def test_a_part_too_large_for_a_document(self, client_with):
        """The form around it has room of its own: its length alone says nothing."""
        small = client_with(MAX_DOCUMENT_BYTES="1000")
        answer = small.post("/analyze", data={"file": (io.BytesIO(b"\x89PNG" + b"0" * 2000), "a.png")})
        assert_problem(answer, 413, "document_too_large")

    def test_too_much_json(self, client):
        assert_problem(client.post("/analyze", json={"document": "x" * (1 << 20)}), 413, "document_too_large")

    def test_too_many_pages_and_pixels(self, client_with):
        narrow = client_with(MAX_PAGES="2", MAX_PIXELS="20000")
        assert_problem(narrow.post("/analyze", data=REPORT.read_bytes()), 422, "too_many_pages")
        assert_problem(narrow.post("/analyze", data=png()), 422, "too_many_pixels")

    def test_a_get_never_analyses(self, client):
        answer = client.get("/analyze?document=s3://images/invoice.png")
        assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == "DELETE, OPTIONS, POST"


def test_the_colours_of_an_unusual_picture_are_drawn(client):
    for mode, kind in (("1", "PNG"), ("P", "PNG"), ("I;16", "PNG"), ("CMYK", "JPEG"), ("LA", "PNG"), ("L", "JPEG")):
        buffer = io.BytesIO()
        with Image.open(FORM) as form:
            form.resize((620, 877)).crop((0, 0, 620, 180)).convert("L").convert(mode).save(buffer, kind)
        answer = client.post("/analyze?format=png&annotate=lines,words", data=buffer.getvalue())
        assert answer.status_code == 200, mode
        with Image.open(io.BytesIO(answer.data)) as picture:
            colours = picture.convert("RGB").getcolors(620 * 180)
            assert any(max(rgb) - min(rgb) > 100 for _, rgb in colours), mode


@pytest.mark.parametrize("kind", ["sixteen bits", "transparent", "transparent in its palette"])
def test_the_shades_of_an_unusual_picture_stay(client, kind):
    """Thirds that are black, grey and white."""
    shades = Image.new("L", (300, 60))
    shades.paste(128, (100, 0, 200, 60))
    shades.paste(255, (200, 0, 300, 60))
    buffer = io.BytesIO()
    if kind == "sixteen bits":
        shades.convert("I").point(lambda value: value * 257).convert("I;16").save(buffer, "PNG")
    elif kind == "transparent":
        black = Image.new("L", shades.size, 0)
        Image.merge("LA", [black, shades.point(lambda value: 255 - value)]).save(buffer, "PNG")
    else:
        places = shades.point(lambda value: value // 128)
        places.putpalette([0, 0, 0, 128, 128, 128, 255, 0, 255])
        places.paste(2, (200, 0, 300, 60))
        places.save(buffer, "PNG", transparency=2)
    answer = client.post("/analyze?format=png", data=buffer.getvalue())
    with Image.open(io.BytesIO(answer.data)) as picture:
        seen = [picture.convert("RGB").getpixel((x, 30)) for x in (50, 150, 250)]
    assert seen[0] == (0, 0, 0)
    assert seen[1] == (pytest.approx(128, abs=1),) * 3
    assert seen[2] == (255, 255, 255)


def test_every_sample_is_analysed(client):
    documents = [path for path in Path(IMAGES).iterdir() if path.suffix in {".png", ".jpg", ".pdf", ".tiff"}]
    assert len(documents) >= 7
    for path in documents:
        body = client.post("/analyze", json={"bucket": "images", "document": path.name}).get_json()
        assert body["status"] == "succeeded", path.name
