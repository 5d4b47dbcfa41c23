"""What the views of a kind of document are made of: a row a kind. A new kind is a row here and a module of its own.

Parts and layers say themselves which kinds they are of.
"""

from collections.abc import Callable
from dataclasses import dataclass

from document_analysis.documents.opening import Document
from document_analysis.pipeline.result import Analysis
from document_analysis.views.contract import RenderContext, Renderer, ViewOptions
from document_analysis.views.expenses import expenses_csv, expenses_markdown
from document_analysis.views.identities import identities_markdown
from document_analysis.views.labels import labels_markdown, labels_text
from document_analysis.views.markdown import markdown
from document_analysis.views.text import plain_text, tables_csv

Writer = Callable[[Analysis, float], str]
"""What an analysis says, without what is below a confidence."""


def _page_text(analysis: Analysis, min_confidence: float) -> str:
    return _ended(plain_text(analysis.index, min_confidence=min_confidence))


def name_of(analysis: Analysis) -> str:
    """What its document is called: rows of several documents are told apart by it."""
    return analysis.name or analysis.source


def _ended(text: str) -> str:
    return f"{text}\n" if text else ""


@dataclass(frozen=True, slots=True)
class Kind:
    """`text`, `markdown` and `csv` (None: it has none) write the views of those names.

    `searchable` says whether its answers have the words of a page, `min_confidence` what is left out unless asked for.
    """

    name: str
    markdown: Writer
    text: Writer = _page_text
    csv: Writer | None = None
    searchable: bool = True
    min_confidence: float = 0.0

    @property
    def lacks(self) -> tuple[str, ...]:
        """The views that there are not of it."""
        return (*(() if self.csv else ("csv",)), *(() if self.searchable else ("searchable-pdf",)))


TABLE = (
    Kind(
        "document",
        markdown=lambda analysis, least: markdown(analysis.index, min_confidence=least),
        csv=lambda analysis, least: tables_csv(analysis.index, name_of(analysis), min_confidence=least),
    ),
    Kind(
        "expense",
        markdown=lambda analysis, least: _ended(expenses_markdown(analysis.answers, least)),
        csv=lambda analysis, least: expenses_csv(analysis.answers, name_of(analysis), least),
    ),
    Kind("identity", markdown=lambda analysis, least: _ended(identities_markdown(analysis.answers, least))),
    Kind(
        "labels",
        markdown=lambda analysis, least: _ended(labels_markdown(analysis.answers, least)),
        text=lambda analysis, least: _ended(labels_text(analysis.answers, least)),
        searchable=False,
        min_confidence=55.0,
    ),
)
KINDS = {kind.name: kind for kind in TABLE}


def _written(writer: Callable[[Kind], Writer | None]) -> Renderer:
    def render(analysis: Analysis, _document: Document | None, options: ViewOptions, context: RenderContext) -> bytes:
        write = writer(KINDS[analysis.inquiry.kind])
        assert write is not None, "whoever chose the view has seen what the kind lacks"
        with context.summarizing(analysis):
            return write(analysis, options.min_confidence).encode()

    return render


render_text = _written(lambda kind: kind.text)
render_markdown = _written(lambda kind: kind.markdown)
render_csv = _written(lambda kind: kind.csv)
