"""What kind of document some bytes are: told by the bytes alone, never by a name or a header."""

PNG, JPEG, TIFF, PDF = "image/png", "image/jpeg", "image/tiff", "application/pdf"
WEBP, BMP, GIF = "image/webp", "image/bmp", "image/gif"
NAMES_OF_KINDS = "PNG, JPEG, TIFF, PDF, WebP, BMP, GIF"

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),  # BigTIFF
    (b"MM\0+", TIFF),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"BM", BMP),
)
_PDF_WITHIN = 1024
"""Where PDF readers look for the header."""

_NAMES = {
    "image/jpg": JPEG,
    "image/pjpeg": JPEG,
    "image/x-png": PNG,
    "image/tif": TIFF,
    "image/x-tiff": TIFF,
    "image/x-bmp": BMP,
    "image/x-ms-bmp": BMP,
    "application/x-pdf": PDF,
} | {kind: kind for kind in (PNG, JPEG, TIFF, PDF, WEBP, BMP, GIF)}
_SAYS_NOTHING = ("application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded")


def sniff(head: bytes) -> str | None:
    """The media type of a document that begins with `head`, or None for what is none of the kinds."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return PDF if b"%PDF-" in head[:_PDF_WITHIN] else None


def disagreement(declared: str | None, found: str) -> str | None:
    """A warning when a content type says something else than the bytes do; None when it says the same or nothing."""
    name = (declared or "").partition(";")[0].strip().lower()
    if not name or name in _SAYS_NOTHING or name.startswith("multipart/") or _NAMES.get(name) == found:
        return None
    said = _NAMES.get(name, "something else")
    return f"The content type said {said}; the bytes are {found}, and were read as that."
