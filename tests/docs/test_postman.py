"""The Postman collection: made from the contract of today, and every request of it gets what it promises."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from document_analysis.views.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = json.loads((ROOT / "docs" / "postman_collection.json").read_text())
REQUESTS = [
    pytest.param(request, id=f"{folder['name']} {request['name']}")
    for folder in COLLECTION["item"]
    for request in folder["item"]
]

OWN_PARTS = {"document": ["forms"], "expense": ["expenses"], "identity": ["identities"], "labels": ["labels"]}


def test_it_is_made_from_the_contract_of_today() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "make_postman.py"))["collection"]()
    assert made == COLLECTION, "run: python scripts/make_postman.py"


@pytest.fixture(scope="module")
def variables() -> dict[str, str]:
    """The collection's variables, as requests set them while they are replayed."""
    return {variable["key"]: variable["value"] for variable in COLLECTION["variable"]}


@pytest.mark.parametrize("item", REQUESTS)
def test_the_service_answers_as_the_collection_expects(
    client: FlaskClient, item: dict[str, Any], variables: dict[str, str]
) -> None:
    for name in re.findall(r"{{(\w+)}}", item["request"]["url"]["raw"].removeprefix("{{baseUrl}}")):
        if not variables[name]:  # the request that sets it was not chosen to be run
            replay(client, next(param.values[0] for param in REQUESTS if name in stored(param.values[0])), variables)
    replay(client, item, variables)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_a_sample_in_which_it_is_found(
    client: FlaskClient, kind: str, variables: dict[str, str]
) -> None:
    folder = next(folder for folder in COLLECTION["item"] if folder["name"] == "POST /analyze")
    item = next(
        each for each in folder["item"] if enabled(each["request"]["url"]["query"]).get("kind", "document") == kind
    )
    answer = replay(client, item, variables)
    assert [part for part in OWN_PARTS[kind] if answer.json[part]] == OWN_PARTS[kind]
    for part in OWN_PARTS[kind] if kind != "document" else []:
        assert f".{part})" in "\n".join(item["event"][0]["script"]["exec"])


def replay(client: FlaskClient, item: dict[str, Any], variables: dict[str, str]) -> TestResponse:
    request, (expected,) = item["request"], item["response"]
    assert request["url"]["raw"].startswith("{{baseUrl}}/")
    sent: dict[str, Any] = {"headers": enabled(request["header"])}
    body = request.get("body", {"mode": None})
    if body["mode"] == "raw":
        sent["data"] = body["raw"]
    elif body["mode"] == "file":
        sent["data"] = (ROOT / body["file"]["src"]).read_bytes()
    elif body["mode"] == "formdata":
        sent["data"] = {part["key"]: (ROOT / part["src"]).open("rb") for part in body["formdata"]}
        sent["content_type"] = "multipart/form-data"
    path = request["url"]["raw"].removeprefix("{{baseUrl}}")
    path = re.sub(r"{{(\w+)}}", lambda found: variables[found[1]], path)
    answer = client.open(path, method=request["method"], query_string=enabled(request["url"]["query"]), **sent)
    assert answer.status_code == expected["code"], answer.get_data(as_text=True)
    for header in expected["header"]:
        assert answer.mimetype == header["value"]
    variables.update({name: answer.json[member] for name, member in stored(item).items()})
    return answer


def stored(item: dict[str, Any]) -> dict[str, str]:
    """The variables that a request sets, and the members of its answer that they are set to."""
    script = "\n".join(item["event"][0]["script"]["exec"])
    return dict(re.findall(r"collectionVariables\.set\('(\w+)', pm\.response\.json\(\)\.(\w+)\)", script))


def enabled(pairs: list[dict[str, Any]]) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in pairs if not pair.get("disabled")}
