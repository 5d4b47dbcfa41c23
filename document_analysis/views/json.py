"""An analysis as JSON, and as Textract's own response."""

import contextlib
from dataclasses import asdict
from typing import Any

import orjson

from document_analysis.documents.opening import Document
from document_analysis.pipeline.plan import Plan
from document_analysis.pipeline.result import Analysis, PageResult
from document_analysis.views.contract import RenderContext, ViewOptions
from document_analysis.views.parts import summarize
from document_analysis.views.pictures import picture_member


def render_json(analysis: Analysis, document: Document | None, options: ViewOptions, context: RenderContext) -> bytes:
    return orjson.dumps(analysis_members(analysis, document, options, context), option=orjson.OPT_APPEND_NEWLINE)


def render_textract(
    analysis: Analysis, _document: Document | None, _options: ViewOptions, context: RenderContext
) -> bytes:
    with context.summarizing(analysis):
        return orjson.dumps(analysis.response, option=orjson.OPT_APPEND_NEWLINE)


def analysis_members(
    analysis: Analysis, document: Document | None, options: ViewOptions, context: RenderContext
) -> dict[str, Any]:
    """The JSON form, before it is bytes."""
    with context.summarizing(analysis):
        summary = summarize(
            analysis.index,
            analysis.answers,
            parts=options.include,
            min_confidence=options.min_confidence,
            pages=[page.page for page in analysis.pages],
            kind=analysis.inquiry.kind,
            review_below=options.review_below,
        )
    pages = [page_members(page) for page in analysis.pages]
    if "picture" in options.include:
        for page, members in zip(analysis.pages, pages, strict=True):
            members["picture"] = picture_member(analysis, document, page, options, context)
    return {
        "request_id": analysis.request_id,
        "document": document_members(analysis),
        "status": analysis.status,
        "engine": {"name": analysis.engine, "model_version": analysis.model_version},
        "cost": asdict(analysis.cost),
        "features": list(analysis.features),
        "cached": analysis.cached,
        "pages": pages,
        **summary,
        "warnings": [*_of_options(options), *analysis.warnings],
    }


def _of_options(options: ViewOptions) -> list[str]:
    """A share in place of per cent leaves out nothing, and nobody would see it."""
    least = options.min_confidence
    if not 0 < least <= 1:
        return []
    return [f"min_confidence is {least:g} of 100; if {least:.0%} was meant, give {100 * least:g}."]


def document_members(analysis: Analysis) -> dict[str, Any]:
    return {
        "name": analysis.name or analysis.source,
        "source": analysis.source,
        "version": analysis.version,
        "etag": analysis.etag,
        "media_type": analysis.media_type,
        "size_bytes": analysis.size_bytes,
        "sha256": analysis.sha256,
        "page_count": analysis.page_count,
    }


def page_members(page: PageResult) -> dict[str, Any]:
    return {
        "page": page.page,
        "status": page.status,
        "width": page.width,
        "height": page.height,
        "unit": page.unit,
        "rotation": page.rotation,
        "mean_confidence": page.mean_confidence,
        "error": {"code": page.error.code, "detail": page.error.detail} if page.error else None,
        **_human_loop(page),
    }


def _human_loop(page: PageResult) -> dict[str, Any]:
    """What Amazon A2I says of the page, where it was asked."""
    told = (page.response or {}).get("HumanLoopActivationOutput")
    if not told:
        return {}
    conditions = told.get("HumanLoopActivationConditionsEvaluationResults")
    with contextlib.suppress(ValueError):  # then as Amazon wrote it
        conditions = orjson.loads(conditions) if conditions else None
    return {
        "human_loop": {
            "arn": told.get("HumanLoopArn"),
            "reasons": told.get("HumanLoopActivationReasons") or [],
            "conditions": conditions,
        }
    }


def plan_json(plan: Plan) -> bytes:
    """What a dry run answers: the members of a plan, said as such."""
    return orjson.dumps({"dry_run": True, **asdict(plan)}, option=orjson.OPT_APPEND_NEWLINE)
