"""The service's parts from its settings: for the web, the command line and tests alike."""

from collections.abc import Callable

from document_analysis.documents.opening import Limits
from document_analysis.engines.contract import Engine, Observer
from document_analysis.jobs.addresses import CallbackHosts
from document_analysis.jobs.callbacks import Callbacks
from document_analysis.jobs.large import LargeDocuments
from document_analysis.jobs.output import JobOutput
from document_analysis.jobs.queue import JobQueue, MemoryQueue
from document_analysis.jobs.runner import JobRunner
from document_analysis.jobs.services import Jobs, JobsObserver
from document_analysis.jobs.sqs import SqsQueue, sqs_client
from document_analysis.jobs.store import JobStore
from document_analysis.jobs.topics import Topics, sns_client
from document_analysis.jobs.uploads import FolderUploads, S3Uploads, Uploads
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
from document_analysis.stores.folder_shelf import FolderShelf
from document_analysis.stores.outputs import FolderOutput, OutputBucket, Outputs, S3Output
from document_analysis.stores.s3 import S3Store, s3_client, s3_signer
from document_analysis.stores.s3_shelf import S3Shelf


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


def make_outputs(settings: Settings) -> Outputs:
    folders = dict(settings.local_buckets)
    buckets: dict[str, OutputBucket] = {
        name: FolderOutput(folders[name]) for name in settings.output_buckets if name in folders
    }
    if in_s3 := [name for name in settings.output_buckets if name not in folders]:
        buckets |= dict.fromkeys(in_s3, S3Output(s3_client(settings.jobs_workers)))
    return Outputs(buckets)


def make_cache(settings: Settings) -> PageCache | None:
    if settings.cache == "off":
        return None
    blobs = None
    if settings.cache.startswith("s3://"):
        bucket, _, prefix = settings.cache.removeprefix("s3://").partition("/")
        blobs = S3Blobs(s3_client(settings.max_concurrency, connect_s=1, read_s=3, attempts=2), bucket, prefix)
    return PageCache(settings.cache_memory_bytes, settings.cache_max_age_s, blobs, settings.cache_identity)


def make_jobs(settings: Settings, services: Services, observer: JobsObserver) -> tuple[Jobs, JobRunner] | None:
    """What jobs need, and who works them; None where there are none."""
    if settings.jobs == "off":
        return None
    in_s3 = settings.jobs.startswith("s3://")
    parts = _jobs_in_s3(settings) if in_s3 else _jobs_in_a_folder(settings)
    store, queue, uploads = parts
    hosts = CallbackHosts.of(settings.callback_hosts)
    topics = Topics(sns_client(), settings.notification_topics) if settings.notification_topics else None
    callbacks = Callbacks(store, hosts, dict(settings.callback_secrets), observer, topics=topics)
    output = JobOutput(store, make_outputs(settings))
    large = make_large(settings, services, store)
    jobs = Jobs(store, queue, uploads, callbacks, output, settings.jobs_max_age_s, large)
    # A folder is one process's own: what it had when it was killed is its own again.
    worker = None if in_s3 else "this machine"
    lease_s = settings.jobs_lease_s
    return jobs, JobRunner(jobs, services, observer, settings.jobs_workers, lease_s, worker, sweeps=not in_s3)


def make_large(settings: Settings, services: Services, store: JobStore) -> LargeDocuments | None:
    if settings.engine != "textract":
        return None
    from document_analysis.engines.textract import TextractEngine
    from document_analysis.engines.textract_jobs import TextractJobs, Topic

    if not isinstance(services.engine, TextractEngine):
        return None
    arn, role = settings.textract_topic, settings.textract_topic_role
    textract = TextractJobs(services.engine, settings.textract_async_tps, Topic(arn, role) if arn and role else None)
    # Textract's asynchronous operations have nobody look at a page.
    keeps = settings.human_loop_arn is None
    return LargeDocuments(textract, services, store, settings.async_pages, keeps=keeps)


def _jobs_in_s3(settings: Settings) -> tuple[JobStore, JobQueue, Uploads]:
    bucket, _, prefix = settings.jobs.removeprefix("s3://").partition("/")
    client = s3_client(settings.max_concurrency)
    assert settings.jobs_queue is not None
    queue = SqsQueue(sqs_client(settings.jobs_workers + 2), settings.jobs_queue, settings.jobs_lease_s)
    return JobStore(S3Shelf(client, bucket, prefix)), queue, S3Uploads(client, s3_signer(), bucket, prefix)


def _jobs_in_a_folder(settings: Settings) -> tuple[JobStore, JobQueue, Uploads]:
    store = JobStore(FolderShelf(settings.jobs))
    return store, MemoryQueue(settings.jobs_lease_s), FolderUploads(store)
