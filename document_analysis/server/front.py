"""What the server must know of the application it stands before: it may import none of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from document_analysis.limits.gates import Gate

# What a balancer asks, answered by threads of its own: however many requests wait, these do not.
PROBES = ("/health", "/ready", "/metrics")


@dataclass(frozen=True, slots=True)
class Front:
    """Put by the application into its extensions, as `front`.

    `client_timeout_s` is what a client may take for its headers, and be behind with its body or with taking an answer;
    `memory` counts the bytes of bodies as they arrive; `body_limit` judges a request by its head (a WSGI environment):
    the most bytes that its body may have, 0 where the answer does not hang on the body; `on_refusal` is told the code
    of what the server refuses by itself.
    """

    client_timeout_s: float
    deadline_s: float
    memory: Gate
    body_limit: Callable[[dict[str, Any]], int]
    on_refusal: Callable[[str], None]
