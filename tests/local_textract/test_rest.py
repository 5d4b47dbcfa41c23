"""What pages computed with is given back when none has come for a while, and not before."""

import threading

from local_textract import LocalTextract
from local_textract.rest import Rest
from tests.local_textract.drawn import saved
from tests.local_textract.reading.test_signs import drawn

LONG = 20  # seconds, at most, for what is expected


class Heard:
    def __init__(self):
        self.times = 0
        self.came = threading.Event()

    def __call__(self):
        self.times += 1
        self.came.set()


def test_rest_comes_once_after_the_last_work():
    heard = Heard()
    rest = Rest(heard, 0.05, 100)
    for _ in range(3):
        with rest.work():
            pass
    assert heard.came.wait(LONG)
    heard.came.clear()
    assert not heard.came.wait(0.3)
    assert heard.times == 1
    with rest.work():
        pass
    assert heard.came.wait(LONG)


def test_there_is_no_rest_while_something_is_at_work():
    heard = Heard()
    rest = Rest(heard, 0.05, 100)
    with rest.work():
        with rest.work():
            pass
        assert not heard.came.wait(0.5)  # the first has ended
    assert heard.came.wait(LONG)


def test_work_without_end_rests_now_and_then():
    heard = Heard()
    rest = Rest(heard, LONG, 3)
    with rest.work():
        for _ in range(7):
            with rest.work():
                pass
        assert heard.times == 2


def test_work_that_failed_has_ended():
    heard = Heard()
    rest = Rest(heard, 0.05, 100)
    try:
        with rest.work():
            raise ValueError
    except ValueError:
        pass
    assert heard.came.wait(LONG)


def test_an_engine_says_when_it_rests():
    heard = Heard()
    textract = LocalTextract(at_rest=heard)
    for _ in range(2):
        textract.detect_document_text(Document={"Bytes": saved(drawn("Rest is found here"))})
    assert heard.came.wait(LONG)
    assert heard.times == 1
