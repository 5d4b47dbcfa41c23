"""What is asked of the use case."""

from collections.abc import Callable
from dataclasses import dataclass

from document_analysis.documents.opening import Source
from document_analysis.limits.deadlines import Deadline


@dataclass(frozen=True, slots=True)
class StoredName:
    """A document in a store: `bucket` None is the default bucket; `version` None is the newest."""

    bucket: str | None
    key: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """What a client asks of the use case.

    `document` is a name in a store, or the bytes themselves as a `Source`. `features` empty means text only. `pages`
    None means all. `gone` says whether the client has left. `fresh` passes over what is kept, `keep` False keeps
    nothing. `partial` lets some failed pages stand beside the others. `pictures` says that the pages will be drawn, and
    `decode_ahead` that it will be the first of them, pixel by pixel. `most_pages` is a limit of this request beside the
    service's own.
    """

    request_id: str
    document: StoredName | Source
    deadline: Deadline
    features: tuple[str, ...] = ("TABLES", "FORMS", "SIGNATURES")
    queries: tuple[dict[str, str], ...] = ()
    pages: tuple[int, ...] | None = None
    declared_type: str | None = None
    partial: bool = True
    pictures: bool = False
    decode_ahead: bool = False
    fresh: bool = False
    keep: bool = True
    most_pages: int | None = None
    gone: Callable[[], bool] = lambda: False
