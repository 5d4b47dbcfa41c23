"""How many connections the process may hold: as many as it has file descriptors for, beside its other needs."""

import resource
from contextlib import suppress

MOST_CONNECTIONS = 8192
# Whatever else has one: listening sockets, logs, child processes and their pipes.
OTHERS = 128


def raise_limit() -> int:
    """Raise the soft limit on open files towards the hard one, as far as it can be of use; what it is then."""
    wanted = 4 * MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):  # a system may allow less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    return wanted if soft == resource.RLIM_INFINITY else soft


def connections(limit: int, documents: int) -> int:
    """Clients that may be connected at once, where `documents` at work each need a few connections of their own."""
    return max(limit // 4, min(MOST_CONNECTIONS, limit - OTHERS - 4 * documents))
