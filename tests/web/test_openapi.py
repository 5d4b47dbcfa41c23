"""The OpenAPI document is one, says what the service does, and is read offline."""

import io
import json
import re

import pytest
from openapi_spec_validator import validate
from werkzeug.test import EnvironBuilder

from document_analysis.asking.options import Options
from document_analysis.operations.catalogue import DEFAULT_FEATURES
from document_analysis.views.kinds import KINDS
from document_analysis.views.registry import TABLE
from document_analysis.views.shapes import DEFAULT_SHOWN
from document_analysis.web.openapi import document
from tests.conftest import IMAGES


def test_it_is_a_valid_openapi_document(client):
    served = client.get("/openapi.json").get_json()
    validate(served)
    assert served == document()
    assert served["openapi"] == "3.1.0"


def test_every_route_stands_in_it(local_app):
    documented = {(path, method.upper()) for path, item in document()["paths"].items() for method in item}
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in local_app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith(("/docs", "/viewer/"))
    }
    assert documented == routes


def test_every_option_stands_in_it_once_with_its_default():
    analyze = document()["paths"]["/analyze"]["post"]
    described = {parameter["name"]: parameter for parameter in analyze["parameters"]}
    assert len(described) == len(analyze["parameters"])
    assert set(described) == set(Options.model_fields)
    for name in Options.model_fields:
        default = described[name]["schema"].get("default")
        assert Options.model_validate({name: default} if default is not None else {}) == Options(), name
        assert described[name]["description"]
    for body in analyze["requestBody"]["content"].values():
        schema = body["schema"]
        names = document()["components"]["schemas"]["StoredDocument"] if "$ref" in schema else schema
        assert not set(names.get("properties", {})) & set(described)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["query", "form", "both"])
def test_defaults_may_be_sent_as_the_contract_says_them(client, kind, place):
    parameters = document()["paths"]["/analyze"]["post"]["parameters"]
    declared = {each["name"]: each["schema"]["default"] for each in parameters if "default" in each["schema"]}
    assert declared.keys() >= {"kind", "render_page", "dpi", "dry_run"}
    asked = {name: json.dumps(value).strip('"') for name, value in declared.items()} | {"kind": kind, "dry_run": "true"}
    query = asked if place in ("query", "both") else {}
    file = {"file": (io.BytesIO((IMAGES / "letter.png").read_bytes()), "letter.png")}
    form = file | (asked if place in ("form", "both") else {})
    answer = client.post("/analyze", query_string=query | {"pages": "1"}, data=form)
    assert answer.status_code == 200, answer.text


def test_what_people_read_as_defaults_may_be_sent_with_every_kind(client):
    for kind in KINDS:
        said = {"features": ",".join(DEFAULT_FEATURES), "annotate": ",".join(DEFAULT_SHOWN), "queries": "[]"}
        stored = {"document": "s3://images/letter.png", "include": "summary", "dry_run": True, "kind": kind}
        assert client.post("/analyze", query_string=said, json=stored).status_code == 200


def test_every_operation_has_a_tag_and_says_whether_it_needs_a_key():
    contract = document()
    tags = {tag["name"] for tag in contract["tags"]}
    operations = [operation for path in contract["paths"].values() for operation in path.values()]
    assert {tag for operation in operations for tag in operation["tags"]} == tags
    open_to_all = {operation["operationId"] for operation in operations if operation["security"] == []}
    assert open_to_all == {"page", "live", "ready", "openapi", "upload_put", "upload_post"}


def test_files_are_binary():
    content = document()["paths"]["/analyze"]["post"]["requestBody"]["content"]
    assert content["multipart/form-data"]["schema"]["properties"]["file"]["format"] == "binary"
    assert all(body["schema"]["format"] == "binary" for name, body in content.items() if "/" in name and name[0] == "i")


def test_every_representation_stands_in_it():
    answers = document()["paths"]["/analyze"]["post"]["responses"]["200"]["content"]
    assert set(answers) == {view.media_type for view in TABLE}


def test_the_page_to_read_it_needs_no_network(client):
    page = client.get("/docs")
    assert page.status_code == 200
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", page.headers["Content-Security-Policy"])[0]
    files = re.findall(r'(?:src|href)="([^"]+)"', page.get_data(as_text=True))
    assert len(files) == 4
    for name in files:
        assert "//" not in name
        assert client.get(f"/{name}").status_code == 200
        again = client.get(f"/{name}", headers={"If-None-Match": client.get(f"/{name}").headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert client.get("/docs/../app.py").status_code == 404


def test_all_who_read_it_share_its_bytes(local_app):
    environ = EnvironBuilder("/docs/swagger-ui-bundle.js").get_environ()
    bodies = [part for _ in range(3) for part in local_app.wsgi_app(environ.copy(), lambda *_: print)]
    assert len(bodies[0]) > 100_000
    assert all(body is bodies[0] for body in bodies)
