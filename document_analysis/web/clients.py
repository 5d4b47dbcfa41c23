"""What is known of a client beyond its request: whether it is still there, and since when it waits."""

from collections.abc import Callable

from flask import Request

from document_analysis.limits.deadlines import Deadline


def client_gone(asking: Request) -> Callable[[], bool]:
    """Whether the client has left; False where the server does not say."""
    gone: Callable[[], bool] = asking.environ.get("document_analysis.gone", lambda: False)
    return gone


def deadline(asking: Request, seconds: float) -> Deadline:
    """So long after the request's head was there: what its body took counts."""
    began: float | None = asking.environ.get("document_analysis.began")
    return Deadline.after(seconds) if began is None else Deadline(began + seconds)
