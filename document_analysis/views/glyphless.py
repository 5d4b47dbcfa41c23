"""A font without any ink, for text that is searched and copied but never seen, in whatever script."""

import struct


class GlyphlessFont:
    """Gives each character that is written a code of its own, and tells readers what the codes mean.

    Measures are in thousandths of the font's size. Every character is WIDTH wide; who writes stretches the text. The
    font program is a TrueType font (ISO/IEC 14496-22). Its one glyph is a stroke from corner to corner without area:
    there is nothing to see, but readers find out how high and wide a character is.
    """

    WIDTH = 500
    ASCENT = 800
    DESCENT = -200

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def encode(self, text: str) -> bytes:
        """Two bytes a character. A character beyond the first 65,535 different ones is left out."""
        codes = []
        for character in text:
            code = self._codes.get(character)
            if code is None and len(self._codes) < 0xFFFF:
                code = self._codes[character] = len(self._codes) + 1
            if code:
                codes.append(code)
        return struct.pack(f">{len(codes)}H", *codes)

    def glyph_map(self) -> bytes:
        """CIDToGIDMap: every code up to the last one used is drawn by glyph 1."""
        return b"\0\1" * (len(self._codes) + 1)

    def to_unicode(self) -> bytes:
        """The CMap by which readers get the text back (ISO 32000-1, 9.10.3)."""
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Glyphless-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        pairs = [
            f"<{code:04X}> <{character.encode('utf-16-be', 'replace').hex().upper()}>"
            for character, code in self._codes.items()
        ]
        for start in range(0, len(pairs), 100):  # a block may have so many
            block = pairs[start : start + 100]
            lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines).encode()

    def program(self) -> bytes:
        """The TrueType file, with the tables that PDF demands of it."""
        outline = struct.pack(
            ">hhhhhHHBBhhhh",
            1,  # contour
            *(0, self.DESCENT, self.WIDTH, self.ASCENT),  # its box
            *(1, 0),  # the number of its last point; no instructions
            *(1, 1),  # both points are on the curve, both steps two bytes
            *(0, self.WIDTH),
            *(self.DESCENT, self.ASCENT - self.DESCENT),
        )
        tables = {
            b"glyf": outline,
            b"head": struct.pack(
                ">IIIIHHqqhhhhHHhhh",
                0x00010000,
                0x00010000,
                0,
                0x5F0F3CF5,
                0,
                1000,
                0,
                0,
                0,
                self.DESCENT,
                self.WIDTH,
                self.ASCENT,
                0,
                8,
                2,
                0,
                0,
            ),
            b"hhea": struct.pack(
                ">IhhhHhhhhhhhhhhhH", 0x00010000, self.ASCENT, self.DESCENT, 0, self.WIDTH, *(0,) * 3, 1, *(0,) * 7, 1
            ),
            b"hmtx": struct.pack(">Hhh", self.WIDTH, 0, 0),
            b"loca": struct.pack(">HHH", 0, 0, len(outline) // 2),
            b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x00010000, 2, 2, 1, 0, 0, 1, *(0,) * 8),
        }
        out = struct.pack(">IHHHH", 0x00010000, len(tables), 64, 2, len(tables) * 16 - 64)
        body = b""
        for name, table in sorted(tables.items()):
            padded = table + b"\0" * (-len(table) % 4)
            total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
            out += struct.pack(">4sIII", name, total, 12 + 16 * len(tables) + len(body), len(table))
            body += padded
        return out + body
