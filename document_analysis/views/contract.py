"""What a view is: a row of the registry, what can be asked of it, what it needs, and what it gives."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pydantic import BaseModel

from document_analysis.documents.opening import Document
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.gates import Gate, turn
from document_analysis.pipeline.result import Analysis
from document_analysis.telemetry import Timings
from document_analysis.views.parts import DEFAULT_PARTS
from document_analysis.views.shapes import DEFAULT_SHOWN

# Blocks that are read in some 50 ms.
_SHORT = 10_000


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What a view shows of an analysis; each is said in the API's table of options."""

    include: tuple[str, ...] = DEFAULT_PARTS
    annotate: tuple[str, ...] = DEFAULT_SHOWN
    min_confidence: float = 0
    review_below: float | None = None
    dpi: int = 150
    page: int = 1


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What views need beside the analysis: a bound on pictures at once, until when, and where seconds are noted."""

    pictures: Gate
    deadline: Deadline
    timings: Timings

    @contextmanager
    def summarizing(self, analysis: Analysis) -> Iterator[None]:
        """Around what is only reading blocks: its time is noted, and requests take turns at it."""
        with self.timings.step("summarize"), turn(analysis.block_count, _SHORT):
            yield

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Around what draws pages: its time is noted, and few do it at once."""
        with self.pictures.hold(self.deadline), self.timings.step("draw"):
            yield


Renderer = Callable[[Analysis, Document | None, ViewOptions, RenderContext], bytes]
"""Makes the body. Raises ServiceErrors of pages that cannot be drawn, and DeadlineExceeded."""


@dataclass(frozen=True, slots=True)
class View:
    """A representation of an analysis.

    `ending` follows the document's own name where the answer is saved, `{page}` in it is the page shown; `disposition`
    says how a browser is to take it (None: no name is suggested). `draws` says that pages' pictures are needed,
    `single_page` that one page is shown (and analysed), `streams` that pages can be sent as they finish, `partial` that
    failed pages may stand beside the others unless the client says otherwise. `by_accept` is False for what only its
    name chooses. `models` are the shapes of what is JSON. What has a `title` is offered on the page for people.
    """

    name: str
    media_type: str
    ending: str
    render: Renderer
    parameters: str = ""
    disposition: Literal["inline", "attachment"] | None = None
    draws: bool = False
    single_page: bool = False
    streams: bool = False
    partial: bool = False
    by_accept: bool = True
    models: tuple[type[BaseModel], ...] = ()
    title: str = ""

    def needs_document(self, options: ViewOptions) -> bool:
        """Whether the document must be open while the view is made, or the analysis alone will do."""
        return self.draws or "picture" in options.include


class Rendered(NamedTuple):
    """A view that was made: its bytes, its media type, and the name to save it under (None: none is suggested)."""

    body: bytes
    content_type: str
    file_name: str | None = None
    disposition: str = "inline"


def opened(document: Document | None) -> Document:
    """The document of a view that draws it; `View.needs_document` has told whoever has it made."""
    if document is None:
        raise ValueError("this view draws the document: it must be open")
    return document
