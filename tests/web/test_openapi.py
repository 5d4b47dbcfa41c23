"""The OpenAPI document is one, says what the service does, and is read offline."""

import re

from openapi_spec_validator import validate
from werkzeug.test import EnvironBuilder

from document_analysis.asking.options import Options
from document_analysis.views.registry import TABLE
from document_analysis.web.openapi import document


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


def test_every_option_stands_in_it_with_its_default():
    analyze = document()["paths"]["/analyze"]["post"]
    assert {parameter["name"] for parameter in analyze["parameters"]} == set(Options.model_fields)
    described = document()["components"]["schemas"]["Options"]["properties"]
    for name, field in Options.model_fields.items():
        default = described[name].get("default")
        assert Options.model_validate({name: default} if default is not None else {}) == Options(), name
        assert field.description


def test_every_representation_stands_in_it():
    answers = document()["paths"]["/analyze"]["post"]["responses"]["200"]["content"]
    assert set(answers) == {view.media_type for view in TABLE}


def test_the_page_to_read_it_needs_no_network(client):
    page = client.get("/docs")
    assert page.status_code == 200
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", page.headers["Content-Security-Policy"])[0]
    files = re.findall(r'(?:src|href)="([^"]+)"', page.get_data(as_text=True))
    assert len(files) == 3
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
