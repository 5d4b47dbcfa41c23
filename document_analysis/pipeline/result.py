"""What was asked for and what came of it: the request and the result of the use case, in one vocabulary."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from document_analysis.blocks.index import BlockIndex, Response, merge_pages
from document_analysis.documents.opening import Document
from document_analysis.engines.contract import Engine
from document_analysis.errors import ServiceError


@dataclass(slots=True)
class PageResult:
    """One page: analysed (`response`, Textract's, `Page` set on each block) or failed (`error`)."""

    page: int
    width: float | None = None
    height: float | None = None
    unit: str = "px"
    response: Response | None = None
    error: ServiceError | None = None
    from_cache: bool = False
    attempts: int = 0
    rotation: float = 0.0
    mean_confidence: float | None = None

    @property
    def status(self) -> Literal["succeeded", "failed"]:
        return "succeeded" if self.error is None else "failed"


@dataclass(frozen=True, slots=True)
class Cost:
    """What an analysis cost at the engine's list prices (0 for the embedded engine)."""

    pages_billed: int
    pages_from_cache: int
    upstream_attempts: int
    estimated_usd: float


@dataclass
class Analysis:
    """The result of the use case. `document` stays open for the views that draw it; whoever got this closes it."""

    request_id: str
    document: Document
    source: str
    version: str | None
    etag: str | None
    size_bytes: int
    sha256: str | None
    engine: Engine
    features: tuple[str, ...]
    pages: list[PageResult]
    cost: Cost
    warnings: list[str] = field(default_factory=list)
    close: Callable[[], None] = lambda: None

    def __enter__(self) -> "Analysis":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def status(self) -> Literal["succeeded", "partial"]:
        return "succeeded" if all(page.error is None for page in self.pages) else "partial"

    @property
    def cached(self) -> bool:
        """Whether every page that stands here was kept from an earlier request."""
        return all(page.from_cache for page in self.pages if page.error is None)

    @property
    def block_count(self) -> int:
        return sum(len(page.response["Blocks"]) for page in self.pages if page.response is not None)

    @cached_property
    def response(self) -> Response:
        """One Textract response over all pages, as the asynchronous operations give it."""
        done = [(page.page, page.response) for page in self.pages if page.response is not None]
        merged = merge_pages(done, self.document.page_count)
        failed = [page for page in self.pages if page.error is not None]
        if failed:
            merged["Warnings"] = _warnings(failed)
        return merged

    @cached_property
    def index(self) -> BlockIndex:
        return BlockIndex(self.response["Blocks"])

    @property
    def model_version(self) -> str:
        for page in self.pages:
            if page.response is not None:
                return model_version(page.response)
        return ""


def model_version(response: Response) -> str:
    version = response.get("AnalyzeDocumentModelVersion") or response.get("DetectDocumentTextModelVersion")
    return str(version or "")


def _warnings(failed: Sequence[PageResult]) -> list[dict[str, Any]]:
    pages: dict[str, list[int]] = {}
    for page in failed:
        assert page.error is not None
        pages.setdefault(page.error.code, []).append(page.page)
    return [{"ErrorCode": code, "Pages": numbers} for code, numbers in pages.items()]
