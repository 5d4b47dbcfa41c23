"""What the child process does with a picture: the sizes of its frames, and one frame as a plain PNG or JPEG.

Kinds go by Pillow's names (PNG, JPEG, TIFF, WEBP, BMP, GIF). `eight_bits` and `turned` are also used by who decodes
well-behaved pictures outside a child.
"""

import io
import math
from typing import Any

from PIL import Image, ImageChops, ImageFile, TiffImagePlugin

from sandbox.pixels import _TURNS, eight_bits, is_deep, printed_size, scaled, turned
from sandbox.worker import Answer, Kept, OperationFailed

LOSSLESS_SAMPLES = 48_000_000
"""A picture of more samples goes as JPEG at once: as PNG it would take seconds and be too large."""
JPEG_QUALITY = 92

_SUBFILE_TYPE, _WIDTH = 254, 256
_THUMBNAIL, _MASK = 1, 4
_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)


def probe(kept: Kept, _blob: bytes, kind: str, max_frames: int) -> Answer:
    """The frames in order: `[index, width, height]` when upright, null where a page is there but unreadable.

    One more than `max_frames` is listed at most. A TIFF's thumbnails and masks are no frames. `more`: a GIF or WebP
    has other frames than the first, which is the only one listed. `cut`: the list of pages ends in something damaged.
    """
    with _open(kept, kind) as picture:
        if kind == "TIFF":
            frames, cut = _tiff_frames(picture, max_frames)
            return {"frames": frames, "more": False, "cut": cut}, b""
        width, height = picture.size
        if _orientation(picture) in _SIDEWAYS:
            width, height = height, width
        return {"frames": [[0, width, height]], "more": bool(getattr(picture, "is_animated", False)), "cut": False}, b""


def _orientation(picture: Image.Image) -> int:
    """EXIF's orientation as the header has it, 1–8. Pillow has turned a TIFF already, and says so."""
    # Not PngImageFile's own, which decodes the whole picture in search of EXIF behind it.
    orientation = Image.Image.getexif(picture).get(_ORIENTATION, 1)
    return orientation if orientation in _TURNS else 1


def _tiff_frames(picture: Image.Image, max_frames: int) -> tuple[list[list[int] | None], bool]:
    frames: list[list[int] | None] = []
    assert isinstance(picture, TiffImagePlugin.TiffImageFile)
    for index in range(4 * max_frames + 4):
        try:
            picture.seek(index)
        except EOFError:
            break
        except Exception:  # Pillow raises nearly anything on what a damaged directory says
            if _WIDTH not in picture.tag_v2:
                return frames, True
            frames.append(None)
        else:
            subfile = picture.tag_v2.get(_SUBFILE_TYPE, 0)
            if index == 0 or not (isinstance(subfile, int) and subfile & (_THUMBNAIL | _MASK)):
                frames.append([index, *printed_size(picture)])  # Pillow has turned a TIFF's size already
        if len(frames) > max_frames:
            break
    return frames, False


def convert(kept: Kept, _blob: bytes, kind: str, index: int, max_pixels: int, max_side: int, max_bytes: int) -> Answer:
    """One frame upright, in 8 bits, on white, at most so large, as PNG if that fits `max_bytes`, else as JPEG.

    `cut`: the file ends too early, what was there is in the picture. `shrunk`: it is smaller for the bytes' sake.
    """
    decoded, cut, printed = _decoded(kept, kind, index, max_pixels)
    orientation = _orientation(decoded)
    picture = _reduced(decoded, max_pixels, max_side)
    del decoded
    picture = turned(picture, orientation)
    if printed:
        picture = _squared(picture, printed, max_pixels, max_side)
    picture.info.clear()
    encoded, made, shrunk = _fitted(picture, max_bytes)
    with Image.open(io.BytesIO(encoded)) as plain:
        width, height = plain.size
    return {"kind": made, "width": width, "height": height, "cut": cut, "shrunk": shrunk}, encoded


def _fitted(picture: Image.Image, max_bytes: int) -> tuple[bytes, str, bool]:
    """Encoded in at most so many bytes, as what, and whether it had to be made smaller."""
    if picture.width * picture.height * len(picture.getbands()) <= LOSSLESS_SAMPLES:
        encoded = _encoded(picture, "PNG", compress_level=3)
        if len(encoded) <= max_bytes:
            return encoded, "PNG", False
    if picture.mode == "1":
        picture = picture.convert("L")
    encoded = _encoded(picture, "JPEG", quality=JPEG_QUALITY)
    shrunk = False
    while len(encoded) > max_bytes and max(picture.size) > 1:
        scale = max(0.5, min(0.9, math.sqrt(max_bytes / len(encoded))))
        smaller = max(1, int(picture.width * scale)), max(1, int(picture.height * scale))
        picture = picture.resize(smaller, Image.Resampling.BOX)
        encoded = _encoded(picture, "JPEG", quality=JPEG_QUALITY)
        shrunk = True
    return encoded, "JPEG", shrunk


def _open(kept: Kept, kind: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # pixels are counted against the caller's own limit, from the header
    return Image.open(io.BytesIO(kept.content), formats=[kind])


def _squared(picture: Image.Image, printed: tuple[int, int], max_pixels: int, max_side: int) -> Image.Image:
    """The picture with square pixels, in the proportions of its `printed` size."""
    excess = max(1.0, math.sqrt(printed[0] * printed[1] / max_pixels), max(printed) / max_side)
    size = max(1, int(printed[0] / excess)), max(1, int(printed[1] / excess))
    plain = picture.convert("L") if picture.mode == "1" else picture
    return plain.resize(size, Image.Resampling.BICUBIC)


def _decoded(kept: Kept, kind: str, index: int, max_pixels: int) -> tuple[Image.Image, bool, tuple[int, int] | None]:
    """The decoded frame, whether its file was cut off, and its size as printed where its pixels are not square."""
    for lenient in (False, True):
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
        picture = _open(kept, kind)
        if index:
            picture.seek(index)
        if kind == "JPEG":
            _draft(picture, max_pixels)
        printed = printed_size(picture)
        square = printed == picture.size
        try:
            picture.load()
        except (OSError, SyntaxError):
            continue
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        if lenient and _mostly_missing(picture, kind):
            break
        return picture, lenient, None if square else printed
    raise OperationFailed("damaged")


def _draft(picture: Image.Image, max_pixels: int) -> None:
    """Have a JPEG decoded to a half, a quarter or an eighth when it has more pixels than that."""
    for divisor in (8, 4, 2):
        if picture.width * picture.height > max_pixels * (divisor / 2) ** 2:
            picture.draft(None, (picture.width // divisor, picture.height // divisor))
            return


def _mostly_missing(picture: Image.Image, kind: str) -> bool:
    """Whether half of the rows or more are the filling that stands for what was not in the file.

    It is black or grey (white rows are paper), at the bottom; at the top of a BMP, whose rows come from below.
    """
    if is_deep(picture):
        return True
    seen = picture.convert("RGB")
    if kind == "BMP":
        seen = seen.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    last = seen.crop((0, seen.height - 1, seen.width, seen.height))
    if last.convert("L").getextrema() == (255, 255):
        return False
    box = ImageChops.difference(seen, last.resize(seen.size)).getbbox()
    return box is None or box[3] <= seen.height / 2


def _reduced(picture: Image.Image, max_pixels: int, max_side: int) -> Image.Image:
    """In eight bits, with at most so many pixels and so long a side.

    Reduced in bands: the steps between, full-size, would be several times the picture's own memory.
    """
    if is_deep(picture):
        picture = scaled(picture)
    excess = max(math.sqrt(picture.width * picture.height / max_pixels), max(picture.size) / max_side)
    if excess <= 1:
        return eight_bits(picture)
    width, height = max(1, int(picture.width / excess)), max(1, int(picture.height / excess))
    grey = picture.mode in ("1", "L") and not picture.has_transparency_data
    reduced = Image.new("L" if grey else "RGB", (width, height))
    step = picture.height / height
    for top in range(0, height, 128):
        bottom = min(height, top + 128)
        first, last = int(top * step), min(picture.height, math.ceil(bottom * step))
        band = eight_bits(picture.crop((0, first, picture.width, last))).convert(reduced.mode)
        inside = (0, top * step - first, picture.width, min(last, bottom * step) - first)
        reduced.paste(band.resize((width, bottom - top), Image.Resampling.BOX, inside), (0, top))
    return reduced


def _encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()
