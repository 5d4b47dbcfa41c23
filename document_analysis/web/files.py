"""Files that are sent as they are: in memory once, packed once, and sent again only when they changed."""

import gzip

from flask import Response, request
from werkzeug.http import generate_etag

_PACKED = ("text/", "image/svg+xml")


class PageFile:
    """`policy` is its Content-Security-Policy."""

    def __init__(self, content: bytes, media_type: str, policy: str) -> None:
        self._content, self._media_type, self._policy = content, media_type, policy
        self._packed = gzip.compress(content, 9, mtime=0) if media_type.startswith(_PACKED) else None
        self._etag = generate_etag(content)

    def answer(self) -> Response:
        """Clients ask for it each time; all that have not taken theirs yet share the bytes."""
        packed = self._packed if request.accept_encodings["gzip"] else None
        response = Response(packed or self._content, content_type=self._media_type)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        if self._packed:
            response.headers["Vary"] = "Accept-Encoding"
        response.headers["Content-Security-Policy"] = self._policy
        response.headers["Cache-Control"] = "no-cache"
        response.set_etag(f"{self._etag}-gzip" if packed else self._etag)
        return response.make_conditional(request)  # type: ignore[return-value]
