"""PDFs through real child processes: what they show, and what hostile ones can and can't do."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE

import pytest

from sandbox.children import ChildError, ChildPool, Data
from sandbox.pdf import (
    PdfDocument,
    PdfEmpty,
    PdfEncrypted,
    PdfError,
    PdfPool,
    PdfTimeout,
    Raster,
    shared_pool,
)
from tests.pdf_samples import HEIGHT, WIDTH, encrypted, filled_form, one_page, pages, pdf, stream

HELLO = b"BT /F 20 Tf 50 300 Td (Hello) Tj ET"


def text_of(pdf: PdfDocument, page: int = 1) -> str:
    return "".join(character.text for character in pdf.text(page))


def ink(raster: Raster, left: float, top: float, right: float, bottom: float) -> int:
    """Dark pixels in a box given in pixels."""
    rows = range(int(top), int(bottom))
    return sum(raster.pixels[3 * (y * raster.width + x)] < 128 for y in rows for x in range(int(left), int(right)))


def children(states: str = "RSDTI") -> set[int]:
    """The children of this process that are alive (or `states`, as in /proc/PID/stat)."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == os.getpid() and state in states:
                found.add(int(stat.parent.name))
    return found


def zombies() -> set[int]:
    return children("Z")


def test_pages_sizes_and_text() -> None:
    with shared_pool().open(pages(3)) as document:
        assert document.page_count == 3
        assert document.sizes == [(WIDTH, HEIGHT)] * 3
        assert document.form == "none"
        assert [text_of(document, number) for number in (1, 2, 3)] == ["Page 1", "Page 2", "Page 3"]


def test_characters_stand_where_they_are_drawn() -> None:
    with shared_pool().open(one_page(HELLO)) as document:
        raster = document.render(1, 144)
        letters = document.text(1)
    assert (raster.width, raster.height) == (2 * WIDTH, 2 * HEIGHT)
    assert [letter.size for letter in letters] == [20] * 5
    for letter in letters:
        assert 75 < letter.top < letter.bottom < 105
        assert ink(raster, 2 * letter.left, 2 * letter.top, 2 * letter.right, 2 * letter.bottom) > 10
    total = ink(raster, 0, 0, raster.width, raster.height)
    inside = ink(raster, 2 * letters[0].left - 2, 148, 2 * letters[-1].right + 2, 212)
    assert inside == total > 0


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_coordinates_are_of_the_page_as_drawn(turn: int) -> None:
    content = HELLO + b" 0.5 g 100 100 60 40 re f 3 w 60 200 m 160 200 l S"
    document_bytes = one_page(content, f"/Rotate {turn} /CropBox [40 60 280 390]")
    with shared_pool().open(document_bytes) as document:
        width, height = document.size(1)
        raster = document.render(1, 72)
        first = document.text(1)[0]
        drawings = document.drawings(1)
    assert (width, height) == ((240, 330) if turn % 180 == 0 else (330, 240))
    assert (raster.width, raster.height) == (width, height)
    assert first.angle % 360 == pytest.approx(turn)
    assert ink(raster, first.left - 1, first.top - 1, first.right + 1, first.bottom + 1) > 10
    (rule,) = drawings.rules
    assert rule.thickness == pytest.approx(3)
    assert ink(raster, *sorted_box(rule.x0, rule.y0, rule.x1, rule.y1)) > 150
    (filled,) = drawings.rectangles
    assert filled.colour == (128, 128, 128) or filled.colour == (127, 127, 127)
    centre = int((filled.top + filled.bottom) / 2) * raster.width + int((filled.left + filled.right) / 2)
    assert raster.pixels[3 * centre] in (127, 128)


def sorted_box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    return min(x0, x1) - 1, min(y0, y1) - 1, max(x0, x1) + 1, max(y0, y1) + 1


def test_thin_rectangles_are_rules_and_form_xobjects_are_looked_into() -> None:
    inner = stream(b"10 10 100 0.5 re f 0 0 50 30 re f", "/Type /XObject /Subtype /Form /BBox [0 0 300 400]")
    with shared_pool().open(one_page(b"q 2 0 0 2 20 30 cm /X0 Do Q 50 50 80 60 re S", forms=[inner])) as document:
        drawings = document.drawings(1)
    assert drawings.complete
    assert [r[:4] for r in drawings.rectangles] == [(20, 310, 120, 370)]
    level = [rule for rule in drawings.rules if rule.y0 == rule.y1]
    upright = [rule for rule in drawings.rules if rule.x0 == rule.x1]
    assert len(level) == 3 and len(upright) == 2
    thin = next(rule for rule in level if rule.x0 == 40)
    assert (thin.x1, thin.y0, thin.thickness) == (240, pytest.approx(349.5), pytest.approx(1))


def test_how_much_of_a_page_is_a_picture() -> None:
    picture = stream(
        b"\0\xff\0\xff", "/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    )
    with shared_pool().open(one_page(b"q 150 0 0 400 0 0 cm /X0 Do Q", forms=[picture])) as document:
        drawings = document.drawings(1)
    assert drawings.images == [(0, 0, 150, 400)]
    assert drawings.image_coverage == pytest.approx(0.5)


def test_invisible_text_is_told_apart() -> None:
    with shared_pool().open(one_page(HELLO + b" BT 3 Tr /F 20 Tf 50 100 Td (Ghost) Tj ET")) as document:
        invisible = "".join(letter.text for letter in document.text(1) if letter.invisible)
        raster = document.render(1, 72)
    assert invisible.strip() == "Ghost"
    assert ink(raster, 0, 280, WIDTH, 320) == 0


@pytest.mark.parametrize("appearances", [True, False])
def test_the_values_of_a_form_are_drawn_read_and_kept(appearances: bool) -> None:
    with shared_pool().open(filled_form(appearances=appearances)) as document:
        assert document.form == "acroform"
        whole = document.render(1, 144)
        assert "Ada Lovelace" in text_of(document)
        single = document.extract(1)
    assert ink(whole, 160, 160, 440, 200) > 100  # the field
    assert ink(whole, 160, 260, 200, 300) > 50  # the check box
    with shared_pool().open(single) as page:
        assert page.form == "none"
        assert "Ada Lovelace" in text_of(page)
        assert page.render(1, 144).pixels == whole.pixels


def test_pages_are_taken_out_as_they_are() -> None:
    with shared_pool().open(pages(3)) as document:
        single = document.extract(2)
    with shared_pool().open(single) as page:
        assert page.page_count == 1
        assert text_of(page) == "Page 2"


def test_an_xfa_form_is_told() -> None:
    with shared_pool().open(filled_form(xfa="/XFA [(template) 4 0 R]")) as document:
        assert document.form == "xfa"


def test_a_password_is_told_from_damage() -> None:
    with pytest.raises(PdfEncrypted), shared_pool().open(encrypted()):
        pass
    with pytest.raises(PdfError) as damaged, shared_pool().open(b"%PDF-1.7\nnothing more"):
        pass
    assert type(damaged.value) is PdfError


def test_a_document_without_pages_is_told() -> None:
    empty = pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"])
    with pytest.raises(PdfEmpty), shared_pool().open(empty):
        pass


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_page_that_is_not_there(number: int) -> None:
    with shared_pool().open(pages(1)) as document:
        with pytest.raises(PdfError):
            document.render(number, 72)
        with pytest.raises(PdfError):
            document.size(number)


def test_a_page_is_drawn_within_its_limits() -> None:
    huge = one_page(b"", "/UserUnit 1").replace(b"[0 0 300 400]", b"[0 0 14400 14400]")
    with shared_pool().open(huge) as document:
        raster = document.render(1, 600, max_pixels=1_000_000)
        narrow = document.render(1, 600, max_side=50)
    assert raster.width * raster.height <= 1_002_000
    assert (narrow.width, narrow.height) == (50, 50)


def heavy_page() -> bytes:
    """A small file whose page takes minutes to draw, and little memory."""
    return one_page(b"0 0 m 300 200 l 0 390 l 300 400 l 150 0 l f " * 40_000, compress=True)


def test_a_page_that_takes_too_long_costs_only_itself() -> None:
    pool = PdfPool(ChildPool(1), timeout_s=1.0)
    with pool.open(pages(1)) as good:
        with pytest.raises(PdfTimeout), pool.open(heavy_page()) as bad:
            bad.render(1, 400)
        assert text_of(good) == "Page 1"  # by a new child, which was given the document again
    assert not zombies()


def test_the_callers_time_counts_too() -> None:
    with shared_pool().open(heavy_page()) as bad, pytest.raises(PdfTimeout):
        bad.render(1, 400, timeout=0.5)


def test_waiting_for_a_child_is_bounded() -> None:
    pool = PdfPool(ChildPool(1), timeout_s=2.0)
    with pool.open(heavy_page()) as bad, pool.open(pages(1)) as good, ThreadPoolExecutor(1) as thread:
        busy = thread.submit(bad.render, 1, 400)
        while True:  # until the heavy page has the only child
            try:
                good.text(1, timeout=0.2)
            except PdfTimeout:
                break
        assert isinstance(busy.exception(), PdfTimeout)
        assert text_of(good) == "Page 1"


def test_memory_is_bounded() -> None:
    bomb = one_page(b"q Q " * 30_000_000, compress=True)
    assert len(bomb) < 1_000_000
    with pytest.raises(PdfError), PdfPool(ChildPool(1), memory_bytes=128 << 20).open(bomb) as document:
        document.render(1, 72)


def test_a_child_that_dies_is_replaced() -> None:
    before = children()
    children_pool = ChildPool(1)
    with PdfPool(children_pool).open(pages(2)) as document:
        (child,) = children() - before
        os.kill(child, signal.SIGKILL)
        assert text_of(document, 2) == "Page 2"
        (other,) = children() - before
        assert other != child
    children_pool.close()
    assert children() <= before
    assert not zombies()


def test_a_child_without_memory_is_an_error_of_the_document() -> None:
    pool = ChildPool(1)
    with pytest.raises(ChildError):
        pool.call("pdf.describe", {}, Data(pages(1)), timeout=10, memory=1 << 20)  # too little to live on
    assert pool.call("pdf.describe", {}, Data(pages(1)), timeout=10, memory=1 << 28)[0]["pages"] == 1
    pool.close()


def test_children_know_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not for decoders")
    before = children()
    pool = ChildPool(1)
    pool.call("nothing", {}, timeout=10, memory=0)
    (child,) = children() - before
    assert b"decoders" not in Path(f"/proc/{child}/environ").read_bytes()
    pool.close()


def test_many_threads_share_the_children() -> None:
    with shared_pool().open(pages(20)) as document, ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda number: text_of(document, number), list(range(1, 21)) * 3))
    assert texts == [f"Page {number}" for number in range(1, 21)] * 3


def test_more_documents_than_a_child_keeps() -> None:
    documents = [PdfDocument(shared_pool(), pages(count)) for count in range(1, 25)]
    assert [text_of(document, document.page_count) for document in documents] == [f"Page {n}" for n in range(1, 25)]
    for document in documents:
        document.close()


def test_a_closed_document_may_be_finished_with() -> None:
    with shared_pool().open(pages(1)) as document:
        pass
    assert text_of(document) == "Page 1"


def test_children_end_with_their_parent() -> None:
    program = """
from sandbox.children import SHARED
from tests.sandbox.test_pdf import children
SHARED.call("nothing", {}, timeout=10, memory=0)
print(*children(), flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdin=PIPE, stdout=PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    assert wait_until_gone(child)


def wait_until_gone(pid: int) -> bool:
    for _ in range(100):
        try:
            if " Z " in Path(f"/proc/{pid}/stat").read_text():
                return True
        except FileNotFoundError:
            return True
        threading.Event().wait(0.05)
    return False


def test_it_needs_nothing_of_the_reader() -> None:
    program = (
        "import sys, sandbox.pdf, sandbox.children;"
        "print({'numpy', 'cv2', 'onnxruntime', 'pypdfium2', 'document_analysis'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_fields_of_a_form_are_told_and_kept_by_a_page_taken_out() -> None:
    with shared_pool().open(filled_form()) as document:
        fields = document.fields(1)
        single = document.extract(1)
    assert [(field.kind, field.checked) for field in fields] == [("text", False), ("checkbox", True)]
    box = fields[1]
    assert (box.left, box.top, box.right, box.bottom) == (80, HEIGHT - 270, 100, HEIGHT - 250)
    with shared_pool().open(single) as page:
        assert page.form == "none"
        assert page.fields(1) == fields


def test_a_page_without_a_form_has_no_fields() -> None:
    with shared_pool().open(pages(1)) as document:
        assert document.fields(1) == []
