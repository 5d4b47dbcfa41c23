"""Nothing between the detector's map and the blocks raises, whatever shapes come: made-up ones, the same each time."""

import contextlib
import itertools
import math

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from local_textract.blocks import to_blocks
from local_textract.faults import Faults
from local_textract.finders import find
from local_textract.page.findings import Findings
from local_textract.pdf.order import in_order
from local_textract.pdf.text_layer import words_and_lines
from local_textract.reading.confusables import Character
from local_textract.reading.detection import _regions
from local_textract.reading.drawn_lines import DrawnLines
from local_textract.reading.fractions import with_fractions
from local_textract.reading.ink import dark_or_light, frames_in, ink_of, letter_pitch, looks_handwritten
from local_textract.reading.lexicon import Lexicon
from local_textract.reading.orientation import level_matrix, lies_sideways, skew_of
from local_textract.reading.reading_order import in_reading_order
from local_textract.reading.recognition import cut, input_of
from local_textract.reading.word_boxes import tokens_of
from tests.local_textract import made_up
from tests.local_textract.made_up import bounded

FEATURES = ["TABLES", "FORMS", "SIGNATURES", "LAYOUT"]
NONE = Lexicon.of([])
TO_RATIO = np.array([[0.01, 0, 0], [0, 0.01, 0]])


class Raised(Faults):
    """Faults that a test must hear of."""

    def contained(self, where):
        return contextlib.nullcontext()


def never():
    return False


@bounded
@given(
    arrays.arrays(np.float32, st.tuples(made_up.sides, made_up.sides), elements=st.sampled_from([0.0, 0.2, 0.5, 1.0]))
)
def test_a_detectors_map_becomes_regions_with_four_corners(heat):
    for region in _regions(np.asarray(heat, np.float32), 2.0, 0.5):
        assert region.quad.shape == (4, 2)
        assert np.isfinite(region.quad).all()


@bounded
@given(st.data())
def test_characters_and_ink_become_words_in_order(data):
    ink = data.draw(made_up.masks())
    characters = data.draw(made_up.characters(ink.shape[1]))
    tokens = tokens_of(characters, ink, NONE)
    for token in tokens:
        assert token.text and all(map(math.isfinite, (*token.box, *token.frame)))
        assert token.box.left < token.box.right and token.box.top < token.box.bottom
        assert 0 <= token.certainty <= 1


@bounded
@given(st.data())
def test_fractions_are_looked_for_in_marks_of_any_shape(data):
    ink = data.draw(made_up.masks())
    crop = np.dstack([np.where(ink, 0, 255).astype(np.uint8)] * 3)
    said = [Character(text, 1.0, 9.0 * i) for i, text in enumerate("1/2")]
    found = with_fractions(data.draw(made_up.characters(ink.shape[1])), crop, ink, lambda picture: said)
    assert [c.x for c in found] == sorted(c.x for c in found)


@bounded
@given(made_up.masks(), made_up.masks(), st.integers(1, 9), st.floats(0, 1))
def test_marks_of_any_shape_are_told_from_frames_and_lines(marks, left_out, count, certainty):
    frames_in(marks)
    left_out = cv2.resize(left_out.astype(np.uint8), marks.shape[::-1]).astype(np.bool_)
    ink = ink_of(marks, left_out)
    assert ink.shape == marks.shape
    assert not ink.any() or 0 < letter_pitch(ink) < math.inf
    looks_handwritten(ink, float(marks.shape[0]), count, certainty)
    grey = np.where(marks, 0, 255).astype(np.uint8)
    assert dark_or_light(grey).shape == grey.shape


@bounded
@given(made_up.regions(), made_up.masks())
def test_any_region_of_any_picture_is_cut_out(region, marks):
    grey = np.where(marks, 0, 255).astype(np.uint8)
    crop = cut(np.dstack([grey] * 3), region)
    height, width = crop.picture.shape[:2]
    assert height >= 1 and width >= 1
    tensor, enlarged = input_of(crop.picture)
    assert tensor.shape[2] == 48 and enlarged > 0
    assert DrawnLines(grey, 20.0).inside(crop.forth, width, height).shape == (height, width)


@bounded
@given(st.lists(made_up.regions(), max_size=6))
def test_regions_of_any_shape_have_a_direction(regions):
    lies_sideways(regions)
    skew = skew_of([region.quad for region in regions])
    matrix, size = level_matrix(10, 7, skew)
    assert np.isfinite(matrix).all() and min(size) > 0


@bounded
@given(made_up.typed())
def test_a_text_layer_of_any_shape_becomes_lines(characters):
    lines = words_and_lines(characters)
    for line in lines:
        assert line.text.strip() and line.words
        assert all(map(math.isfinite, itertools.chain(line.box, *line.polygon)))
    assert sorted(map(id, in_order(lines))) == sorted(map(id, lines))


@bounded
@given(made_up.page_views(), st.sampled_from([FEATURES, ["TABLES"], ["FORMS"], ["LAYOUT"], ["SIGNATURES"]]))
def test_finders_and_blocks_take_any_page(page, features):
    assert sorted(map(id, in_reading_order(page.lines))) == sorted(map(id, page.lines))
    found = find(page, features, never, Raised())
    blocks = to_blocks(page, found, TO_RATIO, "seed")
    ids = {block["Id"] for block in blocks}
    assert len(ids) == len(blocks)
    for block in blocks:
        assert all(part in ids for relation in block.get("Relationships", ()) for part in relation["Ids"])
        assert all(0 <= point[axis] <= 1 for point in block["Geometry"]["Polygon"] for axis in "XY")


def test_a_page_without_anything_has_only_itself():
    (page,) = to_blocks(made_up.PageView(np.full((1, 1), 255, np.uint8), []), Findings(), TO_RATIO, "seed")
    assert page["BlockType"] == "PAGE"
