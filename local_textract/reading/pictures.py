"""Bytes of a PNG, JPEG or TIFF -> the upright colour picture that the engine reads."""

import io
import math

import cv2
import numpy as np
from PIL import Image, ImageOps

from local_textract.errors import DamagedPicture, NotAPicture
from local_textract.reading.detection import Picture
from sandbox.allocator import give_back
from sandbox.pixels import printed_size

_READ_PIXELS = 12_000_000  # larger pictures are read reduced to this: an A4 page at 350 dpi
_LARGE = 4_000_000  # pixels: what their decoding leaves free the allocator is to give back


def is_picture(data: bytes) -> bool:
    return data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*"))


def read_picture(data: bytes, max_pixels: int) -> Picture:
    """The picture as BGR, uint8, shape (height, width, 3): upright after EXIF orientation, transparency on white.

    A TIFF's first page is read. Raises NotAPicture, DamagedPicture.
    """
    if not is_picture(data):
        raise NotAPicture
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as picture:
            if picture.width * picture.height > max_pixels:
                raise DamagedPicture(f"more than {max_pixels} pixels")
            if picture.mode == "RGB":
                picture.draft("RGB", _fitting(picture.size))  # a JPEG decodes faster to a half, a quarter or an eighth
            size = picture.size
            printed = printed_size(picture)
            ImageOps.exif_transpose(picture, in_place=True)
            upright = _in_colour(picture)
            if printed != size:  # a fax, whose pixels are not square
                upright = upright.resize(_fitting(printed), Image.Resampling.BICUBIC)
            upright.thumbnail(_fitting(upright.size))
            colours = np.asarray(upright)
    except DamagedPicture:
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
        raise DamagedPicture from error
    turned = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2BGR), np.uint8)
    if colours.size > 3 * _LARGE:
        del colours, upright, picture
        give_back()  # before the page's other work needs as much again
    return turned


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """A picture's size, reduced to what is read."""
    width, height = size
    excess = max(1.0, math.sqrt(width * height / _READ_PIXELS))
    return max(1, int(width / excess)), max(1, int(height / excess))


def _in_colour(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 and 32 bits a pixel: convert() would clip instead of scaling
        values = np.asarray(picture, dtype=np.float64)
        top = 65535 if values.max() > 255 else 255
        return Image.fromarray((values * (255 / top)).clip(0, 255).astype(np.uint8)).convert("RGB")
    if picture.mode == "F":
        values = np.nan_to_num(np.asarray(picture, dtype=np.float64))
        span = float(np.ptp(values)) or 1.0
        return Image.fromarray(((values - values.min()) * (255 / span)).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("RGB")
    return picture if picture.mode == "RGB" else picture.convert("RGB")  # which would copy it
