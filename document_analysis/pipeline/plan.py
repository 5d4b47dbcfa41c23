"""A request as far as it costs nothing: what would be done, and for how much."""

from dataclasses import dataclass

from document_analysis.pipeline.request import AnalysisRequest, Attempt
from document_analysis.pipeline.result import Cost
from document_analysis.pipeline.run import Run
from document_analysis.pipeline.services import Services


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, and what it would cost if nothing of it is kept."""

    request_id: str
    media_type: str
    page_count: int
    size_bytes: int
    pages: tuple[int, ...]
    features: tuple[str, ...]
    engine: str
    operation: str
    cost: Cost
    warnings: tuple[str, ...]


def plan_text_analysis(request: AnalysisRequest, attempt: Attempt, services: Services) -> Plan:
    """The analysis as far as it costs nothing: open the document, count its pages, look their price up."""
    with Run(request, attempt, services) as run:
        price = services.engine.price(request.inquiry, len(run.numbers))
        return Plan(
            request_id=attempt.request_id,
            media_type=run.document.media_type,
            page_count=run.document.page_count,
            size_bytes=run.opened.source.size_bytes,
            pages=run.numbers,
            features=request.inquiry.features,
            engine=services.engine.name,
            operation=request.inquiry.operation.name,
            cost=Cost(len(run.numbers) if price else 0, 0, 0, price),
            warnings=tuple(run.document.warnings),
        )
