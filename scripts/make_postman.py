"""Write `docs/postman_collection.json` from the OpenAPI document: a request for each way in and each way out.

    python scripts/make_postman.py

Import it into Postman, set `baseUrl` and (where keys are set) `apiKey`, and run it from the project's folder: the
uploads are the sample documents. `tests/docs/test_postman.py` replays every request.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from document_analysis.views.kinds import KINDS  # noqa: E402
from document_analysis.views.parts import parts_of  # noqa: E402
from document_analysis.web.openapi import document  # noqa: E402

TARGET = ROOT / "docs" / "postman_collection.json"
SAMPLES = {
    "application/pdf": "images/filled-form.pdf",
    "image/jpeg": "images/receipt.jpg",
    "image/png": "images/application-form.png",
    "image/tiff": "images/two-pages.tiff",
}
"""The sample document for each kind of upload; kinds without one are left out."""
SAMPLES_OF_KINDS = {"expense": "bakery-receipt.png", "identity": "passport.png", "labels": "cat.jpg"}
"""A stored sample of each kind of document that must be named; what is found there is looked at."""
LEFT_OUT = {"call_back", "upload_put", "upload_post"}
"""What cannot be asked out of the box: it takes a callback, which the operator must allow, or a signed address."""
VARIABLES = {"job_id": "jobId"}
"""Parameters of paths, and the variables that stand for them: an earlier request's answer has set them."""
STORES = {"make_job": ("jobId", "id")}
"""Operations whose first request sets a variable, and the member of the answer that it is set to."""


def collection() -> dict[str, Any]:
    """A Postman collection, format 2.1."""
    contract = document()
    return {
        "info": {
            "name": contract["info"]["title"],
            "description": contract["info"]["summary"],
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "variable": [
            {"key": "baseUrl", "value": "http://127.0.0.1:8080"},
            {"key": "apiKey", "value": ""},
            *({"key": name, "value": ""} for name in VARIABLES.values()),
        ],
        "auth": {
            "type": "apikey",
            "apikey": [{"key": "key", "value": "X-Api-Key"}, {"key": "value", "value": "{{apiKey}}"}],
        },
        "item": [
            {"name": f"{method.upper()} {path}", "description": operation["summary"], "item": items}
            for path, method, operation in operations(contract)
            if (items := requests(path, method, operation))
        ],
    }


def operations(contract: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """All that can be asked, what erases at the end."""
    found = [
        (path, method, operation)
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
        if operation["operationId"] not in LEFT_OUT
    ]
    return sorted(found, key=lambda one: one[1] == "delete")


def requests(path: str, method: str, operation: dict[str, Any]) -> list[dict[str, Any]]:
    """First every way to give the document, then every representation of the first of them."""
    status, answer = next((code, answer) for code, answer in operation["responses"].items() if code.startswith("2"))
    kinds = list(answer.get("content", {})) or [""]
    given = bodies(operation)
    made = [item(path, method, operation, name, name, body, kinds[0], int(status)) for name, body in given] + [
        item(path, method, operation, kind, given[0][0], given[0][1], kind, int(status)) for kind in kinds[1:]
    ]
    if operation["operationId"] in STORES:
        variable, member = STORES[operation["operationId"]]
        script = made[0]["event"][0]["script"]
        script["exec"].append(f"pm.collectionVariables.set('{variable}', pm.response.json().{member});")
    if operation["operationId"] == "analyze":
        made += [
            of_kind(kind, item(path, method, operation, f"kind={kind}", *given[0], kinds[0], 200))
            for kind in KINDS
            if kind != "document"
        ]
    return made


def of_kind(kind: str, made: dict[str, Any]) -> dict[str, Any]:
    """A request for an analysis, as one of a sample of that kind."""
    stored = {"bucket": "images", "document": SAMPLES_OF_KINDS[kind]}
    made["request"]["body"] = {**made["request"]["body"], "raw": json.dumps(stored, indent=2)}
    for option in made["request"]["url"]["query"]:
        if option["key"] == "kind":
            option["value"] = kind
            del option["disabled"]
    (own,) = set(parts_of(kind, in_summary=True)) - set(parts_of("document"))
    made["event"][0]["script"]["exec"].append(
        f"pm.test('finds {own}', () => pm.expect(pm.response.json().{own}).to.be.an('array').that.is.not.empty);"
    )
    return made


def bodies(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any] | None]]:
    """The ways to give a body, each with a name; one without a body for operations that take none."""
    found: list[tuple[str, dict[str, Any] | None]] = []
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        if "json" in kind and "example" in media:
            text = json.dumps(media["example"], indent=2)
            found.append((kind, {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}))
        elif kind == "multipart/form-data":
            part = {"key": "file", "type": "file", "src": SAMPLES["image/png"]}
            found.append((kind, {"mode": "formdata", "formdata": [part]}))
        elif kind in SAMPLES:
            found.append((f"body {kind}", {"mode": "file", "file": {"src": SAMPLES[kind]}}))
    return found or [(operation["summary"], None)]


def item(
    path: str,
    method: str,
    operation: dict[str, Any],
    name: str,
    sent: str,
    body: dict[str, Any] | None,
    kind: str,
    status: int,
) -> dict[str, Any]:
    """One request, with what must come back as a test and as an example."""
    headers = [{"key": "Accept", "value": kind}] if kind else []
    if body and body["mode"] != "formdata":
        headers.append({"key": "Content-Type", "value": sent.removeprefix("body ")})
    headers += [
        {"key": parameter["name"], "value": parameter["example"]}
        if "example" in parameter
        else {"key": parameter["name"], "value": "", "description": described(parameter), "disabled": True}
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "header"
    ]
    for parameter_name, variable in VARIABLES.items():
        path = path.replace("{" + parameter_name + "}", "{{" + variable + "}}")
    options = [
        {"key": parameter["name"], "value": "", "description": described(parameter), "disabled": True}
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    ]
    request: dict[str, Any] = {
        "method": method.upper(),
        "header": headers,
        "url": {
            "raw": "{{baseUrl}}" + path,
            "host": ["{{baseUrl}}"],
            "path": path.strip("/").split("/"),
            "query": options,
        },
    }
    if body:
        request["body"] = body
    if not operation["security"]:
        request["auth"] = {"type": "noauth"}
    checks = [f"pm.test('answers {status}', () => pm.response.to.have.status({status}));"]
    if kind:
        checks.append(
            f"pm.test('as {kind}', () => pm.expect(pm.response.headers.get('Content-Type')).to.include('{kind}'));"
        )
    returned = [{"key": "Content-Type", "value": kind}] if kind else []
    return {
        "name": name,
        "request": request,
        "event": [{"listen": "test", "script": {"type": "text/javascript", "exec": checks}}],
        "response": [{"name": name, "code": status, "header": returned}],
    }


def described(parameter: dict[str, Any]) -> str:
    text: str = parameter.get("description") or parameter["schema"].get("description", "")
    return text


if __name__ == "__main__":
    TARGET.write_text(json.dumps(collection(), indent=1, ensure_ascii=False) + "\n")
