"""Where a value that is not there would be written: on a line, in a frame, or in the room beside or below its key."""

from local_textract.page.findings import Box, Rule, Word

_FAR = 6.0  # ems from a key to the line that one writes on
_TALLEST = 12.0  # ems of a frame
_WIDEST = 15.0  # ems of a blank without a line


class Blanks:
    """The places to write on of one page."""

    def __init__(self, words: list[Word], rules: list[Rule], em: float, width: float, height: float) -> None:
        self._words, self._em, self._width, self._height = words, em, width, height
        self._level = [(min(r.x0, r.x1), (r.y0 + r.y1) / 2, max(r.x0, r.x1)) for r in rules if r.horizontal]
        self._upright = [((r.x0 + r.x1) / 2, min(r.y0, r.y1), max(r.y0, r.y1)) for r in rules if not r.horizontal]

    def drawn(self, key: Box) -> Box | None:
        """The line or frame beside `key` that the page has for its value; a frame around the two says less."""
        return self._on_line(key) or (None if self.in_cell(key) else self._over_key(key) or self._in_frame(key))

    def beside(self, key: Box) -> Box:
        """The box of an empty value of `key`."""
        return self.drawn(key) or self.in_cell(key) or self._in_room(key)

    def _in_room(self, key: Box) -> Box:
        """Beside or below `key`, up to what stands there."""
        em = self._em
        left = key.right + 0.2 * em
        right = min(self._next_word(key, left) - 0.3 * em, left + _WIDEST * em, self._width)
        if right - left > 1.5 * em:
            return Box(left, key.top, right, key.bottom)
        below = Box(key.left, key.bottom + 0.2 * em, max(key.right, key.left + 3 * em), key.bottom + 1.3 * em)
        if below.bottom < self._height and self._free(below):
            return below
        return Box(left, key.top, max(right, left + em), key.bottom)

    def _on_line(self, key: Box) -> Box | None:
        em = self._em
        for x0, y, x1 in sorted(self._level):
            near = key.right - 0.5 * em < x0 < key.right + _FAR * em or x0 <= key.left < key.right + 2 * em < x1
            if near and key.top + 0.4 * key.height < y < key.bottom + 0.6 * em:
                left = max(x0, key.right + 0.2 * em)
                right = min(x1, self._next_word(key, left))
                if right - left > em:
                    return Box(left, y - 1.2 * em, right, y)
        return None

    def cell(self, key: Box) -> Box | None:
        """The frame of ruled lines that a key stands in, when it is no higher than a field is."""
        x, y = key.centre
        left = max((at for at, top, bottom in self._upright if top < y < bottom and at < x), default=None)
        right = min((at for at, top, bottom in self._upright if top < y < bottom and at > x), default=None)
        above = max((at for x0, at, x1 in self._level if x0 < x < x1 and at < y), default=None)
        below = min((at for x0, at, x1 in self._level if x0 < x < x1 and at > y), default=None)
        if left is None or right is None or above is None or below is None or below - above > _TALLEST * self._em:
            return None
        return Box(left, above, right, below)

    def in_cell(self, key: Box) -> Box | None:
        """In a cell that holds its label only: below it where there is room, else beside it."""
        cell = self.cell(key)
        if cell is None:
            return None
        left, above, right, below = cell
        y = key.centre[1]
        if below - key.bottom > 0.7 * self._em and self._free(under := Box(left, key.bottom, right, below)):
            return under
        beside = Box(key.right + 0.2 * self._em, above, right, below)
        if beside.width > self._em and self._free(beside):
            return beside
        # the answer's own cell stands to the right
        far = min((at for at, top, bottom in self._upright if top < y < bottom and at > right + self._em), default=None)
        if far is not None and self._free(own := Box(right, above, far, below)):
            return own
        return None

    def _over_key(self, key: Box) -> Box | None:
        for x0, y, x1 in self._level:
            if x0 - self._em < key.left and key.right < x1 + self._em and 0 <= key.top - y < 0.8 * self._em:
                above = Box(x0, y - 1.3 * self._em, x1, y)
                if self._free(above):
                    return above
        return None

    def _in_frame(self, key: Box) -> Box | None:
        """In a frame of its own, to the right or right below."""
        x, y = key.centre
        wall = min(
            (at for at, top, bottom in self._upright if top < y < bottom and at > key.right), default=self._width
        )
        lid = min((at for x0, at, x1 in self._level if x0 < x < x1 and at > y), default=self._height)
        places = []
        if wall - key.right < 2 * _FAR * self._em:
            places.append(Box(wall, key.top, wall + 2, key.bottom))
        if lid - key.bottom < self._em:
            places.append(Box(key.left, lid, key.right, lid + 2))
        for place in places:
            frame = self.cell(place)
            if frame and self._free(frame):
                return frame
        return None

    def _next_word(self, key: Box, left: float) -> float:
        """Where the next word of the row or the next wall begins."""
        _, y = key.centre
        words = [w.box.left for w in self._words if w.box.top < y < w.box.bottom and w.box.left > left - 0.1 * self._em]
        walls = [at for at, top, bottom in self._upright if top < y < bottom and at > left]
        return min([*words, *walls], default=self._width)

    def _free(self, box: Box) -> bool:
        return not any(box.covers(word.box, 0.3) for word in self._words)
