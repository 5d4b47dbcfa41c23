"""`GET /openapi.json` and `GET /docs`: the contract, and a page to read and try it; all files ship with the service."""

from functools import cache
from importlib import metadata
from pathlib import Path

import orjson
from flask import Flask, Response, send_file

from document_analysis.errors import NotFound
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
# Swagger UI draws its icons as data: URLs and sets some styles of its own; no script but its own file runs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    @app.get("/openapi.json")
    def openapi() -> Response:
        return Response(orjson.dumps(document(), option=orjson.OPT_APPEND_NEWLINE), content_type="application/json")

    @app.get("/docs")
    def docs() -> Response:
        return _shown(Response(_PAGE, content_type="text/html; charset=utf-8"))

    @app.get("/docs/<name>")
    def docs_file(name: str) -> Response:
        if name == "start.js":
            return _shown(Response(_START, content_type="text/javascript; charset=utf-8"))
        path = _swagger_files().get(name)
        if path is None:
            raise NotFound
        return _shown(send_file(path))


def _shown(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@cache
def _swagger_files() -> dict[str, Path]:
    """Swagger UI's two files in the package that ships them, found without importing it."""
    wanted = {"swagger-ui.css", "swagger-ui-bundle.js"}
    files = metadata.files("flask-openapi3-swagger") or []
    return {file.name: Path(str(file.locate())) for file in files if file.name in wanted}
