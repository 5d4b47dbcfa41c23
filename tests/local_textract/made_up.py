"""Strategies for what stands between the detector's map and the blocks: shapes of every size, degenerate ones too."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from local_textract.page.findings import Box, Line, PageView, Rule, Word, bounding
from local_textract.reading.confusables import Character
from local_textract.reading.detection import Region
from sandbox.pdf_characters import Character as Typed
from tests.local_textract.pages import corners

settings.register_profile("bounded", max_examples=100, deadline=None, derandomize=True, database=None)
bounded = settings(settings.get_profile("bounded"))

LETTERS = "aioMW.,:;-_'|/@0189$%\"() ~é\ufffd中ש…²"
sides = st.sampled_from([1, 2, 3, 5, 8, 16, 33, 48, 90])


@st.composite
def masks(draw):
    """Ink of a crop: nothing, all, noise, or stripes."""
    height, width = draw(sides), draw(sides)
    kind = draw(st.sampled_from(["none", "all", "noise", "columns", "rows", "slants", "dot"]))
    mask = np.zeros((height, width), np.bool_)
    if kind == "all":
        mask[:] = True
    elif kind == "noise":
        mask = draw(arrays.arrays(np.bool_, (height, width)))
    elif kind == "columns":
        mask[:, draw(arrays.arrays(np.bool_, (width,)))] = True
    elif kind == "rows":
        mask[draw(arrays.arrays(np.bool_, (height,)))] = True
    elif kind == "slants":
        mask |= (
            np.add.outer(np.arange(height), draw(st.integers(1, 3)) * np.arange(width)) % draw(st.integers(4, 40)) < 3
        )
    elif kind == "dot":
        mask[draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))] = True
    return mask


@st.composite
def characters(draw, width: float):
    """What a recogniser may say of a crop, from left to right, not always inside it."""
    xs = sorted(draw(st.lists(st.floats(-2, width + 2), max_size=12)))
    return [
        Character(
            draw(st.sampled_from(LETTERS)),
            draw(st.floats(0.01, 1)),
            x,
            draw(st.dictionaries(st.sampled_from(LETTERS), st.floats(0.02, 1), max_size=2)),
        )
        for x in xs
    ]


@st.composite
def regions(draw):
    """Quadrangles: level, slanted, without width or height, outside the picture."""
    x, y = draw(st.floats(-20, 120)), draw(st.floats(-20, 120))
    wide, high = draw(st.sampled_from([0.0, 0.3, 1.0, 7.0, 60.0])), draw(st.sampled_from([0.0, 0.3, 1.0, 7.0, 60.0]))
    turn = draw(st.sampled_from([0.0, 0.01, 0.3, 0.8, 1.5, 3.1]))
    along = np.array([np.cos(turn), np.sin(turn)]) * wide
    down = np.array([-np.sin(turn), np.cos(turn)]) * high
    start = np.array([x, y])
    return Region(np.array([start, start + along, start + along + down, start + down], np.float32), 1.0)


@st.composite
def typed(draw):
    """Characters of a text layer: of any size, turned, without place, one upon the other."""
    found = []
    for _ in range(draw(st.integers(0, 14))):
        left, top = draw(st.floats(-10, 300)), draw(st.floats(-10, 300))
        wide, high = draw(st.sampled_from([-1.0, 0.0, 0.2, 5.0, 90.0])), draw(st.sampled_from([0.0, 0.2, 8.0, 90.0]))
        flags = draw(st.lists(st.booleans(), min_size=5, max_size=5))
        found.append(
            Typed(
                draw(st.sampled_from([*LETTERS, "\x02", "\r", "´", "\u0301", "\ue000"])),
                left,
                top,
                left + wide,
                top + high,
                draw(st.sampled_from([0.0, 1e-4, 9.0, 40.0, float("nan"), float("inf")])),
                draw(st.sampled_from([0.0, 15.0, 90.0, 179.0, -90.0, float("nan")])),
                *flags[:4],
                x=draw(st.sampled_from([left, left + 3, float("inf")])),
                y=top + high,
                advance=draw(st.sampled_from([-1.0, 0.0, wide, 6.0, float("nan")])),
                same_glyph=flags[4],
            )
        )
    return found


@st.composite
def page_views(draw):
    """Pages with words at any place, on pictures of any size, of a PDF or not."""
    height, width = draw(st.sampled_from([1, 17, 60, 200])), draw(st.sampled_from([1, 17, 60, 200]))
    grey = np.full((height, width), draw(st.sampled_from([0, 200, 255])), np.uint8)
    lines = []
    for _ in range(draw(st.integers(0, 8))):
        words = []
        left, top = draw(st.integers(-5, width + 5)), draw(st.integers(-5, height + 5))
        high = draw(st.sampled_from([0, 1, 9, 40]))
        for _ in range(draw(st.integers(1, 4))):
            box = Box(left, top, left + draw(st.sampled_from([0, 1, 12, 70])), top + high)
            words.append(
                Word(
                    draw(st.sampled_from(["a", "Total:", "12.50", "-", "☐", "X", "Name", "•"])), box, corners(box), 90.0
                )
            )
            left = int(box.right) + draw(st.sampled_from([-2, 0, 5, 30]))
            grey[max(0, top) : max(0, top + high), max(0, int(box.left)) : max(0, int(box.right)) : 2] = 0
        box = bounding([word.box for word in words])
        lines.append(Line(words, box, corners(box), 90.0))
    rules = []
    for _ in range(draw(st.integers(0, 6))):
        x, y, long = draw(st.integers(0, width)), draw(st.integers(0, height)), draw(st.sampled_from([0, 1, 30, 150]))
        level = draw(st.booleans())
        rules.append(
            Rule(x, y, x + long if level else x, y if level else y + long, draw(st.sampled_from([0.0, 1.0, 4.0])))
        )
    born_digital = draw(st.booleans())
    filled = [Box(3, 3, 3, 9), Box(2, 2, 30, 14)] if born_digital and draw(st.booleans()) else []
    return PageView(grey, lines, rules if born_digital else None, filled if born_digital else None, born_digital)
