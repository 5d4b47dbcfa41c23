"""`GET /openapi.json` and `GET /docs`: the contract, and a page to read and try it; all files ship with the service."""

from functools import cache
from importlib import metadata
from pathlib import Path

import orjson
from flask import Flask, Response

from document_analysis.errors import NotFound
from document_analysis.web.files import PageFile
from document_analysis.web.openapi import document

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>document-analysis-api: the contract</title>
<link rel="icon" href="viewer/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="contract"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
# Colours in an answer of a megabyte would keep the browser busy for half a minute.
_START = """window.addEventListener("load", () => SwaggerUIBundle({
  url: "openapi.json", dom_id: "#contract", deepLinking: true, validatorUrl: null,
  syntaxHighlight: { activated: false },
}));
"""
_SWAGGER = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
# Swagger UI draws its icons as data: URLs and sets some styles of its own; no script but its own file runs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    @app.get("/openapi.json")
    def openapi() -> Response:
        return Response(orjson.dumps(document(), option=orjson.OPT_APPEND_NEWLINE), content_type="application/json")

    page = _file(_PAGE.encode(), "text/html")

    @app.get("/docs")
    def docs() -> Response:
        return page.answer()

    @app.get("/docs/<name>")
    def docs_file(name: str) -> Response:
        if name not in _files():
            raise NotFound
        return _files()[name].answer()


@cache
def _files() -> dict[str, PageFile]:
    """Ours, and Swagger UI's two, found without importing the package that ships them, when first asked for."""
    found = {"start.js": _file(_START.encode(), "text/javascript")}
    for file in metadata.files("flask-openapi3-swagger") or []:
        if file.name in _SWAGGER:
            found[file.name] = _file(Path(str(file.locate())).read_bytes(), _SWAGGER[file.name])
    return found


def _file(content: bytes, media_type: str) -> PageFile:
    return PageFile(content, f"{media_type}; charset=utf-8", _POLICY)
