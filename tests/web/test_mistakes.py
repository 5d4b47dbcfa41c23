"""What people send by mistake is recognised, and the answer says what to do instead."""

import gzip
import io
import zipfile

import pytest

from document_analysis.documents.strangers import recognised
from tests.conftest import IMAGES
from tests.problems import assert_problem

STORED = {"bucket": "images", "document": "letter.png"}


def told(problem: dict) -> str:
    """Everything that the client can read."""
    return " ".join([problem["detail"], *(f"{each['field']}: {each['message']}" for each in problem.get("errors", []))])


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


class TestTheBody:
    @pytest.mark.parametrize(
        "name", ["letter.png", "receipt.jpg", "two-pages.tiff", "report.pdf", "filled-form.pdf", "passport.png"]
    )
    @pytest.mark.parametrize("sent_as", ["application/x-www-form-urlencoded", "image/png", None])
    def test_a_file_as_curls_d_strips_it(self, client, name, sent_as):
        stripped = (IMAGES / name).read_bytes().translate(None, b"\r\n\0")
        answer = client.post("/analyze", data=stripped, content_type=sent_as)
        assert "--data-binary @FILE" in told(assert_problem(answer, 400, "invalid_request"))

    @pytest.mark.parametrize(
        "body", ["form.png", "./scans/a b.PDF", "/home/ana/a.tif", "C:\\scans\\a.jpeg", "@form.png"]
    )
    def test_a_path_in_place_of_the_file(self, client, body):
        text = told(assert_problem(client.post("/analyze", data=body), 400, "invalid_request", "body"))
        assert f"--data-binary @{body.removeprefix('@')}" in text

    def test_a_path_in_place_of_a_forms_file(self, client):
        answer = client.post("/analyze", data={"file": "form.png"}, content_type="multipart/form-data")
        assert "-F file=@form.png" in told(assert_problem(answer, 400, "invalid_request", "file"))

    def test_a_stored_documents_name_alone(self, client):
        answer = client.post("/analyze", data="s3://images/letter.png")
        assert '{"document": "s3://images/letter.png"}' in told(assert_problem(answer, 400, "invalid_request", "body"))

    def test_an_address_alone(self, client):
        answer = client.post("/analyze", data="https://example.org/a.png")
        assert "nothing is fetched" in told(assert_problem(answer, 400, "invalid_request", "body"))


class TestTheDocument:
    @pytest.mark.parametrize("key", ["https://example.org/a.pdf", "http://x/a.pdf", "data:image/png;base64,AAAA"])
    def test_an_address_is_not_fetched(self, client, key):
        for path, body in (("/analyze", {"document": key}), ("/jobs", {"document": key})):
            text = told(assert_problem(client.post(path, json=body), 400, "invalid_request", "document"))
            assert "nothing is fetched" in text
            assert "s3://bucket/key" in text

    @pytest.mark.parametrize("key", ["file:///home/a.pdf", "./a.pdf", "../a.pdf", "~/a.pdf", "C:\\a.pdf"])
    def test_a_file_of_the_clients_own(self, client, key):
        answer = client.post("/analyze", json={"bucket": "images", "document": key})
        assert "send the file itself" in told(assert_problem(answer, 400, "invalid_request", "document"))

    def test_every_fault_is_told_when_it_is_missing(self, client):
        for path in ("/analyze", "/jobs"):
            problem = assert_problem(
                client.post(f"{path}?dpi=0", json={"FeatureTypes": ["TABLES"]}), 400, "invalid_request"
            )
            assert {fault["field"] for fault in problem["errors"]} == {"document", "dpi", "FeatureTypes"}

    def test_and_when_the_forms_file_is(self, client):
        answer = client.post("/analyze", data={"dpi": "0"}, content_type="multipart/form-data")
        problem = assert_problem(answer, 400, "invalid_request")
        assert {fault["field"] for fault in problem["errors"]} == {"file", "dpi"}

    @pytest.mark.parametrize(
        ("name", "ours"),
        [
            ("FeatureTypes", "features"),
            ("QueriesConfig", "queries"),
            ("S3Object", "bucket, document and version"),
            ("feature", "features"),
            ("minConfidence", "min_confidence"),
            ("renderpage", "render_page"),
            ("url", "s3://bucket/key"),
        ],
    )
    def test_other_peoples_names_of_options(self, client, name, ours):
        problem = assert_problem(client.post("/analyze", json={**STORED, name: "1"}), 400, "invalid_request", name)
        assert ours in told(problem)


KINDS = [
    (zipped("[Content_Types].xml", "word/document.xml"), "a Word document", "save it as PDF"),
    (zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook", "save it as PDF"),
    (zipped("[Content_Types].xml", "ppt/presentation.xml"), "a PowerPoint presentation", "save it as PDF"),
    (zipped("a.png"), "an archive", "unpack it"),
    (gzip.compress(b"x" * 100), "an archive", "unpack it"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a file of an older Microsoft Office", "save it as PDF"),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC or AVIF picture", "JPEG"),
    (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "a HEIC or AVIF picture", "JPEG"),
    (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing", "PNG or PDF"),
    (b"\n<!DOCTYPE html><html><title>Log in</title></html>", "a web page", "print it to PDF"),
    (b'<?xml version="1.0"?><note/>', "XML", "text already"),
    ("Grüße aus Köln.\nHallo".encode(), "plain text", "text already"),
    (b"\xef\xbb\xbfa;b\r\n1;2\r\n", "plain text", "text already"),
    (b"{\\rtf1 Hello}", "a rich text document", "save it as PDF"),
]


@pytest.mark.parametrize(("data", "name", "remedy"), KINDS, ids=[name for _, name, _ in KINDS])
def test_files_that_are_not_taken_are_named(client, data, name, remedy):
    for sent in (
        {"data": {"file": (io.BytesIO(data), "document")}},
        {"data": data, "content_type": "application/octet-stream"},
    ):
        if data.startswith(b"{"):
            sent = {"data": {"file": (io.BytesIO(data), "document")}}  # alone it would be JSON
        problem = assert_problem(client.post("/analyze", **sent), 415, "unsupported_media_type")
        assert name in problem["detail"]
        assert remedy in problem["detail"]
        assert "PNG, JPEG, TIFF, PDF" in problem["detail"]


def test_jobs_name_them_too(client):
    problem = assert_problem(client.post("/jobs", data=KINDS[0][0]), 415, "unsupported_media_type")
    assert "a Word document" in problem["detail"]


@pytest.mark.parametrize("head", [b"", b"\x00\x01\x02\x03", b"\xff\xfe\xfd", bytes(range(128, 256))])
def test_what_is_unknown_is_given_no_name(head):
    assert recognised(head) is None


@pytest.mark.parametrize(
    ("path", "ours"),
    [
        ("/analyse", "/analyze"),
        ("/v1/analyze", "/analyze"),
        ("/api/v2/analyze", "/analyze"),
        ("/analyze/document", "/analyze"),
        ("/analyzeDocument", "/analyze"),
        ("/v1/jobs", "/jobs"),
        ("/healthz", "/health"),
        ("/swagger", "/docs"),
        ("/openapi.yaml", "/openapi.json"),
    ],
)
def test_addresses_that_are_nearly_ours(client, path, ours):
    for answer in (client.post(path, data=b"x"), client.get(path)):
        assert assert_problem(answer, 404, "not_found")["detail"].endswith(f"did you mean {ours}?")


@pytest.mark.parametrize("path", ["/wp-login.php", "/favicon.ico", "/a", "/.env"])
def test_other_addresses_are_only_not_there(client, path):
    assert assert_problem(client.get(path), 404, "not_found")["detail"] == "There is nothing at this address."


class TestConfidence:
    @pytest.mark.parametrize(("given", "meant"), [("0.9", "give 90."), ("0.55", "give 55."), ("1", "give 100.")])
    def test_a_share_in_place_of_per_cent_is_warned_of(self, client, given, meant):
        for path in ("/analyze?include=text", "/analyze?include=text&format=ndjson"):
            answer = client.post(f"{path}&min_confidence={given}", json=STORED)
            assert meant in answer.text.splitlines()[0]

    @pytest.mark.parametrize("given", ["0", "2", "90"])
    def test_others_are_not(self, client, given):
        body = client.post(f"/analyze?include=text&min_confidence={given}", json=STORED).get_json()
        assert body["warnings"] == []


@pytest.mark.parametrize("query", ["json", "text", "markdown", "csv", "textract", "ndjson"])
def test_answers_end_with_a_line_feed(client, query):
    assert client.post(f"/analyze?format={query}", json=STORED).data.endswith(b"\n")


def test_so_do_problems_and_the_rest(client):
    for answer in (
        client.post("/analyze", data=b"x"),
        client.post("/analyze?dry_run=1", json=STORED),
        client.post("/batch", json={"documents": ["s3://images/letter.png"]}),
        client.get("/jobs"),
        client.get("/health"),
        client.get("/openapi.json"),
    ):
        assert answer.data.endswith(b"\n")
        assert not answer.data.endswith(b"\n\n")
