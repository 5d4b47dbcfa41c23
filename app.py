"""Builds the service from its settings and hangs the routes: `create_app()` for gunicorn, `python app.py` to serve."""

import gc
import sys
from pathlib import Path

from dotenv import load_dotenv
from flask import Flask

from document_analysis.documents.opening import Limits
from document_analysis.engines.contract import Engine, Observer
from document_analysis.limits.gates import Gate
from document_analysis.limits.machine import available_cpus, available_memory
from document_analysis.limits.page_pool import PagePool
from document_analysis.pipeline.cache import PageCache
from document_analysis.pipeline.page_work import PageWork
from document_analysis.server.lifetime import Lifetime
from document_analysis.settings import Settings, SettingsError
from document_analysis.stores.blobs import S3Blobs
from document_analysis.stores.contract import DocumentStore, Stores
from document_analysis.stores.folder import FolderStore
from document_analysis.stores.s3 import S3Store, s3_client
from document_analysis.telemetry import Metrics, configure_logging, log
from document_analysis.web.application import build
from text_extract import Services

# Pages of all documents that wait for Textract at once: more threads than documents, since a long one has several.
SPARE_PAGES = 32


def create_app(settings: Settings | None = None) -> Flask:
    """The service. `settings` None reads the environment and `.env`. Raises SettingsError with every fault."""
    if settings is None:
        load_dotenv(Path(__file__).with_name(".env"))
        settings = Settings.read()
    configure_logging(settings.log_level, settings.log_format)
    try:
        return _assemble(settings)
    except SettingsError as error:  # what boto3 lacks, a region say, is known no sooner
        log.error("the configuration has faults", faults=error.faults)
        raise


def _assemble(settings: Settings) -> Flask:
    metrics, lifetime = Metrics(), Lifetime(settings.shutdown_grace_s)
    services = make_services(settings, metrics, lifetime)
    app = build(settings, services, metrics, lifetime)
    for gate in (services.places, services.memory, services.pictures):
        lifetime.at_cut_off(gate.close)  # who still waits then is told, not left hanging
    app.extensions |= {"lifetime": lifetime, "services": services, "metrics": metrics}
    # What was made until now lives as long as the process: the collector need not look at it again. And large
    # responses are tens of thousands of objects without a circle among them: they are no reason to look for any.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000 if services.engine.name == "local" else 500_000, 10, 10)
    return app


def make_services(settings: Settings, metrics: Metrics, lifetime: Lifetime) -> Services:
    cpus = available_cpus()
    engine = make_engine(settings, metrics)
    workers = cpus if engine.name == "local" else settings.max_concurrency + SPARE_PAGES
    cache = make_cache(settings)
    return Services(
        engine=engine,
        stores=make_stores(settings),
        work=PageWork(engine, PagePool(workers, settings.page_concurrency), cache),
        limits=Limits(settings.max_document_bytes, settings.max_pages, settings.max_pixels),
        places=Gate(settings.max_concurrency, settings.max_queue),
        # A quarter of the memory for documents' bytes: what is decoded and drawn from them needs the rest.
        memory=Gate(max(settings.max_document_bytes, available_memory() // 4)),
        pictures=Gate(cpus),
        shutdown=lifetime,
    )


def make_engine(settings: Settings, observer: Observer) -> Engine:
    if settings.engine == "local":
        from document_analysis.engines.local import LocalEngine

        return LocalEngine(settings.max_document_bytes, settings.max_pixels, observer)
    from document_analysis.engines.textract import make_textract_engine

    return make_textract_engine(settings, observer)


def make_stores(settings: Settings) -> Stores:
    stores: dict[str, DocumentStore] = {name: FolderStore(folder) for name, folder in settings.local_buckets}
    if settings.readable_buckets:
        s3 = S3Store(s3_client(settings.max_concurrency), settings.readable_buckets)
        stores |= dict.fromkeys(settings.readable_buckets, s3)
    return Stores(stores, settings.default_bucket)


def make_cache(settings: Settings) -> PageCache | None:
    if settings.cache == "off":
        return None
    blobs = None
    if settings.cache.startswith("s3://"):
        bucket, _, prefix = settings.cache.removeprefix("s3://").partition("/")
        blobs = S3Blobs(s3_client(settings.max_concurrency, connect_s=1, read_s=3, attempts=2), bucket, prefix)
    return PageCache(settings.cache_memory_bytes, settings.cache_max_age_s, blobs)


def main() -> int:
    """Serve with the container's server and configuration, and say what is served."""
    from document_analysis.server.gunicorn import serve

    load_dotenv(Path(__file__).with_name(".env"))
    try:
        settings = Settings.read()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return serve(settings)


if __name__ == "__main__":
    sys.exit(main())
