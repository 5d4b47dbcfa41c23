"""The stores: one contract for S3 and folders, then what only one of them has."""

import errno
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from document_analysis.errors import (
    BucketNotAllowed,
    DeadlineExceeded,
    DocumentChanged,
    DocumentNotFound,
    InvalidRequest,
    StoreDenied,
    StoreFailed,
)
from document_analysis.limits.deadlines import Deadline
from document_analysis.stores.contract import HEAD_BYTES, DocumentStore, Stores
from document_analysis.stores.folder import FolderStore
from document_analysis.stores.s3 import S3Store, s3_client
from tests.fakes.s3 import AwsFault, FakeS3

BIG = os.urandom(3 * HEAD_BYTES + 17)


class Shelf:
    """A store under test, with a way to put documents into it."""

    def __init__(self, store: DocumentStore, bucket: str) -> None:
        self.store = store
        self.bucket = bucket

    def put(self, key: str, data: bytes) -> None:
        raise NotImplementedError

    def open(self, key: str, version: str | None = None) -> Any:
        return self.store.open(self.bucket, key, version)


class S3Shelf(Shelf):
    def __init__(self, fake: FakeS3, versioned: bool = False) -> None:
        bucket = fake.bucket(versioned)
        super().__init__(S3Store(s3_client(4), [bucket]), bucket)
        self.put = lambda key, data: fake.put(bucket, key, data)  # type: ignore[method-assign]


class FolderShelf(Shelf):
    def __init__(self, folder: Path) -> None:
        super().__init__(FolderStore(folder), "images")
        self.folder = folder

    def put(self, key: str, data: bytes) -> None:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@pytest.fixture(params=["s3", "versioned s3", "folder"])
def shelf(request: pytest.FixtureRequest, fake_s3: FakeS3, tmp_path: Path) -> Shelf:
    if request.param == "folder":
        return FolderShelf(tmp_path)
    return S3Shelf(fake_s3, versioned=request.param == "versioned s3")


@pytest.fixture
def s3_shelf(fake_s3: FakeS3) -> S3Shelf:
    return S3Shelf(fake_s3)


@pytest.fixture
def folder_shelf(tmp_path: Path) -> FolderShelf:
    (tmp_path / "in").mkdir()
    return FolderShelf(tmp_path / "in")


class TestContract:
    """What every store keeps."""

    @pytest.mark.parametrize("size", [0, 1, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1, len(BIG)])
    def test_gives_size_head_and_all_bytes(self, shelf: Shelf, size: int) -> None:
        shelf.put("form.png", BIG[:size])
        found = shelf.open("form.png")
        assert (found.bucket, found.key, found.size_bytes) == (shelf.bucket, "form.png", size)
        assert found.head == BIG[: min(size, HEAD_BYTES)]
        assert found.read() == BIG[:size]
        assert found.read() is found.read()

    @pytest.mark.parametrize("key", ["a b+c%20&?#é=.png", "deep/er/日本 😀.pdf", 'it\'s "q"; $(x)', "%2e%2e%2fx", "~x"])
    def test_takes_odd_keys_literally(self, shelf: Shelf, key: str) -> None:
        shelf.put(key, b"odd")
        assert shelf.open(key).read() == b"odd"

    @pytest.mark.parametrize("key", ["missing.png", "deep/missing.png", "form.png/", "form.png/x", "FORM.png", "deep"])
    def test_knows_what_is_not_there(self, shelf: Shelf, key: str) -> None:
        shelf.put("form.png", b"1")
        shelf.put("deep/form.png", b"1")
        with pytest.raises(DocumentNotFound):
            shelf.open(key)

    @pytest.mark.parametrize(
        "key",
        ["", ".", "..", "../in/form.png", "deep/../form.png", "./form.png", "a\0b", "\ud800", "x" * 1025, "é" * 513],
    )
    def test_refuses_keys_that_no_object_has(self, shelf: Shelf, key: str) -> None:
        shelf.put("form.png", b"1")
        with pytest.raises(DocumentNotFound):
            shelf.open(key)

    @pytest.mark.parametrize("version", ["nonsense", "null\n", "\ud800", "x" * 2000])
    def test_knows_which_versions_are_not_there(self, shelf: Shelf, version: str) -> None:
        shelf.put("form.png", b"1")
        with pytest.raises(DocumentNotFound):
            shelf.open("form.png", version)

    def test_is_unchanged_until_it_is_overwritten(self, shelf: Shelf) -> None:
        shelf.put("form.png", b"1")
        found = shelf.open("form.png")
        assert found.unchanged()
        shelf.put("form.png", b"2")
        assert found.unchanged() == found.versioned

    def test_never_mixes_two_versions(self, shelf: Shelf) -> None:
        shelf.put("form.png", BIG)
        found = shelf.open("form.png")
        shelf.put("form.png", BIG[::-1])
        if found.versioned:
            assert found.read() == BIG
        else:
            with pytest.raises(DocumentChanged):
                found.read()
            assert shelf.open("form.png").read() == BIG[::-1]

    @pytest.mark.parametrize("later", [BIG[:10], BIG[: HEAD_BYTES + 1], BIG + b"more"], ids=["start", "head", "more"])
    def test_notices_another_size(self, shelf: Shelf, later: bytes) -> None:
        shelf.put("form.png", BIG)
        found = shelf.open("form.png")
        shelf.put("form.png", later)
        if not found.versioned:
            with pytest.raises(DocumentChanged):
                found.read()

    def test_reads_once_for_all_threads(self, shelf: Shelf) -> None:
        shelf.put("form.png", BIG)
        found, seen = shelf.open("form.png"), []
        threads = [threading.Thread(target=lambda: seen.append(found.read())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({id(data) for data in seen}) == 1
        assert seen[0] == BIG

    def test_is_ready(self, shelf: Shelf) -> None:
        assert shelf.store.ready() is None


class TestStores:
    def test_opens_by_bucket_and_by_default(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.png").write_bytes(name.encode())
        stores = Stores({name: FolderStore(tmp_path / name) for name in ("two", "one")}, default_bucket="two")
        assert stores.open("one", "a.png").read() == b"one"
        assert stores.open(None, "a.png", "").read() == b"two"
        assert stores.buckets == ["one", "two"]
        assert stores.ready() is None

    @pytest.mark.parametrize(
        "bucket",
        ["secret", "", "ONE", "one ", "one/", "one/../secret", "arn:aws:s3:us-east-1:123456789012:accesspoint/one"],
    )
    def test_says_nothing_of_other_buckets(self, tmp_path: Path, bucket: str) -> None:
        (tmp_path / "a.png").write_bytes(b"1")
        stores = Stores({"one": FolderStore(tmp_path)})
        refusals = []
        for key in ("a.png", "missing.png", "../x"):
            with pytest.raises(BucketNotAllowed) as refusal:
                stores.open(bucket, key)
            refusals.append(refusal.value.detail)
        assert len(set(refusals)) == 1

    def test_needs_a_bucket_where_there_is_no_default(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidRequest) as refusal:
            Stores({"one": FolderStore(tmp_path)}).open(None, "a.png")
        assert refusal.value.errors[0].field == "bucket"

    def test_is_not_ready_when_one_store_is_not(self, tmp_path: Path) -> None:
        stores = Stores({"one": FolderStore(tmp_path), "two": FolderStore(tmp_path / "missing")})
        assert "LOCAL_BUCKETS" in (stores.ready() or "")


class TestFolder:
    @pytest.mark.parametrize(
        "key",
        [
            "/etc/passwd",
            "//etc/passwd",
            ".env",
            "deep/.git/config",
            ".hidden/form.png",
            "deep//form.png",
            "deep\\form.png",
        ],
    )
    def test_keeps_to_plain_paths(self, folder_shelf: FolderShelf, key: str) -> None:
        for name in (".env", "deep/.git/config", ".hidden/form.png", "deep/form.png", "deep\\x.png"):
            folder_shelf.put(name, b"1")
        with pytest.raises(DocumentNotFound):
            folder_shelf.open(key)

    def test_does_not_follow_links_out_of_the_folder(self, folder_shelf: FolderShelf) -> None:
        outside = folder_shelf.folder.parent / "outside"
        outside.mkdir()
        (outside / "secret.png").write_bytes(b"secret")
        folder_shelf.put(".hidden", b"secret")
        (folder_shelf.folder / "file.png").symlink_to(outside / "secret.png")
        (folder_shelf.folder / "folder").symlink_to(outside)
        (folder_shelf.folder / "shown.png").symlink_to(folder_shelf.folder / ".hidden")
        (folder_shelf.folder / "circle.png").symlink_to("circle.png")
        (folder_shelf.folder / "dangling.png").symlink_to("nowhere.png")
        for key in ("file.png", "folder/secret.png", "shown.png", "circle.png", "dangling.png"):
            with pytest.raises(DocumentNotFound):
                folder_shelf.open(key)

    def test_follows_links_inside_the_folder(self, folder_shelf: FolderShelf) -> None:
        folder_shelf.put("deep/form.png", b"form")
        (folder_shelf.folder / "link.png").symlink_to("deep/form.png")
        assert folder_shelf.open("link.png").read() == b"form"

    def test_a_sibling_whose_name_begins_alike_is_outside(self, folder_shelf: FolderShelf) -> None:
        sibling = folder_shelf.folder.parent / "in-secret"
        sibling.mkdir()
        (sibling / "form.png").write_bytes(b"secret")
        (folder_shelf.folder / "link.png").symlink_to(sibling / "form.png")
        with pytest.raises(DocumentNotFound):
            folder_shelf.open("link.png")

    def test_a_named_pipe_is_no_document_and_nothing_waits_for_it(self, folder_shelf: FolderShelf) -> None:
        os.mkfifo(folder_shelf.folder / "pipe.png")
        with pytest.raises(DocumentNotFound):
            folder_shelf.open("pipe.png")

    def test_a_socket_is_no_document(self, folder_shelf: FolderShelf) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder_shelf.folder / "socket.png"))
            with pytest.raises(DocumentNotFound):
                folder_shelf.open("socket.png")

    @pytest.mark.parametrize(
        ("number", "kind"), [(errno.EACCES, StoreDenied), (errno.ENOENT, DocumentNotFound), (errno.EMFILE, StoreFailed)]
    )
    def test_faults_of_opening(
        self, folder_shelf: FolderShelf, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
    ) -> None:
        folder_shelf.put("form.png", b"1")

        def refuse(*_: Any) -> int:
            raise OSError(number, "no")

        monkeypatch.setattr("os.open", refuse)
        with pytest.raises(kind):
            folder_shelf.open("form.png")

    def test_rewritten_in_place_with_its_old_time_is_noticed(self, folder_shelf: FolderShelf) -> None:
        folder_shelf.put("form.png", BIG)
        path = folder_shelf.folder / "form.png"
        found, before = folder_shelf.open("form.png"), path.stat()
        time.sleep(0.02)  # a file system's clock ticks every few milliseconds
        path.write_bytes(BIG[::-1])
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert not found.unchanged()
        with pytest.raises(DocumentChanged):
            found.read()

    def test_has_nothing_for_textract_to_read(self, folder_shelf: FolderShelf) -> None:
        folder_shelf.put("form.png", b"1")
        found = folder_shelf.open("form.png")
        assert found.s3_reference() is None
        assert (found.etag, found.version_id, found.versioned) == (None, None, False)


class TestS3:
    def test_one_call_for_a_small_object_and_two_for_a_large_one(self, fake_s3: FakeS3, s3_shelf: S3Shelf) -> None:
        s3_shelf.put("small.png", b"small")
        s3_shelf.put("large.png", BIG)
        s3_shelf.open("small.png").read()
        assert fake_s3.calls == [f"GET /{s3_shelf.bucket}/small.png"]
        fake_s3.calls.clear()
        found = s3_shelf.open("large.png")
        assert len(fake_s3.calls) == 1
        found.read()
        assert fake_s3.calls == [f"GET /{s3_shelf.bucket}/large.png"] * 2

    def test_versions(self, fake_s3: FakeS3) -> None:
        shelf = S3Shelf(fake_s3, versioned=True)
        first, second = (fake_s3.put(shelf.bucket, "form.png", data) for data in (BIG, BIG[::-1]))
        old, latest = shelf.open("form.png", first), shelf.open("form.png")
        assert old.read() == BIG
        assert (old.version_id, latest.version_id) == (first, second)
        assert old.versioned
        assert old.s3_reference() == {"Bucket": shelf.bucket, "Name": "form.png", "Version": first}
        assert latest.s3_reference() == {"Bucket": shelf.bucket, "Name": "form.png", "Version": second}
        fake_s3.client.delete_object(Bucket=shelf.bucket, Key="form.png")
        with pytest.raises(DocumentNotFound):
            shelf.open("form.png")
        assert latest.unchanged()
        assert shelf.open("form.png", second).read() == BIG[::-1]

    def test_the_null_version_can_be_overwritten(self, fake_s3: FakeS3) -> None:
        shelf = S3Shelf(fake_s3)
        shelf.put("form.png", b"before versioning")
        enable = {"Bucket": shelf.bucket, "VersioningConfiguration": {"Status": "Enabled"}}
        fake_s3.client.put_bucket_versioning(**enable)
        shelf.put("form.png", b"after")
        found = shelf.open("form.png", "null")
        assert found.read() == b"before versioning"
        assert not found.versioned
        assert found.s3_reference() == {"Bucket": shelf.bucket, "Name": "form.png", "Version": "null"}

    def test_an_unversioned_reference_names_no_version(self, s3_shelf: S3Shelf) -> None:
        s3_shelf.put("form.png", b"1")
        assert s3_shelf.open("form.png").s3_reference() == {"Bucket": s3_shelf.bucket, "Name": "form.png"}

    def test_names_that_textract_does_not_take_have_no_reference(self, s3_shelf: S3Shelf) -> None:
        s3_shelf.put(" ", b"1")
        assert s3_shelf.open(" ").s3_reference() is None

    def test_etag_has_no_quotation_marks(self, s3_shelf: S3Shelf) -> None:
        s3_shelf.put("form.png", b"1")
        assert s3_shelf.open("form.png").etag == "c4ca4238a0b923820dcc509a6f75849b"

    @pytest.mark.parametrize("steps", [["cut"], ["cut", "cut"], ["reset"], ["close"], [AwsFault(503, "SlowDown")]])
    @pytest.mark.parametrize("size", [10, len(BIG)])
    def test_passing_faults_are_mended(self, fake_s3: FakeS3, s3_shelf: S3Shelf, steps: list[Any], size: int) -> None:
        s3_shelf.put("form.png", BIG[:size])
        fake_s3.script(*steps)
        found = s3_shelf.open("form.png")
        fake_s3.script(*steps)
        assert found.read() == BIG[:size]

    @pytest.mark.parametrize("step", ["cut", "reset", AwsFault(500, "InternalError")])
    def test_lasting_faults_end(self, fake_s3: FakeS3, s3_shelf: S3Shelf, step: Any) -> None:
        s3_shelf.put("form.png", BIG)
        fake_s3.always(step)
        with pytest.raises(StoreFailed):
            s3_shelf.open("form.png")
        assert len(fake_s3.calls) == 3

    @pytest.mark.parametrize(
        ("fault", "kind", "said"),
        [
            (AwsFault(403, "AccessDenied", "Access Denied"), DocumentNotFound, "s3:ListBucket"),
            (
                AwsFault(403, "AccessDenied", "User: arn:x is not authorized to perform: kms:Decrypt on resource: k"),
                StoreDenied,
                "kms:Decrypt",
            ),
            (AwsFault(403, "InvalidAccessKeyId"), StoreDenied, "AWS_ACCESS_KEY_ID"),
            (AwsFault(403, "SignatureDoesNotMatch"), StoreDenied, "AWS_SECRET_ACCESS_KEY"),
            (AwsFault(400, "ExpiredToken"), StoreDenied, "expired"),
            (AwsFault(403, "RequestTimeTooSkewed"), StoreDenied, "clock"),
            (AwsFault(404, "NoSuchBucket"), StoreFailed, "ALLOWED_BUCKETS"),
            (AwsFault(301, "PermanentRedirect"), StoreFailed, "AWS_DEFAULT_REGION"),
            (AwsFault(403, "InvalidObjectState"), StoreFailed, "InvalidObjectState"),
            (AwsFault(404, "NoSuchKey"), DocumentNotFound, "NoSuchKey"),
            (AwsFault(400, "KeyTooLongError"), DocumentNotFound, "KeyTooLongError"),
            (AwsFault(405, "MethodNotAllowed"), DocumentNotFound, "MethodNotAllowed"),
            (AwsFault(400, "InvalidRequest"), StoreFailed, "InvalidRequest"),
        ],
    )
    def test_errors_are_ours_and_their_cause_says_the_remedy(
        self, fake_s3: FakeS3, s3_shelf: S3Shelf, fault: AwsFault, kind: type[StoreFailed], said: str
    ) -> None:
        s3_shelf.put("ana's passport.png", b"1")
        fake_s3.always(fault)
        with pytest.raises(kind) as failure:
            s3_shelf.open("ana's passport.png")
        assert type(failure.value) is kind
        assert said in (failure.value.cause or "")
        assert "passport" not in f"{failure.value.cause} {failure.value.detail}"
        assert s3_shelf.bucket not in failure.value.detail

    def test_a_malformed_version_is_not_found(self, fake_s3: FakeS3, s3_shelf: S3Shelf) -> None:
        fake_s3.always(AwsFault(400, "InvalidArgument", "Invalid version id specified"))
        with pytest.raises(DocumentNotFound):
            s3_shelf.open("form.png", "x")
        with pytest.raises(StoreFailed):
            s3_shelf.open("form.png")

    def test_deleted_in_between_is_not_found(self, fake_s3: FakeS3, s3_shelf: S3Shelf) -> None:
        s3_shelf.put("form.png", BIG)
        found = s3_shelf.open("form.png")
        fake_s3.client.delete_object(Bucket=s3_shelf.bucket, Key="form.png")
        assert not found.unchanged()
        with pytest.raises(DocumentNotFound):
            found.read()

    def test_in_doubt_it_is_not_unchanged(self, fake_s3: FakeS3, s3_shelf: S3Shelf) -> None:
        s3_shelf.put("form.png", b"1")
        found = s3_shelf.open("form.png")
        fake_s3.always(AwsFault(403, "AccessDenied"))
        assert not found.unchanged()

    def test_no_call_after_the_deadline(self, fake_s3: FakeS3, s3_shelf: S3Shelf) -> None:
        s3_shelf.put("form.png", b"1")
        with pytest.raises(DeadlineExceeded):
            s3_shelf.store.open(s3_shelf.bucket, "form.png", None, Deadline.after(0))
        assert fake_s3.calls == []

    def test_without_credentials_it_is_denied_and_not_ready(self, fake_s3: FakeS3, no_credentials: None) -> None:
        store = S3Store(s3_client(1), ["bucket-1"])
        with pytest.raises(StoreDenied) as failure:
            store.open("bucket-1", "form.png")
        assert "AWS_ACCESS_KEY_ID" in (failure.value.cause or "")
        assert "AWS_ACCESS_KEY_ID" in (store.ready() or "")
        assert fake_s3.calls == []

    def test_unreachable_is_not_ready(self, fake_s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
        assert "EndpointConnectionError" in (S3Store(s3_client(1), ["bucket"]).ready() or "")

    def test_a_missing_bucket_is_not_ready(self, fake_s3: FakeS3) -> None:
        assert "ALLOWED_BUCKETS" in (S3Store(s3_client(1), ["no-such-bucket"]).ready() or "")

    def test_head_bucket_needs_a_permission_of_its_own_so_its_403_proves_nothing(self, fake_s3: FakeS3) -> None:
        fake_s3.always(AwsFault(403, "AccessDenied"))
        assert S3Store(s3_client(1), ["bucket"]).ready() is None

    def test_outages_make_it_not_ready_but_missing_documents_do_not(self, fake_s3: FakeS3, s3_shelf: S3Shelf) -> None:
        for step, expected in ((AwsFault(404, "NoSuchKey"), False), (AwsFault(403, "InvalidAccessKeyId"), True)):
            fake_s3.always(step)
            for _ in range(5):
                with pytest.raises((DocumentNotFound, StoreDenied)):
                    s3_shelf.open("form.png")
            fake_s3.always("ok")
            assert bool(s3_shelf.store.ready()) == expected
        s3_shelf.put("form.png", b"1")
        s3_shelf.open("form.png")
        assert s3_shelf.store.ready() is None

    def test_readiness_asks_once_in_a_while(self, fake_s3: FakeS3, s3_shelf: S3Shelf) -> None:
        for _ in range(5):
            assert s3_shelf.store.ready() is None
        assert len(fake_s3.calls) == 1
