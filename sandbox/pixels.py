"""Pixels as everybody here wants them: upright, in 8 bits, on white."""

import math

from PIL import Image, TiffImagePlugin
from PIL.TiffImagePlugin import X_RESOLUTION, Y_RESOLUTION

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)
_UNEQUAL, _ABSURD = 1.05, 4.0  # resolutions so many times another are different; from the second on they mean nothing


def turned(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture as EXIF's orientation (1–8) says it is meant to be seen."""
    method = _TURNS.get(orientation)
    return picture.transpose(method) if method is not None else picture


def printed_size(picture: Image.Image) -> tuple[int, int]:
    """The size that a TIFF has as it is printed, when its pixels are made square (a fax has them high or wide).

    To be asked before the picture is loaded, for loading turns it and forgets by what.
    """
    width, height = picture.size
    if not isinstance(picture, TiffImagePlugin.TiffImageFile):
        return width, height
    try:
        across, down = (float(picture.tag_v2.get(tag, 0)) for tag in (X_RESOLUTION, Y_RESOLUTION))
    except (TypeError, ValueError, ZeroDivisionError):
        return width, height
    if picture.tag_v2.get(_ORIENTATION) in _SIDEWAYS:
        across, down = down, across
    if not (across > 0 and down > 0 and _UNEQUAL < max(across / down, down / across) < _ABSURD):
        return width, height
    return round(width * max(1.0, down / across)), round(height * max(1.0, across / down))


def eight_bits(picture: Image.Image) -> Image.Image:
    """The picture in mode 1, L or RGB: deep samples scaled, CMYK and others converted, transparency on white."""
    if is_deep(picture):
        return scaled(picture)
    if picture.has_transparency_data:
        layered = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        paper = Image.new("RGB", layered.size, "white")
        paper.paste(layered, mask=layered.getchannel("A"))
        return paper
    return picture if picture.mode in ("1", "L", "RGB") else picture.convert("RGB")


def is_deep(picture: Image.Image) -> bool:
    return picture.mode.startswith("I") or picture.mode == "F"


def scaled(picture: Image.Image) -> Image.Image:
    """Deep grey in 8 bits: 16-bit samples by their high byte, others from their lowest to their highest value.

    Raises ValueError for samples that are no numbers. Works in bands: the steps between take 4 bytes a sample.
    """
    bands = [(0, top, picture.width, min(picture.height, top + 512)) for top in range(0, picture.height, 512)]
    lows, highs = zip(*(_deep(picture, band).getextrema() for band in bands), strict=True)
    low, high = float(min(lows)), float(max(highs))
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError("samples that are no numbers")
    if picture.mode != "F" and low >= 0 and high <= 65535:
        low, high = 0.0, 255.0 if high <= 255 else 65535.0
    scale = 255 / ((high - low) or 1.0)
    shift = -low * scale
    grey = Image.new("L", picture.size)
    for band in bands:
        grey.paste(_deep(picture, band).point(lambda value: value * scale + shift).convert("L"), band[:2])
    return grey


def _deep(picture: Image.Image, band: tuple[int, int, int, int]) -> Image.Image:
    cut = picture.crop(band)
    return cut if cut.mode in ("I", "F") else cut.convert("I")
