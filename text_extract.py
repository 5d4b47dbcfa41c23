"""The use case's front: `process_text_analysis`, and `python text_extract.py FILE` for a document without a server."""

import document_analysis  # noqa: F401  (first of all: it says which Python is needed)

# isort: split
import sys
import uuid
from pathlib import Path

from dotenv import load_dotenv

from document_analysis.assembly import make_services
from document_analysis.documents.document import Upload
from document_analysis.engines.contract import NoObserver
from document_analysis.errors import ServiceError
from document_analysis.limits.deadlines import Deadline
from document_analysis.pipeline.plan import Plan, plan_text_analysis
from document_analysis.pipeline.request import AnalysisRequest, Attempt
from document_analysis.pipeline.run import Run, process_text_analysis
from document_analysis.pipeline.services import Services
from document_analysis.server.lifetime import Lifetime
from document_analysis.settings import Settings, SettingsError
from document_analysis.views.contract import RenderContext, ViewOptions
from document_analysis.views.registry import VIEWS, render

__all__ = ["Plan", "Run", "Services", "plan_text_analysis", "process_text_analysis"]


def analysed(path: Path, settings: Settings) -> bytes:
    """A file's analysis as JSON. Raises SettingsError, OSError, ServiceError."""
    services = make_services(settings, NoObserver(), Lifetime(settings.shutdown_grace_s))
    attempt = Attempt(uuid.uuid4().hex, Deadline.after(settings.request_deadline_s))
    with process_text_analysis(AnalysisRequest(Upload(path.read_bytes())), attempt, services) as (analysis, document):
        context = RenderContext(services.pictures, attempt.deadline, attempt.timings)
        return render(analysis, document, VIEWS["json"], ViewOptions(), context).body


def main(arguments: list[str]) -> int:
    """Print a file's analysis, by the engine that the environment and `.env` name."""
    if len(arguments) != 1:
        print("usage: python text_extract.py FILE", file=sys.stderr)  # noqa: T201
        return 2
    load_dotenv(Path(__file__).with_name(".env"))
    try:
        sys.stdout.buffer.write(analysed(Path(arguments[0]), Settings.read()))
    except (SettingsError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except ServiceError as error:
        print(f"{error.code}: {error.detail}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
