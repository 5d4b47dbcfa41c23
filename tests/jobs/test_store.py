"""Jobs on both kinds of shelf: made once, changed by one at a time, listed newest first, erased whole."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from document_analysis.errors import InternalError, NotFound
from document_analysis.jobs.job import Callback, Fault, Job, Progress, job_id, later, now
from document_analysis.jobs.store import JobStore
from document_analysis.stores.folder_shelf import FolderShelf
from document_analysis.stores.s3 import s3_client
from document_analysis.stores.s3_shelf import S3Shelf
from tests.fakes.s3 import FakeS3
from tests.stores.test_shelves import at_once


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> JobStore:
    if request.param == "folder":
        return JobStore(FolderShelf(tmp_path))
    fake_s3: FakeS3 = request.getfixturevalue("fake_s3")
    return JobStore(S3Shelf(s3_client(8), fake_s3.bucket(), "jobs-of-mine"))


def made(owner: str = "ana", **members: Any) -> Job:
    moment = now()
    given = {"id": job_id(b"", owner, "jobs", None), "fingerprint": "f", "request": {"pages": [1]}}
    given |= {"created": moment, "updated": moment, "expires": later(60)}
    return Job(owner=owner, api="jobs", **given | members)


def test_a_job_comes_back_as_it_was_laid_down(store: JobStore) -> None:
    job = made(
        callback=Callback("https://example.org/a", attempts=2),
        error=Fault("engine_failed", 502, "It failed."),
        progress=Progress(3, 2, 1),
        warnings=("one",),
    )
    assert store.create(job) == job
    assert store.read(job.id) == job


def test_of_many_with_one_id_one_is_made(store: JobStore) -> None:
    job = made()
    jobs = at_once(8, lambda number: store.create(replace(job, source=str(number))))
    assert len({made.source for made in jobs}) == 1
    assert len(store.listed("ana", None, 10)) == 1


def test_changes_of_many_at_once_are_all_there(store: JobStore) -> None:
    job = store.create(made(progress=Progress(total=6)))

    def one_more(_: int) -> None:
        store.change(job.id, lambda seen: seen.proceed(replace(seen.progress, done=seen.progress.done + 1), {}))

    at_once(6, one_more)
    assert store.read(job.id).progress.done == 6


def test_a_change_of_mind_changes_nothing(store: JobStore) -> None:
    job = store.create(made())
    assert store.change(job.id, lambda _: None) == job


def test_no_job_of_that_id(store: JobStore) -> None:
    with pytest.raises(NotFound):
        store.read("0" * 64)
    with pytest.raises(NotFound):
        store.change("0" * 64, lambda job: job.cancel())


def test_lists_an_owners_jobs_newest_first_and_in_parts(store: JobStore) -> None:
    jobs = [store.create(made()) for _ in range(5)]
    store.create(made(owner="ben"))
    first = store.listed("ana", None, 3)
    rest = store.listed("ana", first[-1][0], 3)
    assert [found for _, found in first + rest] == [job.id for job in reversed(jobs)]
    assert len(store.listed("ben", None, 10)) == 1
    assert store.listed("an", None, 10) == []


def test_keeps_pages_and_the_document(store: JobStore) -> None:
    job = store.create(made())
    assert store.pages_done(job.id) == []
    assert store.keep_document(job, b"bytes")
    assert not store.keep_document(job, b"others")
    for number in (1, 10, 2):
        store.keep_page(job.id, number, b"page %d" % number)
    assert store.pages_done(job.id) == [1, 2, 10]
    assert store.page(job.id, 10) == b"page 10"
    assert store.page(job.id, 3) is None
    assert store.document(job) == b"bytes"


def test_nothing_of_an_erased_job_is_left(store: JobStore) -> None:
    job, other = store.create(made()), store.create(made())
    store.keep_document(job, b"1")
    store.keep_page(job.id, 1, b"1")
    store.keep_page(other.id, 1, b"1")
    store.erase(job)
    assert store.shelf.names(f"jobs/{job.id}") == []
    assert [found for _, found in store.listed("ana", None, 10)] == [other.id]
    assert store.page(other.id, 1) == b"1"


def test_what_names_a_job_is_erased_last(tmp_path: Path) -> None:
    """Whoever is killed between leaves a job that can be erased again, and nothing that nobody finds."""
    erased: list[str] = []

    class Watched(FolderShelf):
        def delete(self, name: str) -> None:
            erased.append(name)
            super().delete(name)

        def delete_prefix(self, prefix: str) -> None:
            erased.append(prefix)
            super().delete_prefix(prefix)

    store = JobStore(Watched(tmp_path))
    job = store.create(made())
    store.erase(job)
    assert erased[-1] == f"jobs/{job.id}.job" and erased[-2].startswith("owners/")
    assert f"jobs/{job.id}/" in erased


def test_no_folder_of_an_erased_job_is_left(tmp_path: Path) -> None:
    store = JobStore(FolderShelf(tmp_path))
    job = store.create(made(), b"bytes")
    store.keep_page(job.id, 1, b"1")
    store.erase(job)
    late = store.shelf.replace(f"jobs/{job.id}.job", job.as_bytes(), "tag")
    assert late is None
    assert [path for path in tmp_path.rglob("*") if job.id in str(path)] == []
    assert list((tmp_path / "owners").iterdir()) == []


def test_jobs_of_many_minutes_come_newest_first(store: JobStore) -> None:
    moments = [
        f"2026-0{month}-10T1{hour}:0{minute}:00.000001Z" for month in (1, 2) for hour in (0, 1) for minute in (0, 1)
    ]
    jobs = [store.create(made(created=moment)) for moment in moments]
    found, after = [], None
    while marks := store.listed("ana", after, 3):
        found += [job_id for _, job_id in marks]
        after = marks[-1][0]
    assert found == [job.id for job in reversed(jobs)]


def test_finds_each_of_some(store: JobStore) -> None:
    jobs = [store.create(made()) for _ in range(3)]
    store.erase(jobs[1])
    assert store.find_each([job.id for job in jobs]) == [jobs[0], None, jobs[2]]


def test_what_is_no_job_is_our_fault(store: JobStore) -> None:
    store.shelf.put("jobs/a.job", b'{"id": 1}')
    with pytest.raises(InternalError):
        store.read("a")


def test_the_secret_is_made_once(store: JobStore) -> None:
    secrets = at_once(4, lambda _: store.secret())
    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 32


def test_ids_are_of_the_token_and_cannot_be_guessed() -> None:
    assert job_id(b"s", "ana", "jobs", "t") == job_id(b"s", "ana", "jobs", "t")
    others = [
        ("z", "ana", "jobs", "t"),
        ("s", "ben", "jobs", "t"),
        ("s", "ana", "other", "t"),
        ("s", "ana", "jobs", "u"),
    ]
    ids = {job_id(secret.encode(), owner, api, token) for secret, owner, api, token in others}
    ids |= {job_id(b"s", "ana", "jobs", "t"), job_id(b"s", "ana", "jobs", None), job_id(b"s", "ana", "jobs", None)}
    assert len(ids) == 7
    assert all(len(one) == 64 for one in ids)


def test_a_job_over_stays_over_and_knows_it() -> None:
    job = made().begin("w", 60)
    assert (job.status, job.attempts, job.over) == ("running", 1, False)
    assert not job.taken_by_another("w")
    assert job.taken_by_another("other")
    assert not job.hold("w", -1).taken_by_another("other")
    assert not job.give_back().taken_by_another("other")
    assert job.give_back().attempts == 0
    assert job.finish("partial", ()).over
    assert job.cancel().over
    assert job.fail(Fault("engine_failed", 502, "")).over
    assert not job.expired
    assert replace(job, expires=later(-1)).expired
