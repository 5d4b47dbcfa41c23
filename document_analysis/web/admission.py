"""Whether a request may come in, judged by its head: the site, the key, the rate, and how large its body may be."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from document_analysis.errors import ShuttingDown
from document_analysis.server.lifetime import Lifetime
from document_analysis.settings import Settings
from document_analysis.web import batch, jobs, uploads
from document_analysis.web import wire as textract
from document_analysis.web.auth import Keys, check_site
from document_analysis.web.forms import MULTIPART_OVERHEAD
from document_analysis.web.rate import RateLimit

# Endpoints that a balancer may ask by any Host; endpoints that need a key where keys are set; those that count
# against a client's rate.
PROBES = {"live", "ready"}
GUARDED = {"analyze", "erase", "metrics", batch.ENDPOINT, textract.ENDPOINT, *jobs.ENDPOINTS}
RATED = {"analyze", "erase", batch.ENDPOINT, textract.ENDPOINT, uploads.ENDPOINT, *jobs.ENDPOINTS}


class Admission:
    """A request is judged when it is answered, and before that when its body is large: then nothing is counted."""

    def __init__(self, settings: Settings, lifetime: Lifetime, rate: RateLimit, batch_bytes: int) -> None:
        self._settings, self._lifetime, self._rate, self._batch_bytes = settings, lifetime, rate, batch_bytes
        self._keys = Keys(settings.api_keys)

    def admit(self) -> None:
        """Raises ServiceError; else `g.client` is the name of the key."""
        g.client = self._judge(request, self._rate.count)

    def _judge(self, asking: Request, rated: Callable[[str], None]) -> str | None:
        if asking.endpoint in PROBES:
            return None
        if self._lifetime.ending:
            raise ShuttingDown(retry_after=1)
        check_site(asking, self._settings.allowed_hosts)
        if asking.endpoint == textract.ENDPOINT and self._settings.wire_credentials:
            return None  # a signature is verified with the body it signs, and the rate of its client judged then
        client = self._keys.client(asking) if asking.endpoint in GUARDED else None
        if asking.endpoint in RATED:
            rated(self._rate.who(client, asking))
        return client

    def body_limit(self, app: Flask) -> Callable[[dict[str, Any]], int]:
        """For the server: the most bytes that the body of a request with this head may have."""

        def judge(environ: dict[str, Any], _: object) -> list[int]:
            with app.request_context(environ):
                self._judge(request, self._rate.check)
                if request.endpoint is None or request.endpoint in PROBES:
                    return [0]
                if request.endpoint == textract.ENDPOINT:
                    return [textract.MAX_BODY_BYTES]
                most = self._batch_bytes if request.endpoint == batch.ENDPOINT else self._settings.max_document_bytes
                return [most + MULTIPART_OVERHEAD]

        judged: Any = behind_proxies(judge, self._settings)

        def limit(environ: dict[str, Any]) -> int:
            try:
                return judged(dict(environ), None)[0]  # type: ignore[no-any-return]
            except Exception:  # whatever it is, the request's own answer says it
                return 0

        return limit


def behind_proxies(application: Any, settings: Settings) -> Any:
    """A WSGI application that sees who asked the outermost trusted proxy, and by what name."""
    hops = settings.trusted_proxies
    return ProxyFix(application, x_for=hops, x_proto=hops, x_host=hops) if hops else application
