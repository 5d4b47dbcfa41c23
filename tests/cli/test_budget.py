"""What a run may spend: held back before a document is begun, given back where it was not spent."""

from pathlib import Path

from document_analysis.cli.budget import Budget
from document_analysis.cli.orders import Input, Outcome, Status, Step, Task

TASK = Task(Input(str(Path("a.png")), "a.png", "1"), "a.png")


def step(status: Status, usd: float = 0.0) -> Step:
    return lambda task: Outcome(task, status, usd=usd)


def not_begun(_: Task) -> Outcome:
    raise AssertionError("it was begun")


def test_what_is_left_does_not_pay_for_it() -> None:
    assert Budget(0.05).within(TASK, step("planned", 0.06), not_begun).status == "over_budget"


def test_what_was_not_spent_is_there_for_others() -> None:
    budget = Budget(0.1)
    for _ in range(3):  # kept results cost nothing
        assert budget.within(TASK, step("planned", 0.1), step("succeeded", 0.0)).done
    assert budget.within(TASK, step("planned", 0.1), step("partial", 0.06)).done
    assert budget.within(TASK, step("planned", 0.04), step("succeeded", 0.04)).done
    assert budget.within(TASK, step("planned", 0.01), not_begun).status == "over_budget"


def test_what_a_failed_one_may_have_cost_stays_held_back() -> None:
    budget = Budget(0.1)
    assert budget.within(TASK, step("planned", 0.1), step("failed")).status == "failed"
    assert budget.within(TASK, step("planned", 0.01), not_begun).status == "over_budget"


def test_what_cannot_be_planned_is_not_begun() -> None:
    assert Budget(1).within(TASK, step("failed"), not_begun).status == "failed"
