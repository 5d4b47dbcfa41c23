"""One fault never takes the page: what a part of the work raises is left out, counted, logged and said."""

import logging

import pytest

from document_analysis.telemetry import Metrics
from local_textract import LocalTextract, Stopped
from local_textract.reading.recognition import Recogniser
from tests.local_textract.drawn import LETTER, saved, text_page
from tests.pdf_samples import one_page

FEATURES = ["TABLES", "FORMS", "SIGNATURES", "LAYOUT"]
TYPED = one_page(b"BT /F 14 Tf 40 300 Td 24 TL (Harbour Bakery) Tj T* (Rye, whole, 25 kg) Tj ET")
FINDERS = {
    "check_boxes": "find_selection_elements",
    "tables": "find_tables",
    "key_values": "find_key_values",
    "signatures": "find_signatures",
    "layout": "find_layout",
}


@pytest.fixture
def told():
    return []


@pytest.fixture
def textract(told, local_textract_engine):
    """An engine that tells of its faults, with the models that are loaded already."""
    engine = LocalTextract(on_fault=told.append)
    engine.__dict__["_reader"] = local_textract_engine._reader
    return engine


def failing(error=ValueError):
    def fail(*_args, **_options):
        raise error("Harbour Bakery")

    return fail


def lines_of(answer):
    return [block["Text"] for block in answer["Blocks"] if block["BlockType"] == "LINE"]


@pytest.mark.parametrize("where", FINDERS)
def test_a_finder_that_fails_leaves_the_others_be(textract, told, monkeypatch, caplog, where):
    monkeypatch.setattr(f"local_textract.finders.{FINDERS[where]}", failing())
    with caplog.at_level(logging.ERROR):
        answer = textract.analyze_document(Document={"Bytes": TYPED}, FeatureTypes=FEATURES)
    assert lines_of(answer) == ["Harbour Bakery", "Rye, whole, 25 kg"]
    assert told == [where]
    assert len(answer["Warnings"]) == 1
    assert "ValueError" in caplog.text and "test_faults.py" in caplog.text
    assert "Bakery" not in caplog.text and "Bakery" not in answer["Warnings"][0]


def test_a_run_of_text_that_fails_is_left_out(textract, told, monkeypatch):
    real, calls = Recogniser.read, []

    def second_fails(self, picture, region, drawn=None):
        calls.append(region)
        if len(calls) == 2:
            raise ValueError
        return real(self, picture, region, drawn)

    monkeypatch.setattr(Recogniser, "read", second_fails)
    answer = textract.detect_document_text(Document={"Bytes": saved(text_page())})
    assert len(lines_of(answer)) == len(LETTER) - 1
    assert set(lines_of(answer)) < set(LETTER)
    assert told == ["text"]


def test_many_runs_that_fail_are_one_warning(textract, told, monkeypatch):
    monkeypatch.setattr(Recogniser, "read", failing())
    answer = textract.detect_document_text(Document={"Bytes": saved(text_page())})
    assert lines_of(answer) == []
    (warning,) = answer["Warnings"]
    assert f"({len(told)} times)" in warning


@pytest.mark.parametrize("part", ["words_and_lines", "visible", "believed", "mended", "unread_lines"])
def test_a_layer_that_cannot_be_checked_is_read_as_a_picture(textract, told, monkeypatch, part):
    monkeypatch.setattr(f"local_textract.pdf.page.{part}", failing())
    answer = textract.detect_document_text(Document={"Bytes": TYPED})
    assert lines_of(answer) == ["Harbour Bakery", "Rye, whole, 25 kg"]
    assert told == ["text_layer"]


def test_a_page_is_read_as_it_lies_where_its_way_up_cannot_be_found(textract, told, monkeypatch):
    monkeypatch.setattr("local_textract.reading.reader.on_its_head", failing())
    answer = textract.detect_document_text(Document={"Bytes": saved(text_page())})
    assert lines_of(answer) == list(LETTER)
    assert told == ["orientation"]


@pytest.mark.parametrize("part", ["find_tables", "find_layout"])
def test_being_stopped_is_no_fault(textract, told, monkeypatch, part):
    monkeypatch.setattr(f"local_textract.finders.{part}", failing(Stopped))
    with pytest.raises(Stopped):
        textract.analyze_document(Document={"Bytes": TYPED}, FeatureTypes=FEATURES)
    assert told == []


def test_an_answer_without_faults_is_textracts(textract, told):
    assert "Warnings" not in textract.analyze_document(Document={"Bytes": TYPED}, FeatureTypes=FEATURES)
    assert told == []


def test_faults_are_counted_by_part(local_textract_engine, monkeypatch):
    metrics = Metrics()
    engine = LocalTextract(on_fault=metrics.on_fault)
    engine.__dict__["_reader"] = local_textract_engine._reader
    monkeypatch.setattr("local_textract.finders.find_tables", failing())
    engine.analyze_document(Document={"Bytes": TYPED}, FeatureTypes=FEATURES)
    engine.analyze_document(Document={"Bytes": TYPED}, FeatureTypes=FEATURES)
    name = "document_analysis_local_engine_faults_total"
    assert metrics.registry.get_sample_value(name, {"where": "tables"}) == 2
