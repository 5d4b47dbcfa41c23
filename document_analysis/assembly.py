"""The service's parts from its settings: for the web, the command line and tests alike."""

from collections.abc import Callable

from document_analysis.documents.opening import Limits
from document_analysis.engines.contract import Engine, Observer
from document_analysis.limits.gates import Gate
from document_analysis.limits.machine import available_cpus, available_memory
from document_analysis.limits.page_pool import PagePool
from document_analysis.pipeline.cache import PageCache
from document_analysis.pipeline.page_work import PageWork
from document_analysis.pipeline.services import Services, Shutdown
from document_analysis.settings import EngineName, Settings
from document_analysis.stores.blobs import S3Blobs
from document_analysis.stores.contract import DocumentStore, Stores
from document_analysis.stores.folder import FolderStore
from document_analysis.stores.s3 import S3Store, s3_client


def _local(settings: Settings, observer: Observer) -> Engine:
    from document_analysis.engines.local import LocalEngine  # the cloud image is without the packages that read

    return LocalEngine(settings, observer)


def _textract(settings: Settings, observer: Observer) -> Engine:
    from document_analysis.engines.textract import TextractEngine

    return TextractEngine(settings, observer)


ENGINES: dict[EngineName, Callable[[Settings, Observer], Engine]] = {"local": _local, "textract": _textract}


def make_services(settings: Settings, observer: Observer, shutdown: Shutdown, engine: Engine | None = None) -> Services:
    """The services; `engine` None is the one that the settings name."""
    engine = engine or ENGINES[settings.engine](settings, observer)
    return Services(
        engine=engine,
        stores=make_stores(settings),
        work=PageWork(engine, PagePool(engine.workers, settings.page_concurrency), make_cache(settings)),
        limits=Limits(settings.max_document_bytes, settings.max_pages, settings.max_pixels),
        places=Gate(settings.max_concurrency, settings.max_queue),
        # A quarter of the memory for documents' bytes: what is decoded and drawn from them needs the rest.
        memory=Gate(max(settings.max_document_bytes, available_memory() // 4)),
        pictures=Gate(available_cpus()),
        shutdown=shutdown,
    )


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
    return PageCache(settings.cache_memory_bytes, settings.cache_max_age_s, blobs, settings.cache_identity)
