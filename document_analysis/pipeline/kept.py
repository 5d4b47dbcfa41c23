"""An analysis as bytes and back: what is kept of it to show it again, in any view, when its request is long over."""

from dataclasses import fields
from typing import Any

from document_analysis.operations.answers import BrokenAnswer, checked
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.packing import pack, unpack
from document_analysis.pipeline.result import Analysis, Cost, PageError, PageResult


def analysis_to_bytes(analysis: Analysis) -> bytes:
    members: dict[str, Any] = {field.name: getattr(analysis, field.name) for field in fields(analysis)}
    return pack({**members, "inquiry": analysis.inquiry.as_json()})


def analysis_from_bytes(data: bytes) -> Analysis:
    """The analysis that was written. Raises ValueError for anything else: damaged, or of another version's shape."""
    try:
        members = unpack(data)
        inquiry = Inquiry.from_json(members["inquiry"])
        return Analysis(
            **{
                **members,
                "inquiry": inquiry,
                "pages": tuple(_page(page, inquiry) for page in members["pages"]),
                "cost": Cost(**members["cost"]),
                "warnings": tuple(members["warnings"]),
            }
        )
    except (KeyError, TypeError, BrokenAnswer) as error:
        raise ValueError("no analysis was written there") from error


def page_to_bytes(page: PageResult, billed: int) -> bytes:
    """A page of an analysis that is not done, and how many pages were billed for it."""
    return pack({"page": page, "billed": billed})


def page_from_bytes(data: bytes, inquiry: Inquiry) -> tuple[PageResult, int]:
    """The page that was written. Raises ValueError for anything else."""
    try:
        members = unpack(data)
        return _page(members["page"], inquiry), int(members["billed"])
    except (KeyError, TypeError, BrokenAnswer) as error:
        raise ValueError("no page was written there") from error


def _page(members: dict[str, Any], inquiry: Inquiry) -> PageResult:
    response, error = members["response"], members["error"]
    return PageResult(
        **{
            **members,
            "response": None if response is None else checked(inquiry.operation, response),
            "error": None if error is None else PageError(**error),
            "warnings": tuple(members["warnings"]),
        }
    )
