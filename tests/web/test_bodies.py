"""Bodies as clients really send them: forms without a file name, packed, with a byte-order mark, other JSON."""

import gzip
import io
import json
import os
import socket
import zlib
from pathlib import Path

import pytest

from tests.conftest import IMAGES
from tests.problems import assert_problem

LETTER = (IMAGES / "letter.png").read_bytes()
STORED = {"bucket": "images", "document": "letter.png", "dry_run": True}
GZIP = {"Content-Encoding": "gzip"}


def form(*parts: tuple[bytes, bytes], end: bytes = b"--X--\r\n") -> dict:
    body = b"".join(b"--X\r\n%s\r\n\r\n%s\r\n" % part for part in parts)
    return {"data": body + end, "content_type": "multipart/form-data; boundary=X"}


class TestForms:
    @pytest.mark.parametrize(
        "header",
        [
            b'Content-Disposition: form-data; name="file"',
            b'Content-Disposition: form-data; name="file"; filename=""',
            b'Content-Disposition: form-data; name="file"; filename="\xe4\xf6\xfc \x80.png"',
            'Content-Disposition: form-data; name="file"; filename="äöü €.png"'.encode(),
            b'content-disposition: form-data; name=file; filename="\xff\xfe\x81.png"\r\nContent-Type: image/png',
            b"Content-Type: image/png\r\nContent-Disposition: form-data; name=file; filename*=UTF-8''%e4.png",
        ],
    )
    def test_a_file_part_by_any_name_or_none(self, client, header):
        dry = (b'Content-Disposition: form-data; name="dry_run"', b"true")
        body = client.post("/analyze", **form((header, LETTER), dry)).get_json()
        assert (body["media_type"], body["size_bytes"]) == ("image/png", len(LETTER))
        assert body["warnings"] == []

    def test_a_declared_kind_that_disagrees_is_a_warning(self, client):
        header = b'Content-Disposition: form-data; name="file"\r\nContent-Type: application/pdf; x=y'
        assert len(client.post("/analyze?dry_run=1", **form((header, LETTER))).get_json()["warnings"]) == 1

    @pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 1_000_003])
    def test_every_byte_arrives(self, client, size):
        data = b"%PDF-" + os.urandom(size).replace(b"--X", b"---")
        header = b'Content-Disposition: form-data; name="file"'
        whole, plain = client.delete("/analyze", **form((header, data))), client.delete("/analyze", data=data)
        assert (whole.status_code, plain.status_code) == (204, 204)
        answer = client.post("/analyze?features=", **form((header, LETTER[:-1] + b"\r\n" + data)))
        assert answer.status_code in {200, 422}

    @pytest.mark.parametrize(
        "send",
        [
            form(end=b""),
            form((b"Content-Type: image/png", LETTER)),
            form((b'Content-Disposition: form-data; name="file"', LETTER), end=b""),
            form((b'Content-Disposition: form-data; name="note"', b"x" * (1 << 20) + b"x")),
            form(*[(b'Content-Disposition: form-data; name="note"', b"x")] * 101),
            {"data": b"--X--\r\n", "content_type": "multipart/form-data"},
            {"data": b"--X--\r\n", "content_type": "multipart/form-data; boundary=\xe4"},
            {"data": b"", "content_type": "multipart/form-data; boundary=X"},
            {"data": b"nothing like it", "content_type": "multipart/form-data; boundary=X"},
        ],
    )
    def test_what_is_no_form(self, client, send):
        assert_problem(client.post("/analyze", **send), 400, "invalid_request")

    @pytest.mark.parametrize("count", [0, 2])
    def test_one_file_and_no_more(self, client, count):
        header = b'Content-Disposition: form-data; name="file"'
        answer = client.post("/analyze", **form(*[(header, LETTER)] * count))
        assert_problem(answer, 400, "invalid_request", "file")

    def test_an_empty_file(self, client):
        answer = client.post("/analyze", **form((b'Content-Disposition: form-data; name="file"', b"")))
        assert "is empty" in str(assert_problem(answer, 400, "invalid_request", "file"))


class TestJson:
    def test_behind_a_byte_order_mark(self, client):
        assert client.post("/analyze", data=b"\xef\xbb\xbf" + json.dumps(STORED).encode()).status_code == 200
        assert client.post("/analyze", data=b"\xef\xbb\xbf \n" + json.dumps(STORED).encode()).status_code == 200

    @pytest.mark.parametrize("data", [b"[]", b'["a"]', b'"text"', b"5", b"null", b"\xef\xbb\xbf[]", b"not JSON", b"[x"])
    @pytest.mark.parametrize("kind", ["application/json", "application/vnd.a+json; charset=utf-8"])
    def test_that_is_no_object(self, client, data, kind):
        body = assert_problem(client.post("/analyze", data=data, content_type=kind), 400, "invalid_request")
        assert "JSON" in body["detail"]

    def test_a_list_is_known_without_a_header(self, client):
        assert "JSON" in assert_problem(client.post("/analyze", data=b" [1]"), 400, "invalid_request")["detail"]

    def test_a_document_that_is_called_json_is_a_document(self, client):
        answer = client.post("/analyze?dry_run=1", data=LETTER, content_type="application/json")
        assert answer.get_json()["media_type"] == "image/png"


class TestPacked:
    @pytest.mark.parametrize("name", ["gzip", "x-gzip", "GZIP", "identity, gzip"])
    def test_by_gzip(self, client, name):
        for data in (gzip.compress(LETTER), gzip.compress(LETTER[:1000]) + gzip.compress(LETTER[1000:])):
            answer = client.post("/analyze?dry_run=1", data=data, headers={"Content-Encoding": name})
            assert answer.get_json()["size_bytes"] == len(LETTER)

    def test_json_and_forms_by_gzip(self, client):
        data = gzip.compress(json.dumps(STORED).encode())
        assert client.post("/analyze", data=data, headers=GZIP).status_code == 200
        upload = form((b'Content-Disposition: form-data; name="file"', LETTER))
        upload["data"] = gzip.compress(upload["data"])
        assert client.post("/analyze?dry_run=1", headers=GZIP, **upload).status_code == 200

    @pytest.mark.parametrize("name", ["br", "deflate", "gzip, gzip", "gzip, br", "nonsense"])
    def test_in_other_ways(self, client, name):
        answer = client.post("/analyze", data=LETTER, headers={"Content-Encoding": name})
        assert_problem(answer, 415, "unsupported_media_type")
        assert answer.headers["Accept-Encoding"] == "gzip"

    @pytest.mark.parametrize(
        "data",
        [LETTER, gzip.compress(LETTER)[:-9], zlib.compress(LETTER), gzip.compress(b"")],
        ids=["not at all", "cut off", "by zlib", "nothing"],
    )
    def test_badly(self, client, data):
        assert_problem(client.post("/analyze", data=data, headers=GZIP), 400, "invalid_request")

    def test_a_bomb_is_unpacked_no_further_than_its_limit(self, client_with, monkeypatch):
        made, original = [], zlib.decompressobj

        class Counted:
            def __init__(self, *arguments):
                self._part = original(*arguments)

            def decompress(self, *arguments):
                chunk = self._part.decompress(*arguments)
                made.append(len(chunk))
                return chunk

            def __getattr__(self, name):
                return getattr(self._part, name)

        client = client_with(MAX_DOCUMENT_BYTES="1MiB")
        bomb = gzip.compress(bytes(100 << 20))
        monkeypatch.setattr(zlib, "decompressobj", Counted)
        assert_problem(client.post("/analyze", data=bomb, headers=GZIP), 413, "document_too_large")
        assert sum(made) < 3 << 20

    def test_on_the_wire(self, client):
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Textract.DetectDocumentText"}
        body = json.dumps({"Document": {"S3Object": {"Bucket": "images", "Name": "none"}}}).encode()
        answer = client.post("/", data=gzip.compress(body), headers={**headers, **GZIP})
        assert answer.get_json(force=True)["__type"] == "InvalidS3ObjectException"
        assert client.post("/", data=body, headers={**headers, "Content-Encoding": "br"}).status_code == 400


def test_what_a_folder_holds_beside_documents(client_with, tmp_path: Path):
    (tmp_path / "empty.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    client = client_with(LOCAL_BUCKETS=f"b={tmp_path}")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.png"))
        for name in ("pipe.png", "socket.png"):
            answer = client.post("/analyze", json={"bucket": "b", "document": name})
            assert_problem(answer, 404, "document_not_found")
    body = assert_problem(
        client.post("/analyze", json={"bucket": "b", "document": "empty.png"}), 400, "invalid_request"
    )
    assert body["errors"] == [{"field": "document", "message": "is empty"}]


def test_an_empty_object(fake_s3, client_with):
    bucket = fake_s3.bucket()
    fake_s3.put(bucket, "empty.png", b"")
    answer = client_with(ALLOWED_BUCKETS=bucket).post("/analyze", json={"bucket": bucket, "document": "empty.png"})
    assert "is empty" in str(assert_problem(answer, 400, "invalid_request", "document"))


def test_a_form_as_flasks_client_sends_it(client):
    upload = {"file": (io.BytesIO(LETTER), "letter.png", "image/png"), "dry_run": "true"}
    assert client.post("/analyze", data=upload).get_json()["size_bytes"] == len(LETTER)
