"""Hands for a page: all is done and in order, errors come through, and pages go before helpers."""

import threading

import pytest

from local_textract.reading.crew import Crew

LONG = 20.0  # seconds that nothing here takes


def test_everything_is_done_once_and_comes_in_order():
    crew, seen = Crew(3), []

    def work(item: int) -> int:
        seen.append(item)
        return 2 * item

    with crew.page():
        assert crew.each(work, range(200)) == [2 * item for item in range(200)]
    assert sorted(seen) == list(range(200))


def test_nothing_to_do_is_done():
    with Crew(2).page():
        pass
    assert Crew(2).each(str, []) == []


def test_idle_hands_help():
    """Two of the items wait for each other, so that only two threads at once can do them."""
    crew, both = Crew(2), threading.Barrier(2)
    with crew.page():
        assert len(crew.each(lambda _: both.wait(LONG), ["one", "other"])) == 2


def test_a_crew_of_one_has_no_helpers():
    crew, threads = Crew(1), set()
    with crew.page():
        crew.each(lambda _: threads.add(threading.get_ident()), range(50))
    assert threads == {threading.get_ident()}


def test_pages_that_use_every_thread_are_not_helped():
    crew, threads = Crew(2), set()
    with crew.page(), crew.page():
        crew.each(lambda _: threads.add(threading.get_ident()), range(50))
    assert threads == {threading.get_ident()}


def test_an_error_ends_the_work_and_is_raised():
    crew, done = Crew(2), []

    def work(item: int) -> None:
        if item == 3:
            raise ValueError(item)
        done.append(item)

    with crew.page(), pytest.raises(ValueError, match="3"):
        crew.each(work, range(1000))
    assert len(done) < 1000
    with crew.page():
        assert crew.each(str, [1, 2]) == ["1", "2"]


def test_a_page_that_begins_takes_the_helpers_place():
    """The helper leaves after what it has in hand; from then on no more than two threads are at work."""
    crew, second_waits, go = Crew(2), threading.Event(), threading.Event()
    at_work, most, lock = 0, 0, threading.Lock()

    def work(item: int) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
        if item < 2:
            second_waits.set()
            assert go.wait(LONG)
        with lock:
            if second.is_set():
                most = max(most, at_work + 1)
            at_work -= 1

    second = threading.Event()

    def another_page() -> None:
        with crew.page():
            second.set()
            finished.wait(LONG)

    finished = threading.Event()
    other = threading.Thread(target=another_page)
    with crew.page():
        first = threading.Thread(target=lambda: (second_waits.wait(LONG), other.start(), go.set()))
        first.start()
        crew.each(work, range(40))
    first.join(LONG)
    assert second.wait(LONG)
    finished.set()
    other.join(LONG)
    assert most <= 2
