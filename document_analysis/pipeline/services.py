"""What the use case works with; `assembly.py` makes it of the settings."""

from dataclasses import dataclass
from typing import Protocol

from document_analysis.documents.opening import Limits
from document_analysis.engines.contract import Engine
from document_analysis.limits.gates import Gate
from document_analysis.pipeline.page_work import PageWork
from document_analysis.stores.contract import Stores


class Shutdown(Protocol):
    """What a request must know of the process's end."""

    def due(self) -> bool:
        """Whether the time that running requests had is over."""


@dataclass(frozen=True, slots=True)
class Services:
    """Made once, shared by all requests.

    `places` are documents at work, `memory` bytes of documents held, `pictures` pictures prepared at once.
    """

    engine: Engine
    stores: Stores
    work: PageWork
    limits: Limits
    places: Gate
    memory: Gate
    pictures: Gate
    shutdown: Shutdown
