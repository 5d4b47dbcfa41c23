"""What came of a request: data, which can be written down and shown again in any view."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from document_analysis.blocks.index import Block, BlockIndex, Response
from document_analysis.operations.inquiry import Inquiry


@dataclass(frozen=True, slots=True)
class PageError:
    """Why a page failed, as the client is told."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page: analysed (`response`, of the engine's operation) or failed (`error`)."""

    page: int
    width: float | None = None
    height: float | None = None
    unit: str = "px"
    response: Response | None = None
    error: PageError | None = None
    from_cache: bool = False
    attempts: int = 0
    rotation: float = 0.0
    mean_confidence: float | None = None
    warnings: tuple[str, ...] = ()

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


@dataclass(frozen=True)
class Analysis:
    """The result of the use case: of the document what was seen, of the engine its name, and the pages.

    `name` is the client's own for an upload.
    """

    request_id: str
    source: str
    version: str | None
    etag: str | None
    media_type: str
    size_bytes: int
    sha256: str | None
    page_count: int
    engine: str
    inquiry: Inquiry
    pages: tuple[PageResult, ...]
    cost: Cost
    warnings: tuple[str, ...] = ()
    name: str | None = None

    @property
    def features(self) -> tuple[str, ...]:
        return self.inquiry.features

    @property
    def status(self) -> Literal["succeeded", "partial"]:
        return "succeeded" if all(page.error is None for page in self.pages) else "partial"

    @property
    def cached(self) -> bool:
        """Whether every page that stands here was kept from an earlier request."""
        return all(page.from_cache for page in self.pages if page.error is None)

    @property
    def block_count(self) -> int:
        return sum(len(self._blocks(page.response)) for page in self.pages if page.response is not None)

    @cached_property
    def response(self) -> Response:
        """One response over all pages, as the asynchronous operations give it."""
        merged = self.inquiry.operation.merge(self.answers, self.page_count)
        failed = [page for page in self.pages if page.error is not None]
        if failed and self.inquiry.operation.asynchronous:
            merged["Warnings"] = warnings_of(failed)
        return merged

    @property
    def answers(self) -> list[tuple[int, Response]]:
        """The engine's answers as they are, with the numbers of their pages."""
        return [(page.page, page.response) for page in self.pages if page.response is not None]

    @cached_property
    def index(self) -> BlockIndex:
        return BlockIndex(self._blocks(self.response))

    @property
    def model_version(self) -> str:
        member = self.inquiry.operation.model_version
        responses = (page.response for page in self.pages if page.response is not None)
        return next((str(response.get(member) or "") for response in responses if member), "")

    def _blocks(self, response: Response) -> list[Block]:
        return self.inquiry.operation.blocks(response)


def warnings_of(failed: Sequence[PageResult]) -> list[dict[str, Any]]:
    """Which pages failed, and by what, as Textract says it."""
    pages: dict[str, list[int]] = {}
    for page in failed:
        assert page.error is not None
        pages.setdefault(page.error.code, []).append(page.page)
    return [{"ErrorCode": code, "Pages": numbers} for code, numbers in pages.items()]
