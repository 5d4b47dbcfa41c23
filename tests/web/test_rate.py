"""A window of time opens with a client's first request; what it may send in it, and when it ends."""

import pytest

from document_analysis.errors import RateLimited
from document_analysis.web import rate
from document_analysis.web.rate import RateLimit


@pytest.fixture
def clock(monkeypatch):
    """Sets the time that windows are measured by."""
    now = [1000.0]
    monkeypatch.setattr(rate.time, "monotonic", lambda: now[0])

    def to(seconds: float) -> None:
        now[0] = 1000.0 + seconds

    return to


def test_retry_after_is_when_the_window_ends(clock):
    limit = RateLimit("2/minute", 64)
    limit.count("a")
    clock(15)
    limit.count("a")
    for seconds, left in ((15, 45), (59.5, 1)):
        clock(seconds)
        with pytest.raises(RateLimited) as refused:
            limit.count("a")
        assert refused.value.retry_after == left
    clock(60)
    limit.count("a")
    limit.count("b")


def test_looking_does_not_count(clock):
    limit = RateLimit("1/hour", 64)
    for _ in range(3):
        limit.check("a")
    limit.count("a")
    with pytest.raises(RateLimited):
        limit.check("a")


def test_off_is_off():
    limit = RateLimit("off", 64)
    for _ in range(1000):
        limit.count("a")


def test_who_has_gone_is_forgotten(clock, monkeypatch):
    limit = RateLimit("1/second", 64)
    for number in range(100):
        limit.count(f"old {number}")
    clock(2)
    limit.count("new")
    assert len(limit._windows) == 1
    monkeypatch.setattr(rate, "MOST_CLIENTS", 10)
    for number in range(50):
        limit.count(f"many {number}")
    assert len(limit._windows) <= 11
