"""Places, memory, deadlines; pages of different documents take turns."""

import threading
import time

import pytest

from document_analysis.errors import DeadlineExceeded, QueueFull, ShuttingDown
from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.gates import Gate, turn
from document_analysis.limits.page_pool import PagePool
from tests.waiting import wait_until


def later() -> Deadline:
    return Deadline.after(30)


def in_thread(work) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_full_queue_is_refused_at_once_with_a_time_to_come_back():
    gate = Gate(1, max_waiting=0)
    with gate.hold(later()), pytest.raises(QueueFull) as caught, gate.hold(later()):
        pass
    assert caught.value.retry_after >= 1
    with gate.hold(later()):
        assert gate.taken == 1
    assert gate.taken == 0


def test_who_is_refused_is_told_to_come_back_when_the_queue_may_be_over():
    gate = Gate(2, max_waiting=4)
    with gate.hold(later(), 2):
        threads = [in_thread(lambda: gate.take(later())()) for _ in range(4)]
        wait_until(lambda: gate.waiting == 4)
        with pytest.raises(QueueFull) as caught, gate.hold(later()):
            pass
    assert caught.value.retry_after == 3
    for thread in threads:
        thread.join(10)


def test_who_waits_is_let_in_in_order():
    gate, order, threads = Gate(1, 10), [], []

    def work(number: int) -> None:
        with gate.hold(later()):
            order.append(number)

    with gate.hold(later()):
        for number in range(5):
            threads.append(in_thread(lambda number=number: work(number)))
            wait_until(lambda number=number: gate.waiting == number + 1)
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4]
    assert (gate.taken, gate.waiting) == (0, 0)


def test_waiting_ends_at_the_deadline_and_leaves_the_line():
    gate = Gate(1, 10)
    with gate.hold(later()):
        with pytest.raises(DeadlineExceeded), gate.hold(Deadline.after(0.02)):
            pass
        assert gate.waiting == 0
    with gate.hold(later()):
        pass


def test_one_that_gives_up_does_not_block_those_behind_it():
    gate, got = Gate(4, 10), []

    def large() -> None:
        with pytest.raises(DeadlineExceeded), gate.hold(Deadline.after(0.1), 4):
            pass

    def small() -> None:
        with gate.hold(later(), 1):
            got.append("small")

    with gate.hold(later(), 2):
        first = in_thread(large)
        wait_until(lambda: gate.waiting == 1)
        second = in_thread(small)
        first.join(10)
        second.join(10)
    assert got == ["small"]
    assert gate.taken == 0


def test_more_than_everything_is_let_in_alone():
    gate = Gate(10)
    with gate.hold(later(), 1000):
        assert gate.taken == 10


def test_a_closed_gate_lets_nobody_in():
    gate, outcome = Gate(1, 10), []

    def work() -> None:
        try:
            with gate.hold(later()):
                outcome.append("in")
        except ShuttingDown:
            outcome.append("told")

    with gate.hold(later()):
        thread = in_thread(work)
        wait_until(lambda: gate.waiting == 1)
        gate.close()
        thread.join(10)
    assert outcome == ["told"]
    with pytest.raises(ShuttingDown), gate.hold(later()):
        pass


def test_documents_take_turns():
    pool, order, begun, go = PagePool(workers=1, per_owner=8), [], threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go.wait(10)

    done = threading.Semaphore(0)

    def page(name: str) -> None:
        order.append(name)
        done.release()

    pool.submit("first", first)
    begun.wait(10)
    for number in range(3):
        pool.submit("long", lambda number=number: page(f"long {number}"))
    pool.submit("short", lambda: page("short"))
    go.set()
    for _ in range(4):
        assert done.acquire(timeout=10)
    assert order == ["long 0", "short", "long 1", "long 2"]


class Patient:
    """An owner for whose pages nobody waits."""

    patient = True


def test_pages_that_nobody_waits_for_leave_a_thread_and_come_last():
    pool, go, order, done = PagePool(workers=2, per_owner=8), threading.Event(), [], threading.Semaphore(0)

    def page(name: str, wait: bool = False) -> None:
        order.append(name)
        if wait:
            go.wait(10)
        done.release()

    job = Patient()
    for number in range(3):
        pool.submit(job, lambda number=number: page(f"job {number}", wait=number == 0))
    wait_until(lambda: order == ["job 0"])
    for _ in range(2):
        pool.submit("request", lambda: page("request"))
    for _ in range(2):
        assert done.acquire(timeout=10)
    assert order == ["job 0", "request", "request"], "the second thread is not for the job"
    go.set()
    for _ in range(3):
        assert done.acquire(timeout=10)
    assert order[3:] == ["job 1", "job 2"]


def test_a_document_has_at_most_so_many_pages_at_work():
    pool, lock, running, most = PagePool(workers=6, per_owner=2), threading.Lock(), [0], [0]
    done = threading.Semaphore(0)

    def page() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        threading.Event().wait(0.01)
        with lock:
            running[0] -= 1
        done.release()

    for _ in range(12):
        pool.submit("one", page)
    for _ in range(12):
        assert done.acquire(timeout=10)
    assert most[0] == 2
    assert pool.queued == 0


def test_work_handed_in_at_once_runs_at_once():
    pool, barrier, done = PagePool(workers=4, per_owner=8), threading.Barrier(4, timeout=10), threading.Semaphore(0)

    def page() -> None:
        barrier.wait()  # passes only when all four run together
        done.release()

    for _ in range(2):
        for number in range(4):
            pool.submit(number, page)
        for _ in range(4):
            assert done.acquire(timeout=10)


def test_a_deadline_says_when_it_has_passed():
    assert later().remaining() > 20
    past = Deadline.after(-1)
    assert past.expired
    assert past.remaining() == 0
    with pytest.raises(DeadlineExceeded):
        past.check()


def test_short_work_takes_turns_and_long_work_does_not_hold_them():
    at_it, release, done = [0], threading.Event(), threading.Semaphore(0)
    most = [0]

    def short() -> None:
        with turn(work=1, longest=10):
            at_it[0] += 1
            most[0] = max(most[0], at_it[0])
            release.wait(10)
            at_it[0] -= 1
        done.release()

    for _ in range(3):
        threading.Thread(target=short, daemon=True).start()
    with turn(work=11, longest=10):  # gets through while the others stand in line
        assert most[0] <= 1
    release.set()
    for _ in range(3):
        assert done.acquire(timeout=10)
    assert most[0] == 1


class TestUnitsWithoutABlock:
    def test_they_are_given_back_once_by_whoever(self):
        gate = Gate(2)
        give_back = gate.take(later())
        other = gate.take(later())
        for _ in range(3):
            give_back()
        assert gate.taken == 1
        other()
        assert gate.taken == 0

    def test_what_is_free_is_taken_at_once_or_not_at_all(self):
        gate = Gate(10)
        assert gate.try_take(7)
        assert not gate.try_take(4)
        assert gate.try_take(3)
        gate.give(10)
        gate.close()
        assert not gate.try_take(1)

    def test_nobody_is_overtaken(self):
        gate = Gate(10)
        assert gate.try_take(6)
        waiting = threading.Thread(target=lambda: gate.take(later(), 8))
        waiting.start()
        while not gate.waiting:
            time.sleep(0.01)
        assert not gate.try_take(1)
        gate.give(6)
        waiting.join(20)
        assert gate.taken == 8
