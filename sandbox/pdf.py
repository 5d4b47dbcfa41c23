"""The one owner of pdfium, which is not thread-safe and can hang or crash on hostile files: it has child processes.

    with shared_pool().open(data) as pdf:
        pdf.page_count, pdf.sizes, pdf.form
        raster = pdf.render(1, dpi=150)          # RGB pixels
        single = pdf.extract(1)                  # the page as a one-page PDF, still vector
        characters = pdf.text(1)                 # the text layer
        drawings = pdf.drawings(1)               # ruled lines, filled rectangles, images
        fields = pdf.fields(1)                   # form fields, with their state

Pages count from 1. All coordinates are points (1/72 inch) of the page as it is drawn, that is after crop box and
rotation, origin top left, y down; multiply by `dpi / 72` (or by `raster.width / page width`) for pixels. The values of
form fields and annotations are made part of the page first, so all operations show and read them.

Every operation takes `timeout`, the caller's seconds left, beside the pool's own limit. What can go wrong is a
`PdfError`; it never harms another document.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from sandbox.children import SHARED, ChildError, ChildPool, Data
from sandbox.pdf_characters import Character, unpacked

MAX_RENDER_PIXELS = 40_000_000
MAX_RENDER_SIDE = 10_000
_PAGE_S = 0.5
"""More time for an operation for each page that it touches, in seconds."""


class PdfError(Exception):
    """The document (or the page) is damaged: pdfium can't make anything of it."""


class PdfEncrypted(PdfError):
    """The document needs a password."""


class PdfEmpty(PdfError):
    """The document has no page."""


class PdfTooHeavy(PdfError):
    """The operation took too much memory, or crashed pdfium."""


class PdfTimeout(PdfError):
    """The operation was not done in time, or no child was free in time."""


_ERRORS: dict[str, type[PdfError]] = {
    "encrypted": PdfEncrypted,
    "empty": PdfEmpty,
    "memory": PdfTooHeavy,
    "crash": PdfTooHeavy,
    "timeout": PdfTimeout,
}


class Raster(NamedTuple):
    """A drawn page: `pixels` row by row without padding, 3 bytes each (RGB)."""

    width: int
    height: int
    pixels: bytearray


class DrawnRule(NamedTuple):
    """A drawn line, level (y0 == y1) or upright (x0 == x1); `thickness` in points, 0 for a hairline; `colour` RGB."""

    x0: float
    y0: float
    x1: float
    y1: float
    thickness: float
    colour: tuple[int, int, int]


class FilledRectangle(NamedTuple):
    """An upright filled rectangle that is no line; `colour` RGB. White ones are common: page or cell backgrounds."""

    left: float
    top: float
    right: float
    bottom: float
    colour: tuple[int, int, int]


class FormField(NamedTuple):
    """A form field that can be seen. `kind`: checkbox, radio, choice (a list), text or signature."""

    kind: str
    checked: bool
    left: float
    top: float
    right: float
    bottom: float


class Drawings(NamedTuple):
    """What is drawn on a page beside text.

    `images` are boxes (left, top, right, bottom); `image_coverage` is the share of the page that they cover, 0–1.
    `complete` is False when the page has too many objects to look at them all.
    """

    rules: list[DrawnRule]
    rectangles: list[FilledRectangle]
    images: list[tuple[float, float, float, float]]
    image_coverage: float
    complete: bool


class PdfPool:
    """PDFs are read in up to `processes` children, each held to `memory_bytes` and an operation to `timeout_s`."""

    def __init__(self, children: ChildPool, *, timeout_s: float = 15.0, memory_bytes: int = 320 << 20) -> None:
        self._children = children
        self._timeout = timeout_s
        self._memory = memory_bytes

    @contextmanager
    def open(self, data: bytes, timeout: float | None = None) -> Iterator["PdfDocument"]:
        """Load a document, and let go of it at the end of the block. Raises PdfError and its kinds."""
        pdf = PdfDocument(self, data, timeout)
        try:
            yield pdf
        finally:
            pdf.close()

    def call(
        self,
        operation: str,
        data: Data,
        timeout: float | None,
        blob: bytes = b"",
        pages_touched: int = 1,
        **arguments: Any,
    ) -> tuple[dict[str, Any], bytearray]:
        """Run an operation of `worker.py` in a child. Raises PdfError and its kinds."""
        try:
            return self._children.call(
                operation,
                arguments,
                data,
                blob=blob,
                timeout=self._timeout + _PAGE_S * pages_touched,
                memory=self._memory,
                patience=timeout,
            )
        except ChildError as error:
            raise _ERRORS.get(error.code, PdfError)(error.code) from None

    def forget(self, data: Data) -> None:
        self._children.forget(data)


class PdfDocument:
    """An open document; usable from several threads at once. Close it, or use `PdfPool.open`.

    `sizes` are the pages' widths and heights in points as drawn, None for one that is no page (at most the first 10,000
    are listed). `form` says what it is to fill in: of "xfa-only" just the fallback page can be shown.
    """

    def __init__(self, pool: PdfPool, data: bytes, timeout: float | None = None) -> None:
        self._pool = pool
        self._data = Data(data)
        self._closed = False
        try:
            facts, _ = pool.call("pdf.describe", self._data, timeout)
        except PdfError:
            self.close()
            raise
        self.page_count: int = int(facts["pages"])
        self.sizes: list[tuple[float, float] | None] = [tuple(size) if size else None for size in facts["sizes"]]
        self.form: Literal["none", "acroform", "xfa", "xfa-only"] = facts["form"]

    def close(self) -> None:
        """Let the children drop the document. What is still done with it works, and is dropped each time."""
        self._closed = True
        self._pool.forget(self._data)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height of a page in points as drawn. Raises PdfError where it is no page."""
        size = self.sizes[page - 1] if 1 <= page <= len(self.sizes) else None
        if size is None:
            raise PdfError("page")
        return size

    def render(
        self,
        page: int,
        dpi: float,
        *,
        max_pixels: int = MAX_RENDER_PIXELS,
        max_side: int = MAX_RENDER_SIDE,
        timeout: float | None = None,
    ) -> Raster:
        """Draw a page on white, less finely than `dpi` where it would pass `max_pixels` or `max_side`."""
        facts, pixels = self._call("pdf.render", page, timeout, dpi=dpi, max_pixels=max_pixels, max_side=max_side)
        raster = Raster(int(facts["width"]), int(facts["height"]), pixels)
        if len(pixels) != raster.width * raster.height * 3:
            raise PdfError("damaged")
        return raster

    def extract(self, page: int, timeout: float | None = None) -> bytes:
        """The page as a one-page PDF: still vector, form values and annotations drawn into it."""
        return bytes(self._call("pdf.extract", page, timeout)[1])

    def text(self, page: int, timeout: float | None = None) -> list[Character]:
        """The text layer; empty for a scan without one."""
        facts, blob = self._call("pdf_text.text", page, timeout)
        try:
            return unpacked(int(facts["count"]), blob)
        except ValueError:
            raise PdfError("damaged") from None

    def drawings(self, page: int, timeout: float | None = None) -> Drawings:
        """Drawn lines, filled rectangles and the boxes of images, those inside form XObjects too."""
        facts, _ = self._call("pdf_drawings.drawings", page, timeout)
        width, height = self.size(page)
        images = [(left, top, right, bottom) for left, top, right, bottom in facts["images"]]
        return Drawings(
            [DrawnRule(x0, y0, x1, y1, thick, (r, g, b)) for x0, y0, x1, y1, thick, r, g, b in facts["rules"]],
            [FilledRectangle(x0, y0, x1, y1, (r, g, b)) for x0, y0, x1, y1, r, g, b in facts["rectangles"]],
            images,
            _coverage(images, width, height),
            bool(facts["complete"]),
        )

    def fields(self, page: int, timeout: float | None = None) -> list[FormField]:
        """The form fields of a page, also of one that was taken out with `extract`."""
        facts, _ = self._call("pdf_drawings.fields", page, timeout)
        return [FormField(str(kind), bool(checked), *box) for kind, checked, *box in facts["fields"]]

    def overlay(
        self,
        pages: list[int],
        layers: bytes,
        *,
        flat: bool,
        emptied: Sequence[int] = (),
        mute: Sequence[int] = (),
        timeout: float | None = None,
    ) -> bytes:
        """The whole document with the pages of the PDF `layers` laid over its own.

        Its first page goes over page `pages[0]`, the second over `pages[1]`, …; each is as large as the page it covers
        and upright as drawn. `flat` draws form values and annotations into those pages first. Pages in `emptied` lose
        all that they have of their own before, those in `mute` the text that cannot be seen.
        """
        for page in pages:
            self.size(page)
        numbers = [page - 1 for page in pages]
        try:
            _, whole = self._pool.call(
                "pdf_writing.overlay",
                self._data,
                timeout,
                layers,
                len(pages),
                pages=numbers,
                flat=flat,
                emptied=[page - 1 for page in emptied],
                mute=[page - 1 for page in mute],
            )
            return bytes(whole)
        finally:
            self._forget_if_closed()

    def _forget_if_closed(self) -> None:
        if self._closed:
            self._pool.forget(self._data)

    def _call(
        self, operation: str, page: int, timeout: float | None, **arguments: Any
    ) -> tuple[dict[str, Any], bytearray]:
        if not 1 <= page <= self.page_count:
            raise PdfError("page")
        try:
            return self._pool.call(operation, self._data, timeout, page=page - 1, **arguments)
        finally:
            self._forget_if_closed()


def _coverage(boxes: list[tuple[float, float, float, float]], width: float, height: float, grid: int = 50) -> float:
    """The share of the page inside any of the boxes, counted on the middles of a grid of squares."""
    covered: set[int] = set()
    for left, top, right, bottom in boxes:
        columns = [column for column in range(grid) if left <= (column + 0.5) * width / grid < right]
        for row in range(grid):
            if top <= (row + 0.5) * height / grid < bottom:
                covered.update(row * grid + column for column in columns)
    return len(covered) / (grid * grid)


_shared = PdfPool(SHARED)


def shared_pool() -> PdfPool:
    """The pool for everyone in this process."""
    return _shared
