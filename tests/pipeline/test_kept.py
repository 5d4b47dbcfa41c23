"""Requests and results as values: written down, read back, and shown again in every view."""

import io
import re
from pathlib import Path

import orjson
import pytest
import zstandard
from PIL import Image

from document_analysis.assembly import make_services
from document_analysis.documents.document import Upload
from document_analysis.engines.contract import NoObserver, PageAnswer
from document_analysis.errors import DocumentChanged, UnreadableDocument
from document_analysis.limits.deadlines import Deadline
from document_analysis.operations.answers import checked
from document_analysis.operations.inquiry import Inquiry
from document_analysis.pipeline.kept import analysis_from_bytes, analysis_to_bytes
from document_analysis.pipeline.opened import opened_again
from document_analysis.pipeline.request import AnalysisRequest, Attempt, StoredName
from document_analysis.pipeline.run import process_text_analysis
from document_analysis.server.lifetime import Lifetime
from document_analysis.settings import Settings
from document_analysis.telemetry import Timings
from document_analysis.views.contract import RenderContext, ViewOptions
from document_analysis.views.parts import PARTS
from document_analysis.views.registry import VIEWS, render
from tests.conftest import IMAGES
from tests.fakes.engines import PlainEngine

RECORDED = orjson.loads((Path(__file__).parent.parent / "recordings" / "all_block_types.json").read_bytes())
SHOWN_PARTS = tuple(part for part in PARTS if part != "picture")
DOCUMENT_VIEWS = {"png", "jpeg", "pdf", "searchable-pdf"}


class Recorded(PlainEngine):
    """Finds blocks of every type on its first page; its third is damaged."""

    def answer(self, call, deadline):
        if len(self.calls) == 3:
            raise UnreadableDocument
        found = RECORDED if self.first else {"Blocks": RECORDED["Blocks"][:9], "AnalyzeDocumentModelVersion": "1.0"}
        return PageAnswer(checked(call.operation, found), attempts=1, billed=1, warnings=("dim",))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "report.pdf").write_bytes((IMAGES / "report.pdf").read_bytes())
    return tmp_path


@pytest.fixture
def services(folder):
    settings = Settings.read({"LOCAL_BUCKETS": f"mine={folder}", "PAGE_CONCURRENCY": "1"})
    return make_services(settings, NoObserver(), Lifetime(1), Recorded())


NAME = StoredName("mine", "report.pdf")


def attempt():
    return Attempt("an-id", Deadline.after(30))


def shown(analysis, document, services, view):
    context = RenderContext(services.pictures, Deadline.after(30), Timings())
    rendered = render(analysis, document, VIEWS[view], ViewOptions(include=SHOWN_PARTS, dpi=40), context)
    return rendered._replace(body=re.sub(rb"/ID ?\[[^]]*\]", b"", rendered.body))  # a PDF's is new for each writing


@pytest.mark.parametrize("view", ["json", "markdown", "csv", "text", "textract", *sorted(DOCUMENT_VIEWS)])
def test_an_analysis_that_was_kept_is_shown_as_it_was(services, view):
    with process_text_analysis(AnalysisRequest(NAME), attempt(), services) as (analysis, document):
        before = shown(analysis, document, services, view)
        kept = analysis_to_bytes(analysis)
    again = analysis_from_bytes(kept)
    assert again == analysis
    assert again.status == "partial"
    if view in DOCUMENT_VIEWS:
        with opened_again(again, NAME, services, Deadline.after(30)) as document:
            after = shown(again, document, services, view)
    else:
        after = shown(again, None, services, view)
    assert after == before
    assert len(after.body) > 100


def test_boxes_are_not_drawn_over_another_document(services, folder):
    with process_text_analysis(AnalysisRequest(NAME), attempt(), services) as (analysis, _):
        pass
    (folder / "report.pdf").write_bytes((IMAGES / "filled-form.pdf").read_bytes())
    with pytest.raises(DocumentChanged), opened_again(analysis, NAME, services, Deadline.after(30)):
        pass


def test_an_object_in_s3_is_told_by_its_etag(fake_s3):
    bucket = fake_s3.bucket()
    name = StoredName(bucket, "form.png")
    services = make_services(Settings.read({"ALLOWED_BUCKETS": bucket}), NoObserver(), Lifetime(1), PlainEngine())
    fake_s3.put(bucket, "form.png", (IMAGES / "application-form.png").read_bytes())
    with process_text_analysis(AnalysisRequest(name), attempt(), services) as (analysis, _):
        pass
    with opened_again(analysis_from_bytes(analysis_to_bytes(analysis)), name, services, Deadline.after(30)) as document:
        assert document.page_count == 1
    fake_s3.put(bucket, "form.png", (IMAGES / "invoice.png").read_bytes())
    with pytest.raises(DocumentChanged), opened_again(analysis, name, services, Deadline.after(30)):
        pass


def test_looking_at_a_result_leaves_it_as_it_is(services):
    with process_text_analysis(AnalysisRequest(NAME), attempt(), services) as (analysis, document):
        before = analysis_to_bytes(analysis)
        for view in ("json", "markdown", "png"):
            shown(analysis, document, services, view)
        assert analysis_to_bytes(analysis) == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-5],
        lambda data: b"",
        lambda data: b"not compressed",
        lambda data: zstandard.compress(b"[]"),
        lambda data: zstandard.compress(b'{"pages": []}'),
        lambda data: zstandard.compress(zstandard.decompress(data).replace(b'"Blocks":[', b'"Blocks":[1,')),
        lambda data: zstandard.compress(zstandard.decompress(data).replace(b'"kind":"document"', b'"kind":"poem"')),
        lambda data: zstandard.compress(zstandard.decompress(data).replace(b'"etag"', b'"tage"')),
    ],
)
def test_what_is_no_analysis_is_a_value_error(services, damage):
    with process_text_analysis(AnalysisRequest(NAME), attempt(), services) as (analysis, _):
        data = analysis_to_bytes(analysis)
    with pytest.raises(ValueError):
        analysis_from_bytes(damage(data))


QUERY = {"Text": "What is the total?", "Alias": "TOTAL"}


@pytest.mark.parametrize(
    "request_",
    [
        AnalysisRequest(StoredName(None, "k.pdf")),
        AnalysisRequest(StoredName("b", "k.pdf", "v1"), Inquiry(), (1, 3), "image/png", False, 7),
        AnalysisRequest(StoredName("b", "k"), Inquiry(("TABLES", "QUERIES"), (QUERY,))),
        AnalysisRequest(StoredName("b", "k"), Inquiry(kind="expense")),
    ],
)
def test_a_request_survives_json(request_):
    assert AnalysisRequest.from_json(orjson.loads(orjson.dumps(request_.as_json()))) == request_


def test_an_upload_survives_json():
    data = (IMAGES / "receipt.jpg").read_bytes()
    again = AnalysisRequest.from_json(orjson.loads(orjson.dumps(AnalysisRequest(Upload(data)).as_json())))
    assert again.document.read() == data
    with Image.open(io.BytesIO(again.document.head)) as picture:
        assert picture.format == "JPEG"


@pytest.mark.parametrize(
    "change",
    [
        {"inquiry": {"kind": "poem", "features": [], "queries": []}},
        {"inquiry": {"kind": "expense", "features": ["TABLES"], "queries": []}},
        {"inquiry": None},
        {"document": {"bucket": "b"}},
        {"document": {"bytes": "no base64"}},
        {"pages": 3},
    ],
)
def test_what_is_no_request_is_refused(change):
    members = AnalysisRequest(StoredName("b", "k")).as_json()
    with pytest.raises((KeyError, TypeError, ValueError)):
        AnalysisRequest.from_json({**members, **change})
