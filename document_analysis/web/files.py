"""Files of the pages for people: in memory once however many ask, sent again only when they have changed."""

from flask import Response, request
from werkzeug.http import generate_etag


class PageFile:
    """`policy` is its Content-Security-Policy."""

    def __init__(self, content: bytes, media_type: str, policy: str) -> None:
        self._content, self._media_type, self._policy = content, media_type, policy
        self._etag = generate_etag(content)

    def answer(self) -> Response:
        """Clients ask for it each time; all that have not taken theirs yet share the bytes."""
        response = Response(self._content, content_type=self._media_type)
        response.headers["Content-Security-Policy"] = self._policy
        response.headers["Cache-Control"] = "no-cache"
        response.set_etag(self._etag)
        return response.make_conditional(request)  # type: ignore[return-value]
