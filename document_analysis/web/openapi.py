"""The contract as an OpenAPI 3.1 document, made of the models, the options and the views.

Options are declared in one place, the query string: it goes with every kind of body, and a client made from the
contract then says each option once. What the JSON body and the form take beside the document stands in words.
"""

from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue

from document_analysis import __version__
from document_analysis.asking.options import Options
from document_analysis.aws.wire_model import TARGETS
from document_analysis.errors import ServiceError
from document_analysis.views import models
from document_analysis.views.contract import View
from document_analysis.views.registry import TABLE
from document_analysis.web import openapi_batch, openapi_jobs
from document_analysis.web.inputs import StoredDocument

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
BINARY = {"type": "string", "format": "binary"}  # as those know it who were made for OpenAPI 3.0, too
OF_THE_KIND = ("features", "include", "annotate", "min_confidence")
_REF = "#/components/schemas/{model}"


class _Schemas(GenerateJsonSchema):
    """Without titles, which repeat the names, and without defaults of null: a member left out is not null."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if made.get("default", "") is None:
            del made["default"]
        return made


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "document-analysis-api",
            "version": __version__,
            "summary": "A document's text, forms, tables and signatures over HTTP.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "."}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": {
            "/analyze": {"post": _analyze(), "delete": _erase()},
            **openapi_batch.paths(_SECURITY, _option_parameters(), _problems),
            **openapi_jobs.paths(_SECURITY, _uploads(), _option_parameters(), _answers(), _problems),
            "/": {"get": _page(), "post": _wire()},
            "/health": {"get": _probe("live", "The process answers; touches nothing that costs money.")},
            "/ready": {"get": _probe("ready", "The engine and the store can be used.", not_ready=True)},
            "/metrics": {
                "get": {
                    "operationId": "metrics",
                    "tags": ["Service"],
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
                    "tags": ["Service"],
                    "security": [],
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
            "schemas": _components(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            },
        },
    }


TAGS = {
    "Analysis": "Documents in, analyses out, at once.",
    "Jobs": "What need not be waited for.",
    "Textract": "The protocol of AWS's own clients.",
    "Service": "The page for people, the contract, and what operators look at.",
}
_BESIDE = (
    " The parameters may stand beside the document too: as members of the JSON body (lists as arrays, `queries` as an"
    " array of objects), or as fields of the form. The same value in two places is no fault; two values are."
)
_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"key": []}, {}]


def _analyze() -> dict[str, Any]:
    return {
        "operationId": "analyze",
        "tags": ["Analysis"],
        "summary": "Analyse a document",
        "description": (
            "The document is one of: a JSON object that names a stored object, a multipart form with a `file`, the"
            " bytes themselves. `Accept` or `format` chooses the representation." + _BESIDE
        ),
        "security": _SECURITY,
        "parameters": _option_parameters(),
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


def _option_parameters() -> list[dict[str, Any]]:
    return [_in_query(name, schema) for name, schema in _options().items()]


def _erase() -> dict[str, Any]:
    return {
        "operationId": "erase",
        "tags": ["Analysis"],
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
        "tags": ["Textract"],
        "summary": "AWS's own wire protocol: " + ", ".join(each.name for each in TARGETS.values()),
        "security": _SECURITY,
        "parameters": [
            {
                "name": "X-Amz-Target",
                "in": "header",
                "required": True,
                "schema": {"enum": list(TARGETS)},
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
        "tags": ["Service"],
        "security": [],
        "summary": "The page for people",
        "responses": {"200": {"description": "the page", "content": {"text/html": {}}}, **_problems(403)},
    }


def _bodies() -> dict[str, Any]:
    example = {"bucket": "images", "document": "application-form.png"}
    return {"application/json": {"schema": _ref("StoredDocument"), "example": example}, **_uploads()}


def _uploads() -> dict[str, Any]:
    """A document in the request: as a form's file, or as the body."""
    form = {"type": "object", "required": ["file"], "properties": {"file": BINARY}}
    return {
        "multipart/form-data": {"schema": form},
        **{media_type: {"schema": BINARY} for media_type in UPLOADS},
    }


def _answers() -> dict[str, Any]:
    return {view.media_type: {"schema": _answer(view)} for view in TABLE if view.by_accept}


def _answer(view: View) -> dict[str, Any]:
    if not view.models:
        return {"type": "string"} if view.media_type.startswith("text/") else BINARY
    shapes = [_ref(model.__name__) for model in view.models]
    schema = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
    return {"description": "a line a page as it is done, then an end", **schema} if view.streams else schema


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
    return {
        "operationId": name,
        "tags": ["Service"],
        "summary": meaning,
        "security": [],
        "responses": {
            "200": {"description": "it does", "content": {"application/json": {"schema": _ref("Health")}}},
            **_problems(413, *([503] if not_ready else [])),  # 413: a probe brings no body
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


def _in_query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An option where everything is text: lists of names are comma-separated or repeated, queries are JSON."""
    plain = {key: value for key, value in schema.items() if key not in {"description", "examples"}}
    parameter = {"name": name, "in": "query", "required": False, "description": schema["description"]}
    if name == "queries":
        parameter["description"] += ' As JSON: `[{"text": "What is the total?", "alias": "TOTAL"}]`.'
        return {**parameter, "schema": {"type": "string"}}
    if name in OF_THE_KIND:
        plain.pop("default", None)  # it depends on the kind: a client that sent it would choose it
    if schema.get("type") == "array":
        return {**parameter, "style": "form", "explode": False, "allowEmptyValue": True, "schema": plain}
    return {**parameter, "schema": plain}


@cache
def _components() -> dict[str, Any]:
    """The schemas of what is sent and of what is taken."""
    sent: list[type[BaseModel]] = [models.Problem, models.Health]
    sent += [*(model for view in TABLE for model in view.models), *openapi_jobs.MODELS, *openapi_batch.MODELS]
    taken: list[type[BaseModel]] = [StoredDocument, *openapi_jobs.TAKEN]
    wanted: list[tuple[type[BaseModel], JsonSchemaMode, TypeAdapter[Any]]] = []
    wanted += [(model, "serialization", TypeAdapter(model)) for model in sent]
    wanted += [(model, "validation", TypeAdapter(model)) for model in taken]
    _, definitions = TypeAdapter.json_schemas(wanted, ref_template=_REF, schema_generator=_Schemas)
    components: dict[str, Any] = definitions["$defs"]
    return components


@cache
def _options() -> dict[str, Any]:
    schema = TypeAdapter(Options).json_schema(schema_generator=_Schemas, mode="validation")
    properties: dict[str, Any] = schema["properties"]
    return properties
