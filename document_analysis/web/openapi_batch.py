"""What the OpenAPI document says of batches."""

from collections.abc import Callable
from typing import Any

from document_analysis.views.batch_models import Batch, BatchDocument, BatchEnd

MODELS = (Batch, BatchDocument, BatchEnd)
_EXAMPLE = {"documents": ["s3://images/application-form.png", {"bucket": "images", "document": "two-pages.tiff"}]}


def paths(
    security: list[dict[str, list[str]]], options: list[dict[str, Any]], problems: Callable[..., dict[str, Any]]
) -> dict[str, Any]:
    """The route; the options are those of `/analyze`."""
    entry = {"anyOf": [{"type": "string"}, _ref("StoredDocument")]}
    documents = {"type": "array", "minItems": 1, "items": entry}
    listed = {"type": "object", "required": ["documents"], "properties": {"documents": documents}}
    file = {"type": "string", "format": "binary"}
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "array", "minItems": 1, "items": file}},
    }
    lines = {"anyOf": [_ref("BatchDocument"), _ref("BatchEnd")]}
    answer = {
        "application/json": {"schema": _ref("Batch")},
        "application/x-ndjson": {"schema": {"description": "a line a document as it is done, then an end", **lines}},
    }
    failed = {"description": "every document failed; each one's problem stands with it", "content": answer}
    return {
        "/batch": {
            "post": {
                "operationId": "batch",
                "tags": ["Analysis"],
                "summary": "Analyse several documents",
                "description": (
                    "Several parts named `file`, or a JSON list of stored documents; the options are those of"
                    " `/analyze`, may stand where they may there, and hold for all. Each document is analysed like one"
                    " of a request of its own, and one that fails spoils no other."
                ),
                "security": security,
                "parameters": options,
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": listed, "example": _EXAMPLE},
                        "multipart/form-data": {"schema": form},
                    },
                },
                "responses": {
                    "200": {"description": "what came of each document", "content": answer},
                    **problems(400, 401, 403, 406, 408, 413, 429, 500, 503, 504),
                    "422": failed,
                },
            }
        }
    }


def _ref(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}
