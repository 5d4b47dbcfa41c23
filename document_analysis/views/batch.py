"""Several documents' analyses as one answer: a line each, as JSON has them in its list and NDJSON as they are done."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson

from document_analysis.pipeline.result import Cost


def document_members(
    index: int, name: str | None, result: Mapping[str, Any] | None, error: Mapping[str, Any] | None
) -> bytes:
    """What came of a document: its analysis, or the problem that it failed with."""
    members: dict[str, Any] = {"event": "document", "index": index, "name": name}
    if error is not None:
        return orjson.dumps({**members, "status": error["status"], "error": error})
    return orjson.dumps({**members, "status": 200, "result": result})


def batch_json(documents: Sequence[bytes], cost: Cost) -> bytes:
    results = [orjson.Fragment(document) for document in documents]
    return orjson.dumps({"results": results, "cost": asdict(cost)}, option=orjson.OPT_APPEND_NEWLINE)


def batch_end(counts: Mapping[str, int], cost: Cost) -> bytes:
    """The last line, without which the answer was cut off."""
    return orjson.dumps({"event": "end", "counts": dict(counts), "cost": asdict(cost)})
