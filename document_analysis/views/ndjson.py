"""An analysis as NDJSON: a line a page, then an end. The lines can be sent one by one while pages finish."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import orjson

from document_analysis.documents.opening import Document
from document_analysis.pipeline.result import Analysis, Cost
from document_analysis.views.contract import RenderContext, ViewOptions
from document_analysis.views.json import analysis_members


def render_ndjson(analysis: Analysis, document: Document | None, options: ViewOptions, context: RenderContext) -> bytes:
    """All lines of an analysis that is done, in the order of its pages."""
    alone = (replace(analysis, pages=(page,)) for page in analysis.pages)
    lines = [page_line(page, document, options, context) for page in alone]
    return b"".join([*lines, end_line(analysis.status, analysis.cost)])


def page_line(analysis: Analysis, document: Document | None, options: ViewOptions, context: RenderContext) -> bytes:
    """What JSON gives, for the one page of `analysis`."""
    members = analysis_members(analysis, document, options, context)
    return _line({"event": "page", "page": analysis.pages[0].page, **members})


def end_line(status: str, cost: Cost, error: Mapping[str, Any] | None = None) -> bytes:
    """The last line, without which the answer was cut off; `error` is the problem that ended it early."""
    return _line({"event": "end", "status": status, "cost": asdict(cost), "error": error})


def _line(members: Mapping[str, Any]) -> bytes:
    return orjson.dumps(members, option=orjson.OPT_APPEND_NEWLINE)
