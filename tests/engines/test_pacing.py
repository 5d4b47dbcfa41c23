"""The pace: how many calls in which time, in which order, and who is refused. Time stands still unless moved."""

import threading
import time
from collections.abc import Callable

import pytest

from document_analysis.engines.pacing import Pacer
from document_analysis.errors import EngineThrottled


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def may(pacer: Pacer) -> bool:
    """Whether a call that cannot wait may be made now."""
    try:
        pacer.wait(0)
    except EngineThrottled:
        return False
    return True


def calls_at_once(pacer: Pacer) -> int:
    count = 0
    while may(pacer):
        count += 1
    return count


@pytest.mark.parametrize(("rate", "burst"), [(0.5, 1), (1, 1), (10, 2), (25, 5)])
def test_a_small_burst_then_the_rate(clock: Clock, rate: float, burst: int) -> None:
    pacer = Pacer(rate, clock)
    assert calls_at_once(pacer) == burst
    made = 0
    for _ in range(100):
        clock.now += 0.1 / rate
        made += calls_at_once(pacer)
    assert made == pytest.approx(10, abs=1)


def test_no_more_than_a_burst_is_saved_up(clock: Clock) -> None:
    pacer = Pacer(10, clock)
    calls_at_once(pacer)
    clock.now += 3600
    assert calls_at_once(pacer) == 2


def test_throttling_slows_down_and_time_mends_it(clock: Clock) -> None:
    pacer = Pacer(10, clock)
    pacer.throttled()
    slow = pacer.rate
    assert slow < 10
    assert not may(pacer)
    clock.now += 0.5
    pacer.throttled()
    assert pacer.rate < slow
    clock.now += 60
    assert pacer.rate == 10


def test_calls_throttled_together_slow_down_as_one_does(clock: Clock) -> None:
    one, many = Pacer(10, clock), Pacer(10, clock)
    one.throttled()
    for _ in range(50):
        many.throttled()
    assert many.rate == one.rate


@pytest.mark.parametrize(("ours", "theirs"), [(10, 10), (25, 10), (10, 5)])
def test_a_quota_is_found_and_followed(clock: Clock, ours: float, theirs: float) -> None:
    """Two minutes of more demand than quota, of which the first half is for finding it."""
    pacer, tokens, calls, served = Pacer(ours, clock), 0.0, 0, 0
    for step in range(24_000):
        clock.now += 0.005
        tokens = min(theirs, tokens + 0.005 * theirs)
        for _ in range(calls_at_once(pacer)):
            calls += step >= 12_000
            if tokens < 1:
                pacer.throttled()
            else:
                tokens -= 1
                served += step >= 12_000
    assert served >= 0.95 * 60 * theirs
    assert calls <= 1.2 * served


def test_it_never_stops(clock: Clock) -> None:
    pacer = Pacer(10, clock)
    for _ in range(1000):
        pacer.throttled()
        clock.now += 1.01
    assert pacer.rate > 0.2
    clock.now += 5
    assert may(pacer)


def test_a_slow_pace_of_the_operators_own_is_not_made_faster(clock: Clock) -> None:
    pacer = Pacer(0.1, clock)
    pacer.throttled()
    assert pacer.rate <= 0.1


def test_throttling_at_random_does_not_bring_it_to_a_halt(clock: Clock) -> None:
    pacer, calls = Pacer(10, clock), 0
    for _ in range(24_000):
        clock.now += 0.005
        for _ in range(calls_at_once(pacer)):
            calls += 1
            if calls % 10 == 0:
                pacer.throttled()
    assert calls / 120 > 5


def test_whoever_would_wait_too_long_is_refused_at_once_and_told_when_to_return(clock: Clock) -> None:
    pacer = Pacer(0.1, clock)
    pacer.wait(0)
    with pytest.raises(EngineThrottled) as refusal:
        pacer.wait(9.9)
    assert refusal.value.retry_after == pytest.approx(10)


def waiting(pacer: Pacer, patience: float, done: Callable[[str], None], again: bool = False) -> threading.Thread:
    """A thread that stands in the line by the time this returns."""

    def stand() -> None:
        try:
            pacer.wait(patience, again)
            done("called")
        except EngineThrottled:
            done("refused")

    before, thread = pacer.waiting, threading.Thread(target=stand, daemon=True)
    thread.start()
    while pacer.waiting == before:
        time.sleep(0.001)
    return thread


def test_first_come_first_served_and_retries_before_them() -> None:
    pacer = Pacer(10)
    pacer.wait(0)
    pacer.wait(0)
    order: list[str] = []
    threads = [waiting(pacer, 30, lambda _, name=name: order.append(name)) for name in "abc"]
    threads.append(waiting(pacer, 30, lambda _: order.append("retry"), again=True))
    for thread in threads:
        thread.join(30)
    assert order == ["retry", "a", "b", "c"]


def test_a_slower_pace_refuses_those_for_whom_it_is_now_too_late(clock: Clock) -> None:
    pacer = Pacer(1, clock)
    pacer.wait(0)
    outcomes: dict[str, str] = {}
    threads = [
        waiting(pacer, patience, lambda outcome, name=name: outcomes.update({name: outcome}))
        for name, patience in (("patient", 100), ("hasty", 2.3), ("patient too", 100))
    ]
    pacer.throttled()
    threads[1].join(30)
    assert outcomes == {"hasty": "refused"}
    assert pacer.waiting == 2
    clock.now += 10
    for thread in (threads[0], threads[2]):
        clock.now += 10
        thread.join(30)
    assert outcomes == {"patient": "called", "hasty": "refused", "patient too": "called"}


def test_many_threads_are_all_served_at_the_rate() -> None:
    pacer, done = Pacer(100), []
    threads = [threading.Thread(target=lambda: done.append(pacer.wait(30))) for _ in range(60)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(done) == 60
    assert time.monotonic() - started >= (60 - 20) / 100 - 0.001
    assert pacer.waiting == 0


def test_owners_take_turns() -> None:
    pacer, order, threads = Pacer(5), [], []
    while may(pacer):
        pass

    def call(owner: str) -> None:
        pacer.wait(30, owner=owner)
        order.append(owner)

    for owner in ["long", "long", "long", "long", "short"]:
        threads.append(threading.Thread(target=call, args=(owner,)))
        threads[-1].start()
        while pacer.waiting + len(order) < len(threads):
            time.sleep(0.001)
    for thread in threads:
        thread.join(30)
    assert sorted(order) == ["long"] * 4 + ["short"]
    assert order.index("short") <= 2  # and not behind all of the others
