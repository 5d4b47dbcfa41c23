"""The small parts of the reader: spelling, look-alikes, the text layer's words, and the derived model."""

import numpy as np
import onnxruntime
import pytest

from local_textract.errors import ModelsMissing
from local_textract.pdf.text_layer import words_and_lines
from local_textract.reading.confusables import Character, settled
from local_textract.reading.models import _LEARNT, _RECOGNISER, _model, derive_models, latin_recogniser
from local_textract.reading.spelling import parts, plain
from sandbox.pdf_characters import Character as Typed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Name:____", ["Name:"]),
        ("__Name", ["Name"]),
        ("file_name", ["file_name"]),
        ("Total......12", ["Total", "12"]),
        ("and so on...", ["and", "so", "on..."]),
        ("a  b\tc", ["a", "b", "c"]),
        ("____", []),
        ("", []),
    ],
)
def test_parts_of_a_text_are_its_words(text, words):
    assert [text[start:end] for start, end in parts(text)] == words


def test_characters_are_spelled_plainly():
    assert [plain(c) for c in "–’”•é\ufb01…\u00a0"] == ["-", "'", '"', " ", "é", "fi", "...", " "]
    assert "".join(map(plain, "¼½¾⅓m²m³™№‰→†œÆ¡¿")) == "¼½¾⅓m²m³™№‰→†œÆ¡¿"


def read(*guesses):
    """Characters from (text, probability, other, its probability)."""
    return [Character(text, p, 0.0, {other: q}) for text, p, other, q in guesses]


def text_of(characters):
    return "".join(c.text for c in characters)


@pytest.mark.parametrize(
    ("guesses", "settled_text"),
    [
        ([("S", 0.7, "$", 0.2)], "$"),
        ([("S", 0.99, "$", 0.01)], "S"),
        ([("S", 0.7, "$", 0.2), ("9", 1, "", 0), ("5", 1, "", 0)], "$95"),
        ([("S", 0.7, "$", 0.2), ("o", 1, "", 0), ("n", 1, "", 0)], "Son"),
        ([("(", 1, "", 0), ("l", 0.6, "1", 0.25), (")", 1, "", 0)], "(1)"),
        ([("2", 1, "", 0), ("O", 0.8, "0", 0.2)], "20"),
        ([("b", 1, "", 0), ("0", 0.8, "o", 0.2), ("x", 1, "", 0)], "box"),
        ([("R", 1, "", 0), ("M", 1, "", 0), ("O", 0.9, "0", 0.1), (".", 1, "", 0), ("6", 1, "", 0)], "RM0.6"),
        ([("N", 1, "", 0), ("0", 0.9, "O", 0.1), ("T", 1, "", 0), ("E", 1, "", 0)], "NOTE"),
        ([("D", 1, "", 0), ("É", 0.8, "E", 0.2)], "DE"),
        ([("r", 1, "", 0), ("é", 0.98, "e", 0.02)], "ré"),
        ([(c, 1, "", 0) for c in "APPRovED"], "APPROVED"),
        ([(c, 1, "", 0) for c in "REASONs"], "REASONS"),
        ([(c, 1, "", 0) for c in "PROJEcT"], "PROJECT"),
        ([(c, 1, "", 0) for c in "B¡ill"], "Bill"),
        ([(c, 1, "", 0) for c in "¡Mañana"], "¡Mañana"),
        ([(c, 1, "", 0) for c in "A4o7"], "A407"),
        ([(c, 1, "", 0) for c in "№o.:"], "No.:"),
        ([(c, 1, "", 0) for c in "№4"], "№4"),
        ([(c, 1, "", 0) for c in "BX-2o19-o4"], "BX-2019-04"),
        *([([(c, 1, "", 0) for c in word], word) for word in ("No12", "2nd", "14mo", "Co2")]),
        *([([(c, 1, "", 0) for c in word], word) for word in ("CDs", "PCBs", "cDNA", "MHz", "McDONALD", "iPhone")]),
    ],
)
def test_look_alikes_are_settled_by_the_word(guesses, settled_text):
    assert text_of(settled(read(*guesses))) == settled_text


def typed(text, x=10.0, y=20.0, size=10.0, step=6.0, **flags):
    """Characters as a PDF's text layer gives them, side by side."""
    facts = {"generated": False, "unmapped": False, "hyphen": False, "invisible": False} | flags
    made = []
    for n, c in enumerate(text):
        wide = 0.0 if c == " " else 5.0
        left = x + n * step
        made.append(Typed(c, left, y - 7, left + wide, y, size, 0.0, **facts))
    return made


def test_words_end_at_spaces_and_lines_at_wide_gaps():
    lines = words_and_lines([*typed("One two"), *typed("far", x=120.0), *typed("below", y=40.0)])
    assert [line.text for line in lines] == ["One two", "far", "below"]
    assert lines[0].words[1].box.left == pytest.approx(34.0)


def test_invisible_characters_and_fat_type_printed_twice():
    assert [line.text for line in words_and_lines(typed("ghost", invisible=True))] == []
    assert [line.text for line in words_and_lines(typed("fat") + typed("fat", x=10.2))] == ["fat"]


def test_a_character_without_a_name_is_marked():
    (line,) = words_and_lines([*typed("di"), *typed("\x1c", x=22.0), *typed("er", x=28.0)])
    assert line.text == "di\ufffder"


def test_text_that_runs_upwards_has_its_polygon_turned():
    letters = [
        Typed(c, 50.0, 90.0 - 6 * n, 57.0, 95.0 - 6 * n, 10.0, 270.0, False, False, False, False)
        for n, c in enumerate("UP")
    ]
    (line,) = words_and_lines(letters)
    assert line.text == "UP"
    (x0, y0), (x1, y1) = line.words[0].polygon[:2]
    assert (x0, x1) == pytest.approx((50.0, 50.0))
    assert y1 < y0


def test_derived_files_are_made_once(tmp_path):
    first = derive_models(tmp_path / "models")
    made = [path.stat().st_mtime_ns for path in first]
    assert derive_models(tmp_path / "models") == first
    assert [path.stat().st_mtime_ns for path in first] == made
    assert set(first.recogniser.parent.iterdir()) == set(first)
    assert sum(path.stat().st_size for path in first) < 20_000_000


@pytest.mark.parametrize("package", ["_MODELS", "_WORDS"])
def test_missing_packages_are_named(monkeypatch, tmp_path, package):
    monkeypatch.setattr(f"local_textract.reading.models.{package}", "no-such-package")
    with pytest.raises(ModelsMissing, match="no-such-package"):
        derive_models(tmp_path)
    assert not list(tmp_path.glob("*.part"))


def answer_of(model):
    picture = np.random.default_rng(3).uniform(-1, 1, (1, 3, 48, 96)).astype(np.float32)
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"x": picture})[0]


def test_a_cut_down_model_reads_as_the_whole_one():
    """The classes that are left have the answers they had, scaled up to a sum of one."""
    before, after = answer_of(_model(_RECOGNISER).read_bytes()), answer_of(latin_recogniser({}))
    assert after.shape[2] < 600
    assert after.sum(axis=2) == pytest.approx(np.ones(after.shape[:2]), abs=1e-4)
    ratio = after[..., :1] / before[..., :1]
    assert (ratio >= 0.999).all()


def test_what_was_learnt_is_added_to_the_weights():
    learnt = dict(np.load(_LEARNT))
    plain = answer_of(latin_recogniser({}))
    nothing = {name: value if name.endswith(".size") else np.zeros_like(value) for name, value in learnt.items()}
    assert answer_of(latin_recogniser(nothing)) == pytest.approx(plain, abs=1e-6)
    assert np.abs(answer_of(latin_recogniser(learnt)) - plain).max() > 0.01


def test_weights_of_another_recogniser_are_not_taken_for_this_one():
    steps = {"conv2d_9999.w_0": np.ones((1, 1), np.int8), "conv2d_9999.w_0.size": np.ones((1, 1), np.float32)}
    with pytest.raises(ModelsMissing, match="other layers"):
        latin_recogniser(steps)
