"""Jobs over HTTP, worked by the embedded engine, in a folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from document_analysis.stores.folder_shelf import FolderShelf
from tests.conftest import IMAGES
from tests.problems import assert_problem
from tests.waiting import over

pytestmark = pytest.mark.usefixtures("read_once")

FORM = (IMAGES / "application-form.png").read_bytes()
STORED = {"bucket": "images", "document": "two-pages.tiff", "features": []}
KEYS = "ana:key-of-ana-0123456789,ben:key-of-ben-0123456789"
ANA, BEN = ({"X-Api-Key": f"key-of-{name}-0123456789"} for name in ("ana", "ben"))


@pytest.fixture
def service(tmp_path: Path, client_with: Callable[..., FlaskClient]) -> Any:
    made: list[FlaskClient] = []

    def make(**settings: str) -> FlaskClient:
        client = client_with(JOBS=str(tmp_path / "jobs"), RATE_LIMIT="off", **settings)
        made.append(client)
        return client

    yield make
    for client in made:
        client.application.extensions["jobs"].stop()


def test_a_stored_document_from_202_to_its_result(service: Any) -> None:
    client = service()
    made = client.post("/jobs", json=STORED)
    assert made.status_code == 202
    assert made.headers["Location"] == f"/jobs/{made.json['id']}"
    assert int(made.headers["Retry-After"]) >= 1
    assert made.json["status"] in {"queued", "running", "succeeded"}
    assert made.json["document"] == {"source": "s3://images/two-pages.tiff"}
    job = over(client, made.json)
    assert job["status"] == "succeeded"
    assert job["pages"] == {"total": 2, "done": 2, "failed": 0}
    assert job["error"] is None
    result = client.get(job["links"]["result"])
    direct = client.post("/analyze", json=STORED)
    assert result.status_code == 200
    assert [page["page"] for page in result.json["pages"]] == [1, 2]
    assert result.json["text"] == direct.json["text"]
    assert result.json["blocks"] == direct.json["blocks"]


@pytest.mark.parametrize(
    "name", ["text", "markdown", "csv", "textract", "ndjson", "png", "jpeg", "pdf", "searchable-pdf"]
)
def test_the_result_is_had_in_any_view(service: Any, name: str) -> None:
    client = service()
    job = over(client, client.post("/jobs", data=FORM).json)
    result = client.get(f"{job['links']['result']}?format={name}")
    direct = client.post(f"/analyze?format={name}", data=FORM)
    assert result.status_code == 200, result.data
    assert result.content_type == direct.content_type
    if name in {"text", "markdown", "csv", "textract", "png"}:
        assert result.data == direct.data


def test_the_result_takes_a_views_options_and_no_others(service: Any) -> None:
    client = service()
    job = over(client, client.post("/jobs", json=STORED).json)
    part = client.get(f"{job['links']['result']}?include=text&min_confidence=50").json
    assert "blocks" not in part
    refused = client.get(f"{job['links']['result']}?features=TABLES&pages=1&dry_run=true")
    faults = assert_problem(refused, 400, "invalid_request")["errors"]
    assert {fault["field"] for fault in faults} == {"features", "pages", "dry_run"}
    assert_problem(client.get(f"{job['links']['result']}?format=png&render_page=7"), 400, "invalid_request")
    second = client.get(f"{job['links']['result']}?format=png&render_page=2")
    assert second.content_type == "image/png"


def test_a_request_that_would_rather_not_wait(service: Any) -> None:
    client = service()
    answer = client.post("/analyze?features=", data=FORM, headers={"Prefer": "respond-async, wait=3"})
    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert over(client, answer.json)["status"] == "succeeded"


def test_the_same_key_and_request_are_one_job(service: Any) -> None:
    client = service()
    key = {"Idempotency-Key": '"an-order-4711"'}
    first = client.post("/jobs", json=STORED, headers=key)
    again = client.post("/jobs", json=STORED, headers={"Idempotency-Key": "an-order-4711"})
    assert again.status_code == 202
    assert again.json["id"] == first.json["id"]
    other = client.post("/jobs", json={**STORED, "pages": "1"}, headers=key)
    assert_problem(other, 422, "idempotency_mismatch")
    body = client.post("/jobs?features=", data=FORM, headers=key)
    assert_problem(body, 422, "idempotency_mismatch")
    assert over(client, first.json)["status"] == "succeeded"
    assert client.post("/jobs", json=STORED, headers=key).json["status"] == "succeeded"
    assert len(client.get("/jobs").json["jobs"]) == 1
    assert_problem(client.post("/jobs", json=STORED, headers={"Idempotency-Key": "\x7f"}), 400, "invalid_request")


def test_jobs_are_their_owners(service: Any) -> None:
    client = service(API_KEYS=KEYS)
    job = client.post("/jobs", json=STORED, headers=ANA).json
    for path, method in (("", "GET"), ("/result", "GET"), ("", "DELETE"), ("/callback", "POST")):
        answer = client.open(job["links"]["self"] + path, method=method, headers=BEN)
        assert_problem(answer, 404, "not_found")
    assert client.get("/jobs", headers=BEN).json == {"jobs": [], "next": None}
    assert [one["id"] for one in client.get("/jobs", headers=ANA).json["jobs"]] == [job["id"]]
    same_key = {"Idempotency-Key": "1"}
    ids = {client.post("/jobs", json=STORED, headers={**who, **same_key}).json["id"] for who in (ANA, BEN)}
    assert len(ids) == 2
    assert_problem(client.post("/jobs", json=STORED), 401, "unauthorized")
    assert_problem(client.get("/jobs"), 401, "unauthorized")


def test_the_list_is_newest_first_in_parts_and_by_status(service: Any) -> None:
    client = service(JOBS_WORKERS="0")
    ids = [client.post("/jobs", json=STORED).json["id"] for _ in range(5)]
    first = client.get("/jobs?limit=3").json
    rest = client.get(f"/jobs?limit=3&cursor={first['next']}").json
    assert [job["id"] for job in first["jobs"] + rest["jobs"]] == ids[::-1]
    assert rest["next"] is None
    assert client.get("/jobs?status=failed").json["jobs"] == []
    assert len(client.get("/jobs?status=queued").json["jobs"]) == 5
    faults = assert_problem(client.get("/jobs?status=x&limit=0&cursor=..&z=1"), 400, "invalid_request")["errors"]
    assert {fault["field"] for fault in faults} == {"status", "limit", "cursor", "z"}


def test_a_result_that_is_not_there_yet(service: Any) -> None:
    client = service(JOBS_WORKERS="0")
    job = client.post("/jobs", json=STORED).json
    answer = client.get(job["links"]["result"])
    assert_problem(answer, 409, "job_not_finished")
    assert int(answer.headers["Retry-After"]) >= 1
    seen = client.get(job["links"]["self"], headers={"Prefer": "wait=1"})
    assert seen.json["status"] == "queued"
    assert seen.headers["Preference-Applied"] == "wait=1"


def test_a_document_that_fails_fails_its_job(service: Any) -> None:
    client = service()
    damaged = b"%PDF-1.7\n" + b"no pdf at all " * 50
    direct = client.post("/analyze", data=damaged)
    job = over(client, client.post("/jobs", data=damaged).json)
    assert job["status"] == "failed"
    assert job["error"]["code"] == direct.json["code"]
    assert_problem(client.get(job["links"]["result"]), direct.status_code, direct.json["code"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"bucket": "images", "document": "no-such.png"}, 404, "document_not_found"),
        ({"bucket": "other", "document": "a.png"}, 403, "bucket_not_allowed"),
        ({"bucket": "images", "document": "README.md"}, 415, "unsupported_media_type"),
        ({**STORED, "features": ["QUERIES"], "queries": [{"text": "?"}]}, 422, "unsupported_feature"),
        ({**STORED, "callback": {"url": "https://example.org/"}}, 400, "invalid_request"),
        ({**STORED, "callback": "https://example.org/"}, 400, "invalid_request"),
        ({**STORED, "dry_run": True}, 400, "invalid_request"),
        ({**STORED, "nonsense": 1}, 400, "invalid_request"),
        ({"upload": {"size": 60 << 20, "media_type": "image/png"}}, 413, "document_too_large"),
        ({"upload": {"size": 0, "media_type": "image/png"}}, 400, "invalid_request"),
        ({"upload": {"size": 10}}, 400, "invalid_request"),
        ({"upload": None}, 400, "invalid_request"),
        ({}, 400, "invalid_request"),
    ],
)
def test_every_fault_is_said_at_once_and_nothing_is_made(service: Any, body: Any, status: int, code: str) -> None:
    client = service()
    assert_problem(client.post("/jobs", json=body), status, code)
    assert client.get("/jobs").json["jobs"] == []


def test_nothing_of_a_deleted_job_is_left(service: Any, tmp_path: Path) -> None:
    client = service()
    job = over(client, client.post("/jobs?features=", data=FORM).json)
    (tmp_path / "jobs" / "dead").mkdir()
    (tmp_path / "jobs" / "dead" / job["id"]).write_text('{"due": 1, "tries": 10}')  # a callback that nobody took
    assert client.post("/analyze?features=", data=FORM).json["cached"]
    assert client.delete(job["links"]["self"]).status_code == 204
    assert_problem(client.get(job["links"]["self"]), 404, "not_found")
    left = [path for path in (tmp_path / "jobs").rglob("*") if path.is_file() and path.name not in {"secret", ".lock"}]
    assert left == []
    assert not client.post("/analyze?features=", data=FORM).json["cached"]


def test_a_job_is_gone_when_its_time_is_over_whoever_has_swept(service: Any, tmp_path: Path) -> None:
    client = service(JOBS_WORKERS="0")
    job = client.post("/jobs", json=STORED, headers={"Idempotency-Key": "1"}).json
    state = tmp_path / "jobs" / "jobs" / f"{job['id']}.job"
    state.write_text(json.dumps({**json.loads(state.read_bytes()), "expires": "2001-01-01T00:00:00.000000Z"}))
    for path in ("self", "result"):
        assert_problem(client.get(job["links"][path]), 404, "not_found")
    again = client.post("/jobs", json=STORED, headers={"Idempotency-Key": "1"})
    assert (again.status_code, again.json["status"]) == (202, "queued"), "its token makes a new one"
    assert again.json["expires"] > again.json["created"]


def test_a_job_that_waits_is_cancelled(service: Any, tmp_path: Path) -> None:
    client = service(JOBS_WORKERS="0")
    job = client.post("/jobs", data=FORM).json
    assert client.delete(job["links"]["self"]).status_code == 204
    assert client.get(job["links"]["self"]).json["status"] == "cancelled"
    assert_problem(client.get(job["links"]["result"]), 404, "not_found")
    assert not list((tmp_path / "jobs").rglob("*.document"))
    client.delete(job["links"]["self"])
    assert_problem(client.get(job["links"]["self"]), 404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_upload_begins_its_job(service: Any, method: str) -> None:
    client = service(API_KEYS=KEYS)
    wanted = {"upload": {"size": len(FORM), "media_type": "image/png", "method": method}, "features": []}
    made = client.post("/jobs", json=wanted, headers=ANA)
    assert made.status_code == 202
    assert made.json["status"] == "awaiting_upload"
    upload = made.json["upload"]
    assert upload["method"] == method
    if method == "PUT":
        sent = client.put(upload["url"], data=FORM, headers={"Content-Type": "image/png"})
    else:
        sent = client.post(
            upload["url"], data={**upload["fields"], "file": (IMAGES / "application-form.png").open("rb")}
        )
    assert sent.status_code == 204, sent.data
    assert over(client, made.json, ANA)["status"] == "succeeded"
    assert "Elmbridge" in client.get(made.json["links"]["result"], headers=ANA).json["text"]
    again = client.put(upload["url"], data=FORM, headers={"Content-Type": "image/png"})
    assert_problem(again, 403, "forbidden")
    assert client.get(made.json["links"]["self"], headers=ANA).json["upload"] is None


def test_an_upload_must_be_what_was_agreed_upon(service: Any) -> None:
    client = service()
    job = client.post("/jobs", json={"upload": {"size": len(FORM), "media_type": "image/png"}}).json
    url = job["upload"]["url"]
    png = {"Content-Type": "image/png"}
    assert_problem(client.put(url, data=FORM + b"x", headers=png), 413, "document_too_large")
    assert_problem(client.put(url, data=FORM[:-1], headers=png), 422, "unreadable_document")
    assert_problem(client.put(url, data=FORM, headers={"Content-Type": "image/jpeg"}), 400, "invalid_request")
    forged = url.replace("expires=", "expires=9")
    assert_problem(client.put(forged, data=FORM, headers=png), 403, "forbidden")
    assert_problem(client.put(url.replace(job["id"], "0" * 64), data=FORM, headers=png), 403, "forbidden")
    assert_problem(client.put(f"/uploads/{job['id']}", data=FORM, headers=png), 403, "forbidden")
    assert client.get(job["links"]["self"]).json["status"] == "awaiting_upload"
    assert client.put(url, data=FORM, headers=png).status_code == 204


def test_a_service_without_jobs_says_so(client_with: Callable[..., FlaskClient]) -> None:
    client = client_with(JOBS="off")
    body = assert_problem(client.post("/jobs", json=STORED), 404, "not_found")
    assert "JOBS" in body["detail"]
    assert client.post("/analyze", json=STORED, headers={"Prefer": "respond-async"}).status_code == 200


def test_a_job_is_over_when_all_that_came_of_it_is_there(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sees the end asks for the result at once."""
    there: list[bool] = []
    replace = FolderShelf.replace

    def watched(shelf: FolderShelf, name: str, data: bytes, tag: str) -> str | None:
        if name.endswith(".job") and json.loads(data)["status"] == "succeeded":
            there.append(shelf.get(name.removesuffix(".job") + "/analysis") is not None)
        return replace(shelf, name, data, tag)

    monkeypatch.setattr(FolderShelf, "replace", watched)
    client = service()
    assert over(client, client.post("/jobs", json=STORED).json)["status"] == "succeeded"
    assert there and all(there)


def test_what_a_killed_process_left_the_next_one_ends(service: Any, tmp_path: Path) -> None:
    """Its worker has begun the job and written one page; the next goes on from there."""
    first = service(JOBS_WORKERS="0")
    job = first.post("/jobs", json=STORED).json
    state = next((tmp_path / "jobs").rglob("*.job"))
    members = json.loads(state.read_bytes())
    lease = "2999-01-01T00:00:00.000000Z"
    state.write_text(
        json.dumps({**members, "status": "running", "attempts": 1, "worker": "this machine", "lease": lease})
    )
    assert over(service(), job)["status"] == "succeeded"


def test_what_a_process_took_in_the_next_one_works(service: Any, tmp_path: Path) -> None:
    """Also beside a job that cannot be read."""
    job = service(JOBS_WORKERS="0").post("/jobs", json=STORED).json
    (tmp_path / "jobs" / "jobs" / f"{'0' * 64}.job").write_bytes(b"")
    assert over(service(), job)["status"] == "succeeded"


def test_attempts_that_brought_pages_do_not_count(service: Any, tmp_path: Path) -> None:
    first = service()
    job = over(first, first.post("/jobs", json=STORED).json)
    first.application.extensions["jobs"].stop()
    state = next((tmp_path / "jobs").rglob("*.job"))
    members = json.loads(state.read_bytes())
    state.write_text(json.dumps({**members, "status": "running", "attempts": 3, "worker": "this machine"}))
    assert over(service(), job)["status"] == "succeeded"


def test_a_document_that_ends_its_workers_is_given_up(service: Any, tmp_path: Path) -> None:
    first = service(JOBS_WORKERS="0")
    job = first.post("/jobs", json=STORED).json
    state = next((tmp_path / "jobs").rglob("*.job"))
    members = json.loads(state.read_bytes())
    state.write_text(json.dumps({**members, "status": "running", "attempts": 3, "worker": "this machine"}))
    seen = over(service(), job)
    assert seen["status"] == "failed"
    assert seen["error"]["status"] == 500
    assert "three times" in seen["error"]["detail"]
