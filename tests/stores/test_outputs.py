"""Where results are laid: one contract for S3 and for folders."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from document_analysis.errors import (
    BucketNotAllowed,
    InvalidKmsKey,
    InvalidRequest,
    ServiceError,
    StoreDenied,
    StoreFailed,
)
from document_analysis.stores.outputs import FolderOutput, OutputBucket, Outputs, S3Output
from document_analysis.stores.s3 import s3_client
from tests.fakes.s3 import AwsFault, FakeS3

Place = tuple[OutputBucket, str, Callable[[str], bytes]]


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, fake_s3: FakeS3) -> Place:
    """An output bucket, its name, and how to read what lies there."""
    if request.param == "folder":
        return FolderOutput(tmp_path), "results", lambda key: (tmp_path / key).read_bytes()
    bucket = fake_s3.bucket()

    def read(key: str) -> bytes:
        held: bytes = fake_s3.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return held

    return S3Output(s3_client(1)), bucket, read


def test_bytes_are_laid_and_laid_anew(place: Place) -> None:
    output, bucket, read = place
    for data in (b"", b"one", b"another"):
        output.write(bucket, "a/b/.check", data, None)
        assert read("a/b/.check") == data


def test_other_buckets_are_refused(place: Place) -> None:
    output, bucket, _ = place
    outputs = Outputs({bucket: output})
    outputs.write(bucket, "a", b"1")
    with pytest.raises(BucketNotAllowed):
        outputs.write("another", "a", b"1")


@pytest.mark.parametrize(
    ("fault", "kind", "key"),
    [
        (AwsFault(400, "KMS.NotFoundException"), InvalidKmsKey, "alias/mine"),
        (AwsFault(400, "KMS.DisabledException"), InvalidKmsKey, "alias/mine"),
        (AwsFault(400, "InvalidArgument"), InvalidKmsKey, "alias/mine"),
        (AwsFault(400, "InvalidArgument"), StoreFailed, None),
        (AwsFault(403, "AccessDenied"), StoreDenied, None),
        (AwsFault(403, "InvalidAccessKeyId"), StoreDenied, None),
        (AwsFault(404, "NoSuchBucket"), BucketNotAllowed, None),
        (AwsFault(500, "InternalError"), StoreFailed, None),
    ],
)
def test_s3s_faults(fake_s3: FakeS3, fault: Any, kind: type[ServiceError], key: str | None) -> None:
    bucket = fake_s3.bucket()
    fake_s3.always(fault)
    with pytest.raises(ServiceError) as caught:
        S3Output(s3_client(1, attempts=1)).write(bucket, "a", b"1", key)
    assert type(caught.value) is kind


@pytest.mark.parametrize("key", ["../a", "a/../../b", "/a", "a//b", "a\\b", "a\0b", "link/a", "a/", "", "."])
def test_nothing_outside_a_folder(tmp_path: Path, key: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(InvalidRequest):
        FolderOutput(folder).write("results", key, b"1", None)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["in", "link"]


def test_a_folder_has_no_keys_of_kms(tmp_path: Path) -> None:
    with pytest.raises(InvalidKmsKey):
        FolderOutput(tmp_path).write("results", "a", b"1", "alias/mine")


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a file")
    with pytest.raises(StoreFailed):
        FolderOutput(tmp_path).write("results", "a/b", b"1", None)
