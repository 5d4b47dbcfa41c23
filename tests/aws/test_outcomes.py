"""Readiness from recent outcomes."""

import pytest

from document_analysis.aws.outcomes import Outcomes


class World:
    """A dependency with a clock, whose check says `trouble` and counts how often it was asked."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.trouble: str | None = None
        self.asked = 0
        self.outcomes = Outcomes(self.check, lambda: self.now)

    def check(self) -> str | None:
        self.asked += 1
        return self.trouble


@pytest.fixture
def world() -> World:
    return World()


def test_with_no_calls_the_check_says(world: World) -> None:
    world.trouble = "no credentials"
    assert world.outcomes.trouble() == "no credentials"
    world.trouble = None
    assert world.outcomes.trouble() == "no credentials"
    world.now += 31
    assert world.outcomes.trouble() is None
    assert world.asked == 2


def test_a_recent_success_is_proof_enough(world: World) -> None:
    world.trouble = "no credentials"
    world.outcomes.succeeded()
    assert world.outcomes.trouble() is None
    world.now += 31
    assert world.outcomes.trouble() == "no credentials"


def test_several_failures_in_a_row_are_trouble_for_a_while(world: World) -> None:
    for _ in range(4):
        world.outcomes.failed("unreachable")
    assert world.outcomes.trouble() is None
    world.outcomes.failed("unreachable")
    assert world.outcomes.trouble() == "unreachable"
    world.now += 31
    assert world.outcomes.trouble() is None


def test_a_success_in_between_ends_the_row(world: World) -> None:
    for _ in range(3):
        for _ in range(4):
            world.outcomes.failed("unreachable")
        world.outcomes.succeeded()
    assert world.outcomes.trouble() is None
