"""Several documents in one call, analysed by the embedded engine and by a fake Textract."""

import json
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from document_analysis.errors import QueueFull
from document_analysis.limits.deadlines import Deadline
from document_analysis.web.inputs import MAX_JSON_BYTES
from tests.conftest import IMAGES
from tests.fakes.textract_server import FakeTextract
from tests.problems import assert_problem

pytestmark = pytest.mark.usefixtures("read_once")

FORM, LETTER = ((IMAGES / name).read_bytes() for name in ("application-form.png", "letter.png"))
LISTED = ["s3://images/application-form.png", {"bucket": "images", "document": "two-pages.tiff"}]


def lines(answer: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.data.splitlines()]


def files(*contents: bytes) -> dict[str, Any]:
    return {"file": [(BytesIO(content), f"{number}.png") for number, content in enumerate(contents)]}


def test_stored_documents_are_answered_in_their_order(client: FlaskClient) -> None:
    answer = client.post("/batch", json={"documents": LISTED, "features": []})
    assert answer.status_code == 200
    first, second = answer.json["results"]
    assert [first["index"], second["index"]] == [0, 1]
    assert [first["name"], second["name"]] == ["s3://images/application-form.png", "s3://images/two-pages.tiff"]
    for found, body in ((first, {"document": LISTED[0]}), (second, LISTED[1])):
        direct = client.post("/analyze", json={**body, "features": []}).json
        assert found["status"] == 200
        assert found["result"]["blocks"] == direct["blocks"]
    assert len(second["result"]["pages"]) == 2


def test_uploads_with_options_in_the_form(client: FlaskClient) -> None:
    answer = client.post("/batch", data={**files(FORM, LETTER), "features": "", "include": "text"})
    assert [found["name"] for found in answer.json["results"]] == ["0.png", "1.png"]
    assert all("text" in found["result"] and "blocks" not in found["result"] for found in answer.json["results"])


def test_lines_come_as_documents_are_done_then_the_end(client: FlaskClient) -> None:
    answer = client.post("/batch?format=ndjson", json={"documents": LISTED, "features": []})
    assert answer.status_code == 200
    assert answer.mimetype == "application/x-ndjson"
    *documents, end = lines(answer)
    assert {found["index"] for found in documents} == {0, 1}
    assert end["counts"] == {"succeeded": 2, "partial": 0, "failed": 0}
    assert end["cost"].keys() == documents[0]["result"]["cost"].keys()
    sums = {name: sum(found["result"]["cost"][name] for found in documents) for name in end["cost"]}
    assert end["cost"] == sums


@pytest.mark.parametrize("view", ["json", "ndjson"])
def test_a_bad_document_spoils_no_other(client: FlaskClient, view: str) -> None:
    documents = [
        "s3://images/application-form.png",
        "s3://images/no-such.png",
        "s3://elsewhere/a.png",
        {"document": "README.md", "bucket": "images"},
        {"document": "a.png", "features": []},
        7,
    ]
    answer = client.post(f"/batch?format={view}", json={"documents": documents, "features": []})
    assert answer.status_code == 200
    found = answer.json["results"] if view == "json" else sorted(lines(answer)[:-1], key=lambda line: line["index"])
    assert [one["status"] for one in found] == [200, 404, 403, 415, 400, 400]
    codes = [one["error"]["code"] for one in found[1:]]
    assert codes[:3] == ["document_not_found", "bucket_not_allowed", "unsupported_media_type"]
    assert all(one["error"]["request_id"] == answer.headers["X-Request-Id"] for one in found[1:])
    if view == "ndjson":
        assert lines(answer)[-1]["counts"] == {"succeeded": 1, "partial": 0, "failed": 5}


@pytest.mark.parametrize("view", ["json", "ndjson"])
def test_a_batch_of_which_nothing_succeeds_is_a_422(client: FlaskClient, view: str) -> None:
    answer = client.post(f"/batch?format={view}", data=files(b"nothing", b""))
    assert answer.status_code == 422
    found = answer.json["results"] if view == "json" else lines(answer)[:-1]
    assert {one["status"] for one in found} == {415, 400}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"documents": []},
        {"documents": "s3://images/a.png"},
        {"documents": LISTED * 13},
        {"documents": LISTED, "nonsense": 1},
        {"documents": LISTED, "dry_run": True},
        {"documents": LISTED, "format": "png"},
        [],
    ],
)
def test_a_fault_of_the_whole_is_a_400(client: FlaskClient, body: Any) -> None:
    assert_problem(client.post("/batch", json=body), 400, "invalid_request")


def test_other_representations_are_refused(client: FlaskClient) -> None:
    answer = client.post("/batch", json={"documents": LISTED}, headers={"Accept": "image/png"})
    problem = assert_problem(answer, 406, "not_acceptable")
    assert "application/x-ndjson" in problem["detail"]
    assert "image" not in problem["detail"]


def test_a_document_that_is_too_large_fails_alone(client_with: Callable[..., FlaskClient]) -> None:
    client = client_with(MAX_DOCUMENT_BYTES=str(len(FORM) + 10), JOBS="off")
    answer = client.post("/batch?features=", data=files(FORM, FORM + bytes(20)))
    assert [found["status"] for found in answer.json["results"]] == [200, 413]


def test_a_list_may_not_be_as_long_as_files_may(client_with: Callable[..., FlaskClient]) -> None:
    app = client_with(JOBS="off").application
    limit = app.extensions["front"].body_limit
    heads = [{"CONTENT_TYPE": kind} for kind in ("multipart/form-data; boundary=b", "application/json")]
    form, listed = (
        limit(EnvironBuilder("/batch", method="POST", environ_overrides=head).get_environ()) for head in heads
    )
    assert listed == MAX_JSON_BYTES < form


def test_a_batch_is_guarded_and_each_document_counts(client_with: Callable[..., FlaskClient]) -> None:
    client = client_with(API_KEYS="ana:key-of-ana-0123456789", RATE_LIMIT="3/hour", JOBS="off", MAX_CONCURRENCY="1")
    assert_problem(client.post("/batch", json={"documents": LISTED}), 401, "unauthorized")
    answer = client.post(
        "/batch", json={"documents": LISTED * 2, "features": []}, headers={"X-Api-Key": "key-of-ana-0123456789"}
    )
    assert [found["status"] for found in answer.json["results"]] == [200, 200, 200, 429]


def test_documents_take_half_of_the_places_at_most(
    client_with: Callable[..., FlaskClient], fake_textract: FakeTextract
) -> None:
    client = client_with(
        ENGINE="textract", ALLOW_ANONYMOUS="true", DEFAULT_BUCKET="b", MAX_CONCURRENCY="4", CACHE="off", JOBS="off"
    )
    fake_textract.latency_s = 0.05
    answer = client.post("/batch", data=files(*[FORM + bytes([n]) for n in range(8)]))
    assert [found["status"] for found in answer.json["results"]] == [200] * 8
    assert fake_textract.count == 8
    assert fake_textract.most_in_flight == 2
    assert answer.json["cost"]["pages_billed"] == 8


def test_a_batch_that_finds_no_room_is_a_429(client_with: Callable[..., FlaskClient]) -> None:
    client = client_with(MAX_CONCURRENCY="1", MAX_QUEUE="0", JOBS="off")
    places = client.application.extensions["services"].places
    with places.hold(Deadline.after(60)):
        answer = client.post("/batch", json={"documents": LISTED})
        assert_problem(answer, 429, QueueFull.code)
        assert int(answer.headers["Retry-After"]) >= 1
    assert places.taken == 0


def test_what_the_deadline_cuts_off_is_said_and_the_rest_is_there(
    client_with: Callable[..., FlaskClient], fake_textract: FakeTextract
) -> None:
    client = client_with(
        ENGINE="textract",
        ALLOW_ANONYMOUS="true",
        DEFAULT_BUCKET="b",
        MAX_CONCURRENCY="2",
        REQUEST_DEADLINE_S="3",
        JOBS="off",
    )
    fake_textract.script("ok", "hang")
    answer = client.post("/batch", data=files(FORM, LETTER))
    assert [found["status"] for found in answer.json["results"]] == [200, 504]
    assert answer.json["results"][1]["error"]["code"] == "deadline_exceeded"


def test_a_client_that_leaves_lets_go_of_everything(
    client_with: Callable[..., FlaskClient], fake_textract: FakeTextract
) -> None:
    client = client_with(
        ENGINE="textract", ALLOW_ANONYMOUS="true", DEFAULT_BUCKET="b", MAX_CONCURRENCY="2", CACHE="off", JOBS="off"
    )
    answer = client.post("/batch?format=ndjson", data=files(*[FORM + bytes([n]) for n in range(6)]), buffered=False)
    assert json.loads(next(iter(answer.response)))["status"] == 200
    answer.close()
    services = client.application.extensions["services"]
    assert (services.places.taken, services.memory.taken) == (0, 0)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("document")]
    assert fake_textract.count < 6
