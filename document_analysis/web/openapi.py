"""`GET /openapi.json` and `GET /docs`: the contract, and a page to read and try it; all files ship with the service."""

from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, send_file
from pydantic import BaseModel, TypeAdapter

from document_analysis.aws.wire_model import OPERATIONS
from document_analysis.errors import NotFound, ServiceError
from document_analysis.web import schemas
from document_analysis.web.negotiation import MEDIA_TYPES
from document_analysis.web.options import FEATURES, FORMATS, MAX_QUERIES, PARTS, SHOWN, Options

VERSION = "0.1.0"
UPLOADS = (
    "image/png",
    "image/jpeg",
    "image/tiff",
    "application/pdf",
    "image/webp",
    "image/bmp",
    "image/gif",
    "application/octet-stream",
)
_REF = "#/components/schemas/{model}"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>document-analysis-api: the contract</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="contract"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """window.addEventListener("load", () => SwaggerUIBundle({
  url: "openapi.json", dom_id: "#contract", deepLinking: true, validatorUrl: null,
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
        return Response(orjson.dumps(document()), content_type="application/json")

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


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    models: list[type[BaseModel]] = [
        schemas.Analysis,
        schemas.PageEvent,
        schemas.EndEvent,
        schemas.Problem,
        schemas.Plan,
        schemas.TextractResponse,
        schemas.StoredDocument,
    ]
    refs, definitions = TypeAdapter.json_schemas(
        [(model, "serialization", TypeAdapter(model)) for model in models], ref_template=_REF
    )
    del refs
    components: dict[str, Any] = dict(definitions["$defs"])
    components["Options"] = {"type": "object", "properties": _options_in_json()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "document-analysis-api",
            "version": VERSION,
            "summary": "A document's text, forms, tables and signatures over HTTP.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "."}],
        "paths": {
            "/analyze": {"post": _analyze(), "delete": _erase()},
            "/": {"get": _page(), "post": _wire()},
            "/health": {"get": _probe("live", "The process answers; touches nothing that costs money.")},
            "/ready": {"get": _probe("ready", "The engine and the store can be used.", not_ready=True)},
            "/metrics": {
                "get": {
                    "operationId": "metrics",
                    "summary": "Prometheus metrics",
                    "security": _SECURITY,
                    "responses": {
                        "200": {"description": "metrics", "content": {"text/plain": {}}},
                        **_problems(401, 403),
                    },
                }
            },
            "/openapi.json": {
                "get": {
                    "operationId": "openapi",
                    "summary": "This document",
                    "responses": {
                        "200": {
                            "description": "OpenAPI 3.1",
                            "content": {"application/json": {"schema": {"type": "object"}}},
                        },
                        **_problems(403),
                    },
                }
            },
        },
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            },
        },
    }


_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"key": []}, {}]


def _analyze() -> dict[str, Any]:
    return {
        "operationId": "analyze",
        "summary": "Analyse a document",
        "description": (
            "The document is one of: a JSON object that names a stored object, a multipart form with a `file`, the"
            " bytes themselves. Options stand in the JSON body, in form fields or in the query string; a name in two"
            " places is refused. `Accept` or `format` chooses the representation."
        ),
        "security": _SECURITY,
        "parameters": [
            {"name": name, "in": "query", "required": False, **_in_query(schema)}
            for name, schema in _options_in_json().items()
        ],
        "requestBody": {"required": True, "content": _bodies()},
        "responses": {
            "200": {
                "description": "the analysis, in the representation asked for",
                "headers": _headers(),
                "content": _answers(),
            },
            **_problems(400, 401, 403, 404, 406, 413, 415, 422, 429, 500, 502, 503, 504),
        },
    }


def _erase() -> dict[str, Any]:
    return {
        "operationId": "erase",
        "summary": "Erase what is kept of a document's results",
        "description": "The document as `POST /analyze` takes it; a stored one need not be there any more.",
        "security": _SECURITY,
        "requestBody": {"required": True, "content": _bodies()},
        "responses": {
            "204": {"description": "nothing is kept any more"},
            **_problems(400, 401, 403, 413, 429, 502, 503),
        },
    }


def _wire() -> dict[str, Any]:
    """Textract's own protocol is documented by AWS; here stands that it is spoken."""
    content = {"application/x-amz-json-1.1": {"schema": {"type": "object"}}}
    document = {"S3Object": {"Bucket": "images", "Name": "letter.png"}}
    sent = {"application/x-amz-json-1.1": {"schema": {"type": "object"}, "example": {"Document": document}}}
    statuses = {"400": "refused", "403": "not signed, or not rightly", "500": "failed", "503": "unavailable"}
    return {
        "operationId": "textract",
        "summary": f"Textract's own wire protocol: {' and '.join(OPERATIONS)}",
        "security": _SECURITY,
        "parameters": [
            {
                "name": "X-Amz-Target",
                "in": "header",
                "required": True,
                "schema": {"enum": [f"Textract.{name}" for name in OPERATIONS]},
                "example": "Textract.DetectDocumentText",
            }
        ],
        "requestBody": {"required": True, "content": sent},
        "responses": {
            "200": {"description": "Textract's response", "content": content},
            **{status: {"description": text, "content": content} for status, text in statuses.items()},
        },
    }


def _page() -> dict[str, Any]:
    return {
        "operationId": "page",
        "summary": "The page for people",
        "responses": {"200": {"description": "the page", "content": {"text/html": {}}}, **_problems(403)},
    }


def _bodies() -> dict[str, Any]:
    stored = {"allOf": [_ref("StoredDocument"), _ref("Options")]}
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "contentMediaType": "application/octet-stream"},
            **{name: _in_query(schema)["schema"] for name, schema in _options_in_json().items()},
        },
    }
    uploads = {media_type: {"schema": {"type": "string", "contentMediaType": media_type}} for media_type in UPLOADS}
    example = {"bucket": "images", "document": "application-form.png"}
    return {
        "application/json": {"schema": stored, "example": example},
        "multipart/form-data": {"schema": form},
        **uploads,
    }


def _answers() -> dict[str, Any]:
    shapes: dict[str, Any] = {
        "application/json": {"anyOf": [_ref("Analysis"), _ref("Plan")]},
        "application/x-ndjson": {
            "description": "a line a page as it is done, then an end",
            "anyOf": [_ref("PageEvent"), _ref("EndEvent")],
        },
        "application/x-amz-json-1.1": _ref("TextractResponse"),
    }
    return {
        media_type: {"schema": shapes.get(media_type, {"type": "string", "contentMediaType": media_type})}
        for media_type in MEDIA_TYPES.values()
    }


def _headers() -> dict[str, Any]:
    meanings = {
        "X-Request-Id": "the client's own id where it is plain, else a new one",
        "Server-Timing": "fetch, engine, summarize, draw in milliseconds",
        "Cache-Status": "RFC 9211",
        "Document-Status": "`partial` when some pages failed",
        "Content-Disposition": "a file name for pictures, PDFs and CSV",
    }
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in meanings.items()}


def _probe(name: str, meaning: str, not_ready: bool = False) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"status": {"const": "ok"}}, "required": ["status"]}
    return {
        "operationId": name,
        "summary": meaning,
        "responses": {
            "200": {"description": "it does", "content": {"application/json": {"schema": schema}}},
            **(_problems(503) if not_ready else {}),
        },
    }


def _problems(*statuses: int) -> dict[str, Any]:
    codes: dict[int, list[str]] = {}
    todo: list[type[ServiceError]] = [ServiceError]
    while todo:
        kind = todo.pop()
        codes.setdefault(kind.status, [])
        if kind.code not in codes[kind.status]:
            codes[kind.status].append(kind.code)
        todo += kind.__subclasses__()
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    return {
        str(status): {"description": ", ".join(sorted(codes.get(status, []))), "content": content}
        for status in statuses
    }


def _ref(model: str) -> dict[str, str]:
    return {"$ref": _REF.format(model=model)}


def _in_query(schema: dict[str, Any]) -> dict[str, Any]:
    """An option's schema where everything is text: lists are comma-separated, queries are JSON."""
    if schema.get("type") == "array":
        return {"schema": {"type": "string", "description": schema["description"]}}
    return {"schema": schema}


def _options_in_json() -> dict[str, Any]:
    described = {name: field.description or "" for name, field in Options.model_fields.items()}
    query = {
        "type": "object",
        "required": ["text"],
        "additionalProperties": False,
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": 200},
            "alias": {"type": "string", "minLength": 1, "maxLength": 60},
        },
    }
    shapes: dict[str, dict[str, Any]] = {
        "features": {"type": "array", "items": {"enum": list(FEATURES)}, "default": list(FEATURES[:3])},
        "queries": {"type": "array", "maxItems": MAX_QUERIES, "items": query},
        "pages": {"type": "string", "examples": ["1-3,7"]},
        "min_confidence": {"type": "number", "minimum": 0, "maximum": 100, "default": 0},
        "include": {"type": "array", "items": {"enum": ["summary", *PARTS]}, "default": ["summary", "blocks"]},
        "annotate": {"type": "array", "items": {"enum": list(SHOWN)}, "default": list(SHOWN[:5])},
        "render_page": {"type": "integer", "minimum": 1, "default": 1},
        "dpi": {"type": "integer", "minimum": 30, "maximum": 600, "default": 150},
        "on_page_error": {"enum": ["partial", "fail"]},
        "dry_run": {"type": "boolean", "default": False},
        "format": {"enum": list(FORMATS)},
    }
    return {name: {**shapes[name], "description": described[name]} for name in described}
