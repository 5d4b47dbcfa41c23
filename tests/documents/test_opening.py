"""Documents of every kind, whole and hostile, through the real decoders and children."""

import hashlib
import io
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw

from document_analysis.documents.opening import HEAD_BYTES, Document, Limits, open_document
from document_analysis.errors import (
    DeadlineExceeded,
    DocumentTooLarge,
    EncryptedDocument,
    InvalidRequest,
    ServiceError,
    TooManyPages,
    TooManyPixels,
    UnreadableDocument,
    UnsupportedMediaType,
)
from document_analysis.limits.deadlines import Deadline
from tests.pdf_samples import encrypted, filled_form, one_page, pages, pdf

MIB = 1 << 20


class Bytes:
    """A source that counts how often everything was asked for."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size_bytes = len(data)
        self.head = data[:HEAD_BYTES]
        self.reads = 0

    def read(self) -> bytes:
        self.reads += 1
        return self.data


def opened(data: bytes, declared: str | None = None, **limits: int) -> Document:
    return open_document(Bytes(data), Limits(**limits), declared)


def sample(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """White, with the left upper quarter red (dark in grey modes): which way is up can be seen."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill=(200, 0, 0))
    return picture.convert(mode)


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def is_upright(picture: Image.Image) -> bool:
    width, height = picture.size
    corners = [picture.getpixel((x, y)) for y in (3, height - 4) for x in (3, width - 4)]
    reds = [isinstance(c, tuple) and c[1] < 128 for c in corners]
    return reds == [True, False, False, False]


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, rows: bytes, depth: int = 1, extra: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def tiff(directories: list[tuple[dict[int, int], int | None]], strip: bytes = b"\xff" * 8) -> bytes:
    """Black and white 8 × 8 pages; for each the tags that differ, and where the next directory is (None: as it is)."""
    tags = {254: 0, 256: 8, 257: 8, 258: 1, 259: 1, 262: 1, 273: 8, 277: 1, 278: 8, 279: len(strip)}
    size = 2 + 12 * len(tags) + 4
    out = bytearray(struct.pack("<2sHI", b"II", 42, 8 + len(strip)) + strip)
    for number, (changes, following) in enumerate(directories, 1):
        entries = sorted((tags | changes).items())
        end = 8 + len(strip) + number * size
        out += struct.pack("<H", len(entries))
        out += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
        out += struct.pack("<I", (end if number < len(directories) else 0) if following is None else following)
    return bytes(out)


# What it is ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (encoded(sample(), "PNG"), "image/png"),
        (encoded(sample(), "JPEG"), "image/jpeg"),
        (encoded(sample(), "TIFF"), "image/tiff"),
        (encoded(sample(), "TIFF", big_tiff=True), "image/tiff"),
        (encoded(sample(), "WEBP", lossless=True), "image/webp"),
        (encoded(sample(), "BMP"), "image/bmp"),
        (encoded(sample("P"), "GIF"), "image/gif"),
        (pages(1), "application/pdf"),
        (b"junk before\n" * 50 + pages(1), "application/pdf"),
    ],
)
def test_kinds_are_told_by_the_bytes(data: bytes, media_type: str) -> None:
    with opened(data) as document:
        assert document.media_type == media_type
        assert document.page_count == 1
        assert document.page(1).picture().mode == "RGB"
        assert document.sha256() == hashlib.sha256(data).hexdigest()


def test_an_empty_one_says_so() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        opened(b"")
    assert refusal.value.errors == (("document", "is empty", True),)


@pytest.mark.parametrize("data", [b"hello", b"<svg/>", b"PK\x03\x04", b" " * 1100 + pages(1), b"RIFF\0\0\0\0AVI "])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedMediaType):
        opened(data)


@pytest.mark.parametrize(
    ("declared", "warned"),
    [
        (None, False),
        ("image/png", False),
        ("IMAGE/PNG; charset=binary", False),
        ("application/octet-stream", False),
        ("application/x-www-form-urlencoded", False),
        ("image/jpeg", True),
        ("text/html", True),
    ],
)
def test_a_header_that_disagrees_is_a_warning(declared: str | None, warned: bool) -> None:
    with opened(encoded(sample(), "PNG"), declared) as document:
        assert bool(document.warnings) == warned
        assert not warned or "image/png" in document.warnings[0]


# Pictures -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_goes_to_the_engine_as_it_is(kind: str) -> None:
    data = encoded(sample(), kind)
    with opened(data) as document:
        page = document.page(1)
        assert (page.number, page.width, page.height, page.unit) == (1, 60, 40, "px")
        assert page.engine_bytes() == data
        assert is_upright(page.picture())
        assert document.by_reference
        assert document.warnings == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_known_by_its_first_bytes(kind: str) -> None:
    noise = Image.effect_noise((900, 700), 90)
    source = Bytes(encoded(noise, kind, **({"quality": 98} if kind == "JPEG" else {})))
    assert source.size_bytes > HEAD_BYTES
    with open_document(source, Limits()) as document:
        assert (document.page(1).width, document.page(1).height) == (900, 700)
        assert document.by_reference
        assert source.reads == 0 and not document.loaded
        document.page(1).engine_bytes()
        document.page(1).picture()
        assert source.reads == 1 and document.loaded


def test_more_is_read_when_the_first_bytes_do_not_say_enough() -> None:
    exif = turned(6)
    exif[0x010E] = "x" * 60_000
    data = encoded(sample(), "JPEG", exif=exif, comment=b"c" * 60_000)
    with opened(data) as document:
        assert (document.page(1).width, document.page(1).height) == (40, 60)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_pictures_are_upright(kind: str, orientation: int) -> None:
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)
    stored = sample() if back is None else sample().transpose(Image.Transpose(back))
    with opened(encoded(stored, kind, exif=turned(orientation), **({"lossless": True} if kind == "WEBP" else {}))) as d:
        page = d.page(1)
        assert (page.width, page.height) == (60, 40)
        assert is_upright(page.picture())
        seen = Image.open(io.BytesIO(page.engine_bytes()))
        if kind == "JPEG":
            assert seen.getexif().get(0x0112, 1) == orientation  # Textract turns it by that
        else:
            assert is_upright(seen.convert("RGB"))
        assert d.by_reference == (kind == "JPEG" or (kind == "PNG" and orientation == 1))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_decoded_ahead_is_handed_out_once(kind: str) -> None:
    with opened(encoded(sample(), kind)) as document:
        plain = document.page(1).picture().tobytes()
        document.decode_ahead()
        document.decode_ahead()
        first = document.page(1).picture()
        assert first.tobytes() == plain
        first.paste("black", (0, 0, *first.size))  # whoever draws into it draws into their own
        assert document.page(1).picture().tobytes() == plain


def test_what_can_not_be_decoded_ahead_says_so_when_it_is_asked_for() -> None:
    with opened(encoded(sample(), "PNG")[:60]) as document:
        document.decode_ahead()
        with pytest.raises(UnreadableDocument):
            document.page(1).picture()
    with opened(encoded(sample(), "PNG")) as other:
        other.decode_ahead()
    assert is_upright(other.page(1).picture())


def test_a_picture_that_only_some_readers_turn_is_turned_first() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    with opened(encoded(sample().transpose(Image.Transpose.ROTATE_90), "JPEG", xmp=xmp)) as document:
        assert not document.by_reference
        assert is_upright(document.page(1).picture())
        assert b"tiff:Orientation" not in document.page(1).engine_bytes()


def deep(mode: str) -> Image.Image:
    picture = sample("L").convert("I").point(lambda value: value * 256 + 255)
    return picture.convert("F") if mode == "F" else picture.convert(mode)


@pytest.mark.parametrize(
    "data",
    [
        encoded(sample("1"), "PNG"),
        encoded(sample("L"), "PNG"),
        encoded(sample("P"), "PNG"),
        encoded(sample("RGBA"), "PNG"),
        encoded(sample("LA"), "PNG"),
        encoded(deep("I;16"), "PNG"),
        encoded(sample("L"), "JPEG"),
        encoded(sample("CMYK"), "JPEG"),
        encoded(sample("1"), "TIFF", compression="group3"),
        encoded(sample("1"), "TIFF", compression="group4"),
        encoded(sample("RGB"), "TIFF", compression="tiff_lzw"),
        encoded(sample("RGB"), "TIFF", compression="tiff_adobe_deflate"),
        encoded(sample("RGB"), "TIFF", compression="jpeg"),
        encoded(sample("YCbCr"), "TIFF"),
        encoded(sample("CMYK"), "TIFF"),
        encoded(sample("LAB"), "TIFF"),
        encoded(sample("P"), "TIFF"),
        encoded(sample("RGBA"), "TIFF"),
        encoded(deep("I;16"), "TIFF"),
        encoded(deep("I"), "TIFF"),
        encoded(deep("F"), "TIFF"),
        encoded(sample("P"), "BMP"),
        encoded(sample("RGBA"), "WEBP", lossless=True),
    ],
)
def test_every_mode_is_seen_in_colour(data: bytes) -> None:
    with opened(data) as document:
        picture = document.page(1).picture()
        assert picture.mode == "RGB" and picture.size == (60, 40)
        assert is_upright(picture)
        with Image.open(io.BytesIO(document.page(1).engine_bytes())) as seen:
            assert seen.format in ("PNG", "JPEG") and seen.size == picture.size
            assert seen.mode != "CMYK"


@pytest.mark.parametrize(
    ("resolutions", "orientation", "size"),
    [
        ((204, 98), 1, (60, 83)),
        ((100, 200), 1, (120, 40)),
        ((200, 100), 6, (80, 60)),
        ((200, 200), 1, (60, 40)),
        ((1, 300), 1, (60, 40)),
    ],
)
def test_a_tiff_is_seen_with_square_pixels(
    resolutions: tuple[int, int], orientation: int, size: tuple[int, int]
) -> None:
    data = encoded(sample("1"), "TIFF", dpi=resolutions, exif=turned(orientation))
    with opened(data) as document:
        page = document.page(1)
        assert (page.width, page.height) == page.picture().size == size


def test_transparency_is_on_white() -> None:
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    for kind in ("PNG", "WEBP", "TIFF"):
        with opened(encoded(clear, kind)) as document:
            assert document.page(1).picture().getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "GIF"])
def test_converted_kinds_say_so(kind: str) -> None:
    with opened(encoded(sample("P" if kind == "GIF" else "RGB"), kind)) as document:
        assert "converted" in document.warnings[0]
        assert document.page(1).engine_bytes().startswith(b"\x89PNG")
        assert not document.by_reference


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_of_a_film_the_first_frame_is_read(kind: str) -> None:
    film = encoded(sample(), kind, save_all=True, append_images=[Image.new("RGB", (60, 40), "blue")], duration=100)
    with opened(film) as document:
        assert document.page_count == 1
        assert any("first frame" in warning for warning in document.warnings)
        assert is_upright(document.page(1).picture())


def test_a_picture_with_too_many_bytes_is_made_smaller() -> None:
    noise = Image.frombytes("RGB", (2400, 1600), random.Random(1).randbytes(2400 * 1600 * 3))
    data = encoded(noise, "PNG")
    assert len(data) > 10 * MIB
    with opened(data) as document:
        page = document.page(1)
        assert len(page.engine_bytes()) <= 10 * MIB
        assert document.warnings
        with Image.open(io.BytesIO(page.engine_bytes())) as seen:
            assert seen.size == page.picture().size
        assert not document.by_reference


def test_a_picture_with_too_long_a_side_is_made_smaller() -> None:
    with opened(encoded(Image.new("1", (20_000, 500), 1), "PNG")) as d:
        page = d.page(1)
        assert (page.width, page.height) == (20_000, 500)
        assert page.picture().size == (10_000, 250)
        assert d.warnings and not d.by_reference


def test_a_very_large_picture_is_read_reduced() -> None:
    large = sample("L", (8000, 6000))
    for data in (encoded(large, "PNG"), encoded(large, "JPEG"), encoded(large, "TIFF", compression="tiff_lzw")):
        with opened(data) as document:
            page = document.page(1)
            assert (page.width, page.height) == (8000, 6000)
            picture = page.picture()
            assert picture.width * picture.height <= 40_000_000
            assert picture.width / picture.height == pytest.approx(4 / 3, rel=1e-3)
            assert is_upright(picture)
            assert document.warnings


# Pages --------------------------------------------------------------------------------------------------------------


def pages_tiff(*pictures: Image.Image, **options: Any) -> bytes:
    return encoded(pictures[0], "TIFF", save_all=True, append_images=pictures[1:], **options)


def test_pages_of_a_tiff_are_lossless_pictures() -> None:
    second = Image.effect_noise((50, 30), 80)
    with opened(pages_tiff(sample(), second, sample("1", (20, 70)))) as document:
        assert document.page_count == 3
        sizes = [(document.page(n).width, document.page(n).height) for n in (1, 2, 3)]
        assert sizes == [(60, 40), (50, 30), (20, 70)]
        assert Image.open(io.BytesIO(document.page(2).engine_bytes())).tobytes() == second.tobytes()
        assert is_upright(document.page(3).picture())
        assert document.warnings == []


def test_a_damaged_page_of_a_tiff_leaves_the_others() -> None:
    data = bytearray(pages_tiff(sample(), sample("L"), sample(), compression="tiff_adobe_deflate"))
    starts = [at for at in range(len(data)) if data[at] == 0x78 and data[at + 1] in (0x01, 0x5E, 0x9C, 0xDA)]
    data[starts[1] : starts[1] + 12] = b"\xff" * 12
    with opened(bytes(data)) as document:
        assert document.page_count == 3
        assert is_upright(document.page(1).picture())
        assert is_upright(document.page(3).picture())
        with pytest.raises(UnreadableDocument):
            document.page(2).engine_bytes()
        with pytest.raises(UnreadableDocument):
            document.page(2).picture()


def test_a_tiff_whose_pages_go_round_in_circles_ends() -> None:
    first = 8 + 8
    with opened(tiff([({}, None), ({}, first)])) as document:
        assert document.page_count == 2
    with opened(tiff([({}, first)])) as document:
        assert document.page_count == 1


def test_a_tiff_whose_list_of_pages_breaks_off() -> None:
    with opened(tiff([({}, 1_000_000)])) as document:
        assert document.page_count == 1
        assert any("damaged" in warning for warning in document.warnings)
        assert document.page(1).picture().size == (8, 8)


def test_thumbnails_are_no_pages() -> None:
    with opened(tiff([({}, None), ({254: 1}, None), ({254: 2}, None)])) as document:
        assert document.page_count == 2


@pytest.mark.parametrize("data", [pages(4), tiff([({}, None)] * 4)])
def test_too_many_pages(data: bytes) -> None:
    assert opened(data, max_pages=4).page_count == 4
    with pytest.raises(TooManyPages, match="3"):
        opened(data, max_pages=3)


@pytest.mark.parametrize("number", [0, 3])
@pytest.mark.parametrize("data", [pages(2), tiff([({}, None)] * 2)])
def test_a_page_that_is_not_there(data: bytes, number: int) -> None:
    with opened(data) as document, pytest.raises(UnreadableDocument):
        document.page(number)


# PDF ----------------------------------------------------------------------------------------------------------------


def test_pages_of_a_pdf_stay_vector() -> None:
    with opened(pages(3)) as document:
        page = document.page(2)
        assert (page.width, page.height, page.unit) == (300, 400, "pt")
        single = page.engine_bytes()
        assert single.startswith(b"%PDF") and b"/Image" not in single
        with opened(single) as alone:
            assert alone.page_count == 1
        assert page.picture(72).size == (300, 400)
        assert page.picture(dpi=144).size == (600, 800)
        assert not document.by_reference


def test_form_values_are_kept_when_pages_are_split() -> None:
    with opened(filled_form()) as document, opened(document.page(1).engine_bytes()) as alone:
        assert alone.page(1).picture(72).tobytes() == document.page(1).picture(72).tobytes()
        field = alone.page(1).picture(72).crop((80, 80, 220, 100)).convert("L")
        assert field.getextrema()[0] < 100


def test_a_page_larger_than_the_engine_takes_goes_as_picture() -> None:
    large = one_page(b"0 0 2000 3000 re f").replace(b"[0 0 300 400]", b"[0 0 4000 6000]")
    with opened(large) as document:
        data = document.page(1).engine_bytes()
        assert data.startswith(b"\xff\xd8") and len(data) <= 10 * MIB
        assert document.warnings
        with Image.open(io.BytesIO(data)) as seen:
            assert seen.width / seen.height == pytest.approx(2 / 3, rel=1e-3)


def test_pdfs_that_can_not_be_read_say_why() -> None:
    with pytest.raises(EncryptedDocument):
        opened(encrypted())
    with pytest.raises(UnreadableDocument, match="no pages"):
        opened(pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"]))
    with pytest.raises(UnreadableDocument):
        opened(b"%PDF-1.4\nxref nothing trailer startxref 999999999")


def test_an_xfa_form_says_so() -> None:
    data = filled_form(xfa="/XFA [(template) 4 0 R]").replace(b"/Type /Catalog", b"/Type /Catalog /NeedsRendering true")
    with opened(data) as document:
        assert document.page_count == 1
        assert document.page(1).picture(72)


def test_a_damaged_page_of_a_pdf_leaves_the_others() -> None:
    broken = pages(3).replace(b"4 0 R 6 0 R 8 0 R", b"4 0 R 9 0 R 8 0 R")  # the second page is a content stream
    with opened(broken) as document:
        readable = []
        for number in range(1, document.page_count + 1):
            try:
                document.page(number).engine_bytes()
                readable.append(number)
            except UnreadableDocument:
                pass
        assert 1 in readable and document.page_count - 1 <= len(readable) < 4


# Hostile ------------------------------------------------------------------------------------------------------------


def test_limits_are_checked_before_anything_is_read() -> None:
    source = Bytes(encoded(sample(), "PNG"))
    with pytest.raises(DocumentTooLarge):
        open_document(source, Limits(max_bytes=10))
    assert source.reads == 0


@pytest.mark.parametrize(
    "bomb",
    [
        png(60_000, 60_000, b"\0" * 1000),
        encoded(Image.new("1", (3000, 3000)), "TIFF", compression="group4"),
        encoded(Image.new("P", (3000, 3000)), "GIF"),
        encoded(Image.new("1", (3000, 3000)), "BMP"),
        encoded(Image.new("RGB", (3000, 3000)), "WEBP"),
        encoded(Image.new("RGB", (3000, 3000)), "JPEG"),
    ],
)
def test_pixels_are_counted_from_the_header(bomb: bytes) -> None:
    with pytest.raises(TooManyPixels):
        opened(bomb, max_pixels=8_000_000)


def test_a_picture_without_size_is_unreadable() -> None:
    for data in (png(0, 0, b""), png(0, 100, b"")):
        with pytest.raises(UnreadableDocument):
            opened(data)


def test_rows_that_never_end_or_are_missing() -> None:
    with opened(png(64, 64, b"\0" * 50_000_000)) as document:  # far more rows than the picture has
        assert document.page(1).picture().size == (64, 64)
    with opened(png(5000, 5000, b"\0" * 100)) as document, pytest.raises(UnreadableDocument):
        document.page(1).picture()


def test_huge_side_chunks_of_a_png_are_not_unpacked() -> None:
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 50_000_000))
    with opened(png(8, 8, b"\0\xff" * 8, extra=text)) as document, pytest.raises(UnreadableDocument):
        document.page(1).picture()


def progressive_with_scans(count: int) -> bytes:
    data = encoded(sample(size=(640, 640)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    with opened(progressive_with_scans(1)) as document:
        assert document.page(1).picture().size == (640, 640)
    with opened(progressive_with_scans(20_000)) as document:
        with pytest.raises(UnreadableDocument):
            document.page(1).engine_bytes()
        with pytest.raises(UnreadableDocument):
            document.page(1).picture()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_file_cut_off_near_its_end_is_read_with_a_warning(kind: str) -> None:
    data = encoded(Image.effect_noise((300, 300), 60), kind)
    with opened(data[: int(len(data) * 0.9)]) as document:
        assert document.page(1).picture().size == (300, 300)
        with Image.open(io.BytesIO(document.page(1).engine_bytes())) as seen:
            seen.load()
        assert any("too early" in warning for warning in document.warnings)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "PDF"])
@pytest.mark.parametrize("part", [0.02, 0.2])
def test_a_file_of_which_most_is_missing_is_unreadable(kind: str, part: float) -> None:
    options = {"interlace": 0} if kind == "GIF" else {}
    whole = pages(2) if kind == "PDF" else encoded(Image.effect_noise((300, 300), 60), kind, **options)
    with pytest.raises((UnreadableDocument, UnsupportedMediaType)):
        opened(whole[: max(16, int(len(whole) * part))]).page(1).picture()


def test_what_is_damaged_never_raises_anything_else() -> None:
    dice = random.Random(7)
    wholes: list[tuple[bytes, Callable[[Document], object]]] = [
        (data, lambda document: document.page(1).picture(50))
        for data in (
            encoded(sample(), "PNG"),
            encoded(sample(), "JPEG"),
            encoded(sample(), "TIFF", compression="tiff_lzw"),
            encoded(sample("P"), "GIF"),
            encoded(sample(), "BMP"),
            encoded(sample(), "WEBP"),
            filled_form(),
        )
    ]
    outcomes = {"read": 0, "refused": 0}
    for whole, use in wholes:
        for _ in range(12):
            data = bytearray(whole)
            for _ in range(dice.randint(1, 12)):
                data[dice.randrange(len(data))] = dice.randrange(256)
            try:
                with opened(bytes(data)) as document:
                    use(document)
                outcomes["read"] += 1
            except ServiceError as error:
                assert error.status in (415, 422)
                outcomes["refused"] += 1
    assert min(outcomes.values()) > 0


def test_a_polyglot_is_what_it_begins_with() -> None:
    with opened(encoded(sample(), "JPEG") + pages(1), "application/pdf") as document:
        assert document.media_type == "image/jpeg"
        assert is_upright(document.page(1).picture())
        assert document.warnings


def test_an_expired_deadline_is_told() -> None:
    with pytest.raises(DeadlineExceeded):
        open_document(Bytes(pages(1)), Limits(), deadline=Deadline.after(-1))
    with pytest.raises(DeadlineExceeded):
        open_document(Bytes(tiff([({}, None)])), Limits(), deadline=Deadline.after(-1))
