"""The service built from its settings: its parts, its routes, its jobs."""

import gc
import os

from flask import Flask

from document_analysis.assembly import make_jobs, make_services
from document_analysis.aws.clients import fault_of_region
from document_analysis.server.lifetime import Lifetime
from document_analysis.settings import Settings, SettingsError
from document_analysis.telemetry import Metrics, configure_logging, log
from document_analysis.web.application import build


def read_settings() -> Settings:
    """The environment's settings. Raises SettingsError with every fault, AWS's own settings included."""
    return Settings.read(os.environ, aws_faults)


def aws_faults(settings: Settings) -> list[str]:
    """What would keep boto3 from making the clients that these settings need."""
    needed = settings.engine == "textract" or settings.jobs_queue or settings.notification_topics
    fault = fault_of_region() if needed else None
    return [fault] if fault else []


def create_app(settings: Settings) -> Flask:
    """The service. Raises SettingsError with every fault."""
    configure_logging(settings.log_level, settings.log_format)
    try:
        return _assemble(settings)
    except SettingsError as error:  # what only making the clients shows
        log.error("the configuration has faults", faults=error.faults)
        raise


def _assemble(settings: Settings) -> Flask:
    metrics, lifetime = Metrics(), Lifetime(settings.shutdown_grace_s)
    services = make_services(settings, metrics, lifetime)
    made = make_jobs(settings, services, metrics)
    jobs, runner = made or (None, None)
    app = build(settings, services, metrics, lifetime, jobs)
    if runner:
        metrics.gauge("jobs_at_work", "Jobs at work here", lambda: runner.at_work)
        lifetime.at_end(runner.stop)
        runner.start()
    for gate in (services.places, services.memory, services.pictures):
        lifetime.at_cut_off(gate.close)  # who still waits then is told, not left hanging
    app.extensions |= {"lifetime": lifetime, "services": services, "metrics": metrics, "jobs": runner}
    # What was made until now lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(services.engine.collect_after, 10, 10)
    return app
