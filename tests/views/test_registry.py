"""The tables of views, parts and layers; and any view made of an analysis that is done, as a job's result is."""

import json
import re

import pytest

from document_analysis.documents.document import Upload
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.request import AnalysisRequest, Attempt
from document_analysis.pipeline.run import process_text_analysis
from document_analysis.telemetry import Timings
from document_analysis.views.contract import RenderContext, ViewOptions
from document_analysis.views.models import Analysis, EndEvent, Page, PageEvent
from document_analysis.views.parts import PARTS
from document_analysis.views.registry import TABLE, VIEWS, render
from tests.answers import hold
from tests.conftest import IMAGES

REPORT = (IMAGES / "report.pdf").read_bytes()


def test_names_and_what_accept_chooses_are_told_apart():
    assert len(VIEWS) == len(TABLE)
    by_accept = [view.media_type for view in TABLE if view.by_accept]
    assert len(set(by_accept)) == len(by_accept)


def test_every_part_is_a_member_that_may_be_left_out():
    optional = [
        name for model in (Analysis, Page) for name, field in model.model_fields.items() if field.default is None
    ]
    assert [name for name in optional if name not in {"review", "human_loop"}] == list(PARTS)


@pytest.fixture(scope="module")
def done(local_app):
    """An analysis that is done, the document still open beside it, and what rendering needs."""
    services = local_app.extensions["services"]
    attempt = Attempt("a-job", Deadline.after(600))
    with process_text_analysis(AnalysisRequest(Upload(REPORT)), attempt, services) as (analysis, document):
        yield analysis, document, RenderContext(services.pictures, attempt.deadline, Timings())


@pytest.mark.parametrize("view", TABLE, ids=lambda view: view.name)
def test_a_view_of_what_is_done_is_that_of_analyze(client, done, view):
    analysis, document, context = done
    options = ViewOptions(dpi=50)
    rendered = render(analysis, document, view, options, context)
    answer = client.post(f"/analyze?format={view.name}&dpi=50", data=REPORT)
    assert rendered.content_type == answer.content_type
    if view.name in {"json", "ndjson"}:
        assert pages_of(rendered.body) == pages_of(answer.data)
    else:
        assert without_id(rendered.body) == without_id(answer.data)


def without_id(body: bytes) -> bytes:
    """A PDF without the random name that pdfium gives it."""
    return re.sub(rb"/ID\s*\[.*?\]", b"", body, flags=re.DOTALL)


def pages_of(body: bytes) -> list[list[dict]]:
    lines = [json.loads(line) for line in body.splitlines()]
    shown = [(line["pages"], line.get("blocks"), line["text"]) for line in lines if "pages" in line]
    return sorted(shown, key=lambda line: line[0][0]["page"])


def test_the_lines_of_what_is_done_stand_in_the_order_of_pages(done):
    *lines, end = render(*done[:2], VIEWS["ndjson"], ViewOptions(), done[2]).body.splitlines(keepends=True)
    for line in lines:
        assert line.endswith(b"\n")
        hold(line, PageEvent)
    hold(end, EndEvent)
    assert [json.loads(line)["page"] for line in lines] == [1, 2, 3]


@pytest.mark.parametrize("view", TABLE, ids=lambda view: view.name)
def test_only_what_draws_needs_the_document(done, view):
    analysis, _, context = done
    if view.needs_document(ViewOptions()):
        with pytest.raises(ValueError, match="must be open"):
            render(analysis, None, view, ViewOptions(), context)
    else:
        assert render(analysis, None, view, ViewOptions(), context).body


def test_pictures_in_json_need_it_too(done):
    options = ViewOptions(include=("picture",), dpi=30)
    assert VIEWS["json"].needs_document(options)
    with pytest.raises(ValueError, match="must be open"):
        render(done[0], None, VIEWS["json"], options, done[2])
