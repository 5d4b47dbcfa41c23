"""Which representation a request wants: `format`, else `Accept`."""

from werkzeug.datastructures import MIMEAccept

from document_analysis.errors import NotAcceptable

# In the order of preference where a client's own leaves a choice.
MEDIA_TYPES = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "textract": "application/x-amz-json-1.1",
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "text": "text/plain",
    "markdown": "text/markdown",
    "csv": "text/csv",
}
PICTURES = ("png", "jpeg", "webp")


def choose_format(named: str | None, accept: MIMEAccept) -> str:
    """The representation's name. Raises NotAcceptable, which lists what there is.

    Whatever admits JSON by `*/*` gets JSON: a browser lists kinds of picture before its `*/*`, and means none of them.
    """
    if named:
        return named
    quality = {kind.partition(";")[0].strip().lower(): q for kind, q in accept}
    if not quality or (quality.get("*/*", 0) > 0 and quality.get(MEDIA_TYPES["json"], 1) > 0):
        return "json"
    best, chosen = 0.0, None
    for name, media_type in MEDIA_TYPES.items():
        q = quality.get(media_type, quality.get(media_type.partition("/")[0] + "/*", quality.get("*/*", 0)))
        if q > best:
            best, chosen = q, name
    if chosen is None:
        raise NotAcceptable(f"There is: {', '.join(MEDIA_TYPES.values())}; or format=searchable-pdf.")
    return chosen
