"""What every shelf promises: nothing is lost, and of many who write at once one is told so."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from document_analysis.errors import StoreDenied, StoreFailed
from document_analysis.stores.folder_shelf import FolderShelf
from document_analysis.stores.s3 import s3_client
from document_analysis.stores.s3_shelf import S3Shelf
from document_analysis.stores.shelf import Shelf
from tests.fakes.s3 import AwsFault, FakeS3


@pytest.fixture(params=["folder", "s3"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    if request.param == "folder":
        return FolderShelf(tmp_path / "jobs")
    fake_s3: FakeS3 = request.getfixturevalue("fake_s3")
    return S3Shelf(s3_client(8, attempts=1), fake_s3.bucket(), "some/where")


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    results: list[Any] = [None] * count
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait()
        results[number] = act(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 5000])
def test_gives_back_what_was_laid_there(shelf: Shelf, data: bytes) -> None:
    tag = shelf.create("a/b", data)
    held = shelf.get("a/b")
    assert held is not None
    assert (held.data, held.tag) == (data, tag)


def test_what_is_not_there(shelf: Shelf) -> None:
    assert shelf.get("a/b") is None
    assert shelf.replace("a/b", b"1", "tag") is None
    shelf.delete("a/b")
    shelf.delete_prefix("a/")
    assert shelf.names("a/") == []
    assert shelf.get("a/b") is None


def test_a_name_is_created_once(shelf: Shelf) -> None:
    assert shelf.create("a", b"1")
    assert shelf.create("a", b"2") is None
    held = shelf.get("a")
    assert held is not None
    assert held.data == b"1"


def test_only_what_was_seen_is_replaced(shelf: Shelf) -> None:
    first = shelf.create("a", b"1")
    assert first
    second = shelf.replace("a", b"2", first)
    assert second
    assert second != first
    assert shelf.replace("a", b"3", first) is None
    held = shelf.get("a")
    assert held is not None
    assert held.data == b"2"
    shelf.delete("a")
    assert shelf.replace("a", b"3", second) is None
    assert shelf.get("a") is None


def test_put_asks_nothing(shelf: Shelf) -> None:
    shelf.put("a", b"1")
    shelf.put("a", b"2")
    held = shelf.get("a")
    assert held is not None
    assert held.data == b"2"


def test_of_many_who_create_one_did(shelf: Shelf) -> None:
    tags = at_once(8, lambda number: shelf.create("a", str(number).encode()))
    winners = [number for number, tag in enumerate(tags) if tag]
    assert len(winners) == 1
    held = shelf.get("a")
    assert held is not None
    assert held.data == str(winners[0]).encode()


def test_no_change_of_many_at_once_is_lost(shelf: Shelf) -> None:
    shelf.create("sum", b"0")

    def add(_: int) -> None:
        while True:
            held = shelf.get("sum")
            assert held is not None
            if shelf.replace("sum", str(int(held.data) + 1).encode(), held.tag):
                return

    at_once(6, add)
    held = shelf.get("sum")
    assert held is not None
    assert held.data == b"6"


def test_names_come_in_order_and_in_parts(shelf: Shelf) -> None:
    names = [f"a/{number:02}" for number in range(7)]
    for name in (*reversed(names), "ab", "b/1"):
        shelf.put(name, b"")
    assert shelf.names("a/") == names
    assert shelf.names("a/", after="a/02", most=3) == names[3:6]
    assert shelf.names("a/", after="a/06") == []
    assert shelf.names("a/0", after="a/04") == names[5:]
    assert shelf.names("a/03") == [names[3]]


def test_erases_one_and_all_of_a_prefix(shelf: Shelf) -> None:
    for name in ("a/1", "a/2/3", "ab/1", "b"):
        shelf.put(name, b"")
    shelf.delete("b")
    shelf.delete_prefix("a/")
    assert [shelf.get(name) is None for name in ("a/1", "a/2/3", "ab/1", "b")] == [True, True, False, True]


def test_what_is_created_is_listed_by_a_second_name(shelf: Shelf) -> None:
    tag = shelf.create("a/1", b"1", listed="list/x/1")
    assert tag
    assert shelf.create("a/1", b"2", listed="list/x/2") is None
    assert shelf.create("a/2", b"2", listed="list/x/1")
    assert shelf.names("list/") == ["list/x/1"]
    assert shelf.replace("a/1", b"3", tag)
    shelf.delete("list/x/1")
    held = shelf.get("a/1")
    assert held is not None
    assert held.data == b"3"
    assert shelf.names("list/") == []


def test_gives_each_of_some(shelf: Shelf) -> None:
    shelf.create("a", b"1", settled=False)
    shelf.create("b", b"2")
    assert [held and held.data for held in shelf.get_each(["b", "c", "a"])] == [b"2", None, b"1"]
    assert shelf.get_each([]) == []


def test_names_in_folders_come_in_order_and_in_parts(shelf: Shelf) -> None:
    names = ["a/1/1/1", "a/1/1/2", "a/1/2/1", "a/2/1/1", "a/2/1/2"]
    for name in (*reversed(names), "b/1"):
        shelf.put(name, b"")
    assert shelf.names("a/") == names
    for start in range(1, 5):
        assert shelf.names("a/", after=names[start - 1], most=2) == names[start : start + 2]
    shelf.delete("a/1/1/1")
    shelf.delete("a/1/1/2")
    assert shelf.names("a/", after=names[0]) == names[2:]
    shelf.put("a/1/1/2", b"")
    assert shelf.names("a/") == names[1:]


@pytest.mark.parametrize(
    "name", ["", "/a", "a/", "../a", "a/../b", ".hidden", "a/.b", "a\0", "a\nb", "a b", "é", "a" * 500]
)
def test_no_strange_name_gets_in(shelf: Shelf, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        shelf.put(name, b"")
    with pytest.raises(ValueError, match="no name"):
        shelf.get(name)


def test_says_that_it_can_be_used(shelf: Shelf) -> None:
    assert shelf.ready() is None


class TestFolder:
    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        shelf = FolderShelf(tmp_path / "file" / "jobs")
        assert "JOBS" in str(shelf.ready())
        with pytest.raises((StoreFailed, StoreDenied)):
            shelf.create("a", b"1")

    def test_nobody_else_may_read_it(self, tmp_path: Path) -> None:
        shelf = FolderShelf(tmp_path / "jobs")
        shelf.create("a/b", b"1")
        for path in (tmp_path / "jobs", tmp_path / "jobs/a", tmp_path / "jobs/a/b"):
            assert path.stat().st_mode & 0o077 == 0, path

    def test_of_folders_emptied_and_filled_at_once_none_is_in_the_way(self, tmp_path: Path) -> None:
        shelf = FolderShelf(tmp_path)

        def fill_and_empty(number: int) -> None:
            for turn in range(50):
                name = f"a/b/c/{number}-{turn}"
                shelf.put(name, b"")
                assert shelf.get(name)
                shelf.delete(name)

        at_once(4, fill_and_empty)
        assert list((tmp_path / "a").iterdir()) == []

    def test_a_write_that_fails_leaves_what_was_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        shelf = FolderShelf(tmp_path)
        shelf.put("a", b"old")

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreFailed) as caught:
            shelf.put("a", b"new")
        assert "ENOSPC" in str(caught.value.cause)
        monkeypatch.undo()
        held = shelf.get("a")
        assert held is not None
        assert held.data == b"old"
        assert list(tmp_path.glob(".part*")) == []


class TestS3:
    @pytest.fixture
    def s3_shelf(self, fake_s3: FakeS3) -> S3Shelf:
        return S3Shelf(s3_client(2, attempts=1), fake_s3.bucket())

    def test_a_conflict_is_tried_again(self, s3_shelf: S3Shelf, fake_s3: FakeS3) -> None:
        fake_s3.script(AwsFault(409, "ConditionalRequestConflict"), AwsFault(409, "ConditionalRequestConflict"))
        assert s3_shelf.create("a", b"1")

    def test_an_answer_lost_on_the_way_is_no_loss(self, fake_s3: FakeS3) -> None:
        shelf = S3Shelf(s3_client(2, attempts=2), fake_s3.bucket())
        fake_s3.script("written_and_reset")
        assert shelf.create("a", b"1")
        held = shelf.get("a")
        assert held is not None
        assert held.data == b"1"

    @pytest.mark.parametrize(
        ("step", "kind"), [(AwsFault(500, "InternalError"), StoreFailed), (AwsFault(403, "AccessDenied"), StoreDenied)]
    )
    @pytest.mark.parametrize(
        "act",
        [
            lambda shelf: shelf.get("a"),
            lambda shelf: shelf.create("a", b""),
            lambda shelf: shelf.replace("a", b"", "tag"),
            lambda shelf: shelf.put("a", b""),
            lambda shelf: shelf.delete("a"),
            lambda shelf: shelf.delete_prefix("a/"),
            lambda shelf: shelf.names("a/"),
        ],
    )
    def test_what_fails_raises(
        self, s3_shelf: S3Shelf, fake_s3: FakeS3, act: Callable[[Shelf], Any], step: AwsFault, kind: type[StoreFailed]
    ) -> None:
        fake_s3.always(step)
        with pytest.raises(kind):
            act(s3_shelf)

    def test_says_what_is_wrong(self, fake_s3: FakeS3) -> None:
        assert "JOBS" in str(S3Shelf(s3_client(1, attempts=1), "no-such-bucket").ready())
