"""Writes small PDFs: pages of one picture, of outlines and of invisible text. No PDF library, no child process.

The coordinates of a page are points, origin bottom left, y up, as in every PDF (ISO 32000-1).
"""

import struct
import zlib
from collections.abc import Iterable
from typing import NamedTuple

from document_analysis.views.glyphless import GlyphlessFont

Colour = tuple[int, int, int]


_TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
"""By EXIF's orientation: the matrix that puts a stored picture upright, on a page of 1 × 1."""


class PictureData(NamedTuple):
    """A picture as PDF stores it: what its image dictionary says beside type and size, and the encoded samples.

    `orientation` is EXIF's, 1–8: how it is to be turned when it is drawn.
    """

    width: int
    height: int
    entries: str
    data: bytes
    orientation: int = 1


class PdfWriter:
    """Collects pages; `finish` gives the file."""

    def __init__(self) -> None:
        self._objects: list[bytes] = [b"", b""]  # the catalogue and the tree of pages, known at the end
        self._pages: list[int] = []
        self._font = GlyphlessFont()
        self._font_number = self._add(b"")

    def page(self, width: float, height: float, content: "PageContent", picture: PictureData | None = None) -> None:
        """Add a page of `width` × `height` points; a picture fills it, below everything else."""
        drawing = content.operators()
        pictures = ""
        if picture:
            matrix = zip(_TURNS[picture.orientation], (width, height) * 3, strict=True)
            numbers = b" ".join(_number(part * side) for part, side in matrix)
            drawing = b"q %s cm /Im Do Q\n" % numbers + drawing
            entries = (
                f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} {picture.entries}"
            )
            pictures = f"/XObject << /Im {self._add(_stream(picture.data, entries))} 0 R >>"
        states = " ".join(f"/A{alpha} << /ca {alpha / 255:.3f} >>" for alpha in sorted(content.alphas))
        resources = f"<< /Font << /F {self._font_number} 0 R >> /ExtGState << {states} >> {pictures} >>"
        body = self._add(_stream(zlib.compress(drawing), "/Filter /FlateDecode"))
        box = f"[0 0 {_number(width).decode()} {_number(height).decode()}]"
        self._pages.append(
            self._add(
                f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Resources {resources} /Contents {body} 0 R >>".encode()
            )
        )

    def content(self) -> "PageContent":
        """An empty page's content, to be filled and then given to `page`."""
        return PageContent(self._font)

    def finish(self) -> bytes:
        """The whole file."""
        self._objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        self._objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>".encode()
        self._write_font()
        out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self._objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
        return bytes(out)

    def _add(self, body: bytes) -> int:
        self._objects.append(body)
        return len(self._objects)

    def _write_font(self) -> None:
        font = self._font
        program = font.program()
        file = self._add(_stream(zlib.compress(program), f"/Filter /FlateDecode /Length1 {len(program)}"))
        glyphs = self._add(_stream(zlib.compress(font.glyph_map()), "/Filter /FlateDecode"))
        unicode = self._add(_stream(zlib.compress(font.to_unicode()), "/Filter /FlateDecode"))
        descriptor = self._add(
            f"<< /Type /FontDescriptor /FontName /Glyphless /Flags 4 /FontBBox [0 {font.DESCENT} {font.WIDTH}"
            f" {font.ASCENT}] /ItalicAngle 0 /Ascent {font.ASCENT} /Descent {font.DESCENT} /CapHeight {font.ASCENT}"
            f" /StemV 80 /FontFile2 {file} 0 R >>".encode()
        )
        descendant = self._add(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Glyphless /CIDSystemInfo << /Registry (Adobe)"
            f" /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /DW {font.WIDTH}"
            f" /CIDToGIDMap {glyphs} 0 R >>".encode()
        )
        self._objects[self._font_number - 1] = (
            f"<< /Type /Font /Subtype /Type0 /BaseFont /Glyphless /Encoding /Identity-H"
            f" /DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R >>".encode()
        )


class PageContent:
    """What stands on a page over its picture."""

    def __init__(self, font: GlyphlessFont) -> None:
        self._font = font
        self._parts: list[bytes] = []
        self.alphas: set[int] = set()

    def outline(
        self,
        points: Iterable[tuple[float, float]],
        width: float,
        stroke: Colour,
        fill: tuple[int, int, int, int] | None = None,
    ) -> None:
        """A closed polygon with a line `width` points wide; `fill` has its opacity (0–255) as the fourth number."""
        path = b" l ".join(b"%s %s" % (_number(x), _number(y)) for x, y in points).replace(b" l ", b" m ", 1) + b" l h"
        if fill:
            self.alphas.add(fill[3])
            self._parts.append(b"q /A%d gs %s rg %s f Q" % (fill[3], _rgb(fill[:3]), path))
        self._parts.append(b"%s w %s RG %s S" % (_number(width), _rgb(stroke), path))

    def invisible_text(self, text: str, matrix: tuple[float, float, float, float, float, float]) -> None:
        """Text that is found and copied but not seen. `matrix` takes a font of size 1 to the page."""
        numbers = b" ".join(map(_number, matrix))
        self._parts.append(b"BT 3 Tr /F 1 Tf %s Tm <%s> Tj ET" % (numbers, self._font.encode(text).hex().encode()))

    @property
    def empty(self) -> bool:
        return not self._parts

    def operators(self) -> bytes:
        return b"q 1 j\n" + b"\n".join(self._parts) + b"\nQ\n"


def jpeg_data(data: bytes, width: int, height: int, *, grey: bool = False, orientation: int = 1) -> PictureData:
    """A grey or RGB JPEG, its bytes as they are."""
    space = "/DeviceGray" if grey else "/DeviceRGB"
    return PictureData(width, height, f"/ColorSpace {space} /BitsPerComponent 8 /Filter /DCTDecode", data, orientation)


def png_data(data: bytes) -> PictureData | None:
    """A PNG's compressed rows as they are; None where PDF has no such picture (interlaced, with transparency)."""
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    parts: list[bytes] = []
    palette = b""
    at = 8
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if name == b"IDAT":
            parts.append(body)
        elif name == b"PLTE":
            palette = body
        elif name == b"tRNS":
            return None
        at += 12 + size
    samples = {0: 1, 2: 3, 3: 1}.get(colour)
    if interlaced or samples is None or (colour == 3 and not palette):
        return None
    space = {0: "/DeviceGray", 2: "/DeviceRGB"}.get(colour)
    if colour == 3:
        space = f"[/Indexed /DeviceRGB {len(palette) // 3 - 1} <{palette[: len(palette) // 3 * 3].hex()}>]"
    rows = f"<< /Predictor 15 /Colors {samples} /BitsPerComponent {depth} /Columns {width} >>"
    entries = f"/ColorSpace {space} /BitsPerComponent {depth} /Filter /FlateDecode /DecodeParms {rows}"
    return PictureData(width, height, entries, b"".join(parts))


def rgb_data(width: int, height: int, pixels: bytes) -> PictureData:
    """RGB pixels, row by row, without loss."""
    return PictureData(
        width, height, "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode", zlib.compress(pixels, 3)
    )


def _stream(data: bytes, entries: str) -> bytes:
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _number(value: float) -> bytes:
    return f"{value:.4f}".rstrip("0").rstrip(".").encode() or b"0"


def _rgb(colour: Iterable[int]) -> bytes:
    return b" ".join(_number(part / 255) for part in colour)
