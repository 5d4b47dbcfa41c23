"""`GET /`: a page for people, from the files in `viewer/`. Showing it needs no key, costs and changes nothing."""

from pathlib import Path

from flask import Flask, Response
from pydantic import BaseModel, ConfigDict

from document_analysis.asking.options import FEATURES
from document_analysis.errors import NotFound
from document_analysis.operations.catalogue import DEFAULT_FEATURES
from document_analysis.pipeline.services import Services
from document_analysis.settings import Settings
from document_analysis.views.contract import View
from document_analysis.views.kinds import KINDS
from document_analysis.views.parts import parts_of
from document_analysis.views.registry import TABLE
from document_analysis.views.shapes import shown_of
from document_analysis.web.files import PageFile

VIEWER = Path(__file__).with_name("viewer")
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
# Nothing inline, nothing from elsewhere; pages' pictures are blobs. Trusted Types close every way of text into markup.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
SAMPLES_BUCKET = "images"
SAMPLES = {
    "application-form.png": "Form: filled in by hand, check boxes, signature",
    "invoice.png": "Invoice: a ruled table, totals",
    "receipt.jpg": "Receipt: photographed askew",
    "bakery-receipt.png": "Receipt: in two languages",
    "long-invoice.pdf": "Invoice: items over two pages",
    "passport.png": "Passport: a specimen with its machine-readable zone",
    "cat.jpg": "Photograph: a cat",
    "letter.png": "Letter: two columns",
    "report.pdf": "Report: three pages, a table over a page break",
    "filled-form.pdf": "PDF with form fields",
    "two-pages.tiff": "TIFF of two pages",
}


def install(app: Flask, settings: Settings, services: Services, *, jobs: bool) -> None:
    files = {
        path.name: PageFile(path.read_bytes(), MEDIA_TYPES[path.suffix], POLICY)
        for path in VIEWER.iterdir()
        if path.suffix in MEDIA_TYPES
    }
    facts = service_facts(settings, services, jobs=jobs).model_dump_json().encode()
    files["service.json"] = PageFile(facts, "application/json", POLICY)

    @app.get("/")
    def page() -> Response:
        return files["index.html"].answer()

    @app.get("/viewer/<name>")
    def page_file(name: str) -> Response:
        if name not in files:
            raise NotFound
        return files[name].answer()


def thumbnail_of(sample: str) -> str:
    """The name of a sample's small picture in `viewer/`."""
    return f"sample-{Path(sample).stem}.webp"


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")

    bucket: str
    document: str
    about: str
    thumbnail: str


class OfferedView(BaseModel):
    """A view in the page's list of downloads."""

    model_config = ConfigDict(extra="forbid")

    format: str
    title: str
    ending: str
    draws: bool
    single_page: bool


class OfferedKind(BaseModel):
    """What a document can be taken for, and the parts, layers and lacking views of that."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    parts: list[str]
    layers: list[str]
    lacks: list[str]


class ServiceFacts(BaseModel):
    """What the page must know of the service. Anybody may read it: no names of buckets or documents but the samples."""

    model_config = ConfigDict(extra="forbid")

    engine: str
    features: list[str]
    default_features: list[str]
    default_shown: list[str]
    kinds: list[OfferedKind]
    views: list[OfferedView]
    samples: list[Sample]
    needs_key: bool
    offers_stored: bool
    has_default_bucket: bool
    jobs: bool
    keeps_results: bool
    max_document_bytes: int
    max_pages: int


def service_facts(settings: Settings, services: Services, *, jobs: bool) -> ServiceFacts:
    folder = dict(settings.local_buckets).get(SAMPLES_BUCKET)
    return ServiceFacts(
        engine=services.engine.name,
        features=[feature for feature in FEATURES if feature in services.engine.features],
        default_features=list(DEFAULT_FEATURES),
        default_shown=[layer for kind in KINDS for layer in shown_of(kind, by_default=True)],
        kinds=[
            OfferedKind(
                kind=kind.name,
                parts=list(parts_of(kind.name)),
                layers=list(shown_of(kind.name)),
                lacks=list(kind.lacks),
            )
            for kind in KINDS.values()
        ],
        views=[_offered(view) for view in sorted(TABLE, key=lambda view: view.draws) if view.title],
        samples=[
            Sample(bucket=SAMPLES_BUCKET, document=name, about=about, thumbnail=thumbnail_of(name))
            for name, about in SAMPLES.items()
            if folder and (folder / name).is_file()
        ],
        needs_key=bool(settings.api_keys),
        offers_stored=bool(settings.allowed_buckets or settings.default_bucket)
        or any(name != SAMPLES_BUCKET for name, _ in settings.local_buckets),
        has_default_bucket=settings.default_bucket is not None,
        jobs=jobs,
        keeps_results=settings.cache != "off",
        max_document_bytes=settings.max_document_bytes,
        max_pages=settings.max_pages,
    )


def _offered(view: View) -> OfferedView:
    return OfferedView(
        format=view.name, title=view.title, ending=view.ending, draws=view.draws, single_page=view.single_page
    )
