"""Builds the service from the environment and `.env`: `create_app()` for gunicorn, `python app.py` to serve."""

import document_analysis  # noqa: F401  (first of all: it says which Python is needed)

# isort: split
import sys
from pathlib import Path

from dotenv import load_dotenv
from flask import Flask

from document_analysis import service
from document_analysis.settings import Settings, SettingsError


def create_app(settings: Settings | None = None) -> Flask:
    """The service. `settings` None reads the environment and `.env`. Raises SettingsError with every fault."""
    if settings is None:
        load_dotenv(Path(__file__).with_name(".env"))
        settings = service.read_settings()
    return service.create_app(settings)


def main() -> int:
    """Serve with the container's server and configuration, and say what is served."""
    from document_analysis.server.address import AddressFault
    from document_analysis.server.gunicorn import serve

    load_dotenv(Path(__file__).with_name(".env"))
    try:
        return serve(service.read_settings(), create_app)
    except (SettingsError, AddressFault) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2


if __name__ == "__main__":
    sys.exit(main())
