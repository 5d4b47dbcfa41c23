"""One call to the service: key, time-outs, and trying again as the service says (`Retry-After`)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError
from urllib3.util import parse_url

from document_analysis import __version__
from document_analysis.client.faults import Unreachable, problem_of

# Nothing was done yet when these are answered, so asking again costs nothing.
_ASK_AGAIN = (429, 503)
_CONNECT_S = 10
_CONNECTIONS_TRIED = 2


def is_address(url: str) -> bool:
    """Whether a service may be at `url`."""
    try:
        found = parse_url(url)
    except HTTPError:
        return False
    return found.scheme in ("http", "https") and bool(found.host)


class Transport:
    """Thread-safe: connections are pooled, `connections` of them. Raises ValueError where `url` is no address."""

    def __init__(self, url: str, key: str | None, timeout: float, retries: int, connections: int) -> None:
        self._url = url.rstrip("/")
        if not is_address(self._url):
            raise ValueError(f"{url} is no http:// or https:// address")
        self._below = parse_url(self._url).path or ""
        self._headers = {"User-Agent": f"document-analysis-client/{__version__}"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        # The service's own pool: to find it among a manager's would take a tenth of the time of a call.
        self._pool = urllib3.connection_from_url(
            self._url,
            maxsize=connections,
            block=True,
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
        with self._answer(method, path, body, headers, query) as answer:
            return answer.data

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
        with self._answer(method, path, body, headers, query) as answer:
            yield answer.stream(1 << 16)

    @contextmanager
    def _answer(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        query: Mapping[str, Any] | None,
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """An answer that is none of a problem, for the block."""
        address = self._below + path + (f"?{urlencode(query)}" if query else "")
        try:
            answer = self._pool.urlopen(
                method, address, body, {**self._headers, **(headers or {})}, preload_content=False
            )
        except MaxRetryError as error:
            raise Unreachable(f"no answer from {self._url}: {type(error.reason).__name__}") from error
        except (HTTPError, OSError) as error:
            raise Unreachable(f"no answer from {self._url}: {type(error).__name__}") from error
        try:
            if answer.status >= 300:
                raise problem_of(answer.status, answer.data)
            yield answer
        except (HTTPError, OSError) as error:
            raise Unreachable(f"the answer of {self._url} broke off: {type(error).__name__}") from error
        finally:
            answer.close()
            answer.release_conn()

    def close(self) -> None:
        self._pool.close()
