"""One call to the service: key, time-outs, and trying again as the service says (`Retry-After`)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError

from document_analysis import __version__
from document_analysis.client.faults import Unreachable, problem_of

# Nothing was done yet when these are answered, so asking again costs nothing.
_ASK_AGAIN = (429, 503)
_CONNECT_S = 10
_CONNECTIONS_TRIED = 2


class Transport:
    """Thread-safe: connections are pooled, `connections` of them."""

    def __init__(self, url: str, key: str | None, timeout: float, retries: int, connections: int) -> None:
        self._url = url.rstrip("/")
        headers = {"User-Agent": f"document-analysis-client/{__version__}"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._pool = urllib3.PoolManager(
            maxsize=connections,
            block=True,
            headers=headers,
            timeout=urllib3.Timeout(connect=_CONNECT_S, read=timeout),
            retries=urllib3.Retry(
                total=None,
                status=retries,
                connect=min(retries, _CONNECTIONS_TRIED),
                other=0,
                read=0,  # it may be at work on it: asking again is the caller's to decide
                redirect=False,  # a key goes nowhere else
                status_forcelist=_ASK_AGAIN,
                allowed_methods=None,
                backoff_factor=0.5,
                backoff_jitter=0.5,
                backoff_max=10,
                raise_on_status=False,
            ),
        )

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The answer's body. Raises ProblemError, Unreachable."""
        with self.stream(method, path, body, headers, query) as answer:
            return b"".join(answer)

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Iterator[Iterator[bytes]]:
        """The answer's body as it comes, for the block. Raises ProblemError, Unreachable."""
        address = self._url + path + (f"?{urlencode(query)}" if query else "")
        try:
            answer = self._pool.request(
                method, address, body=body, headers={**self._pool.headers, **(headers or {})}, preload_content=False
            )
        except MaxRetryError as error:
            raise Unreachable(f"no answer from {self._url}: {type(error.reason).__name__}") from error
        except (HTTPError, OSError) as error:
            raise Unreachable(f"no answer from {self._url}: {type(error).__name__}") from error
        try:
            if answer.status >= 300:
                raise problem_of(answer.status, answer.read())
            yield answer.stream(1 << 16)
        except (HTTPError, OSError) as error:
            raise Unreachable(f"the answer of {self._url} broke off: {type(error).__name__}") from error
        finally:
            answer.close()
            answer.release_conn()

    def close(self) -> None:
        self._pool.clear()
