"""What every queue promises: a message is one worker's for a while, and comes again unless it was taken away."""

import threading
import time

import pytest

from document_analysis.errors import StoreFailed
from document_analysis.jobs.queue import Delivery, JobQueue, MemoryQueue
from document_analysis.jobs.sqs import SqsQueue, sqs_client
from tests.fakes.sqs import FakeSqs

LEASE_S = 1.0


@pytest.fixture(params=["memory", "sqs"])
def queue(request: pytest.FixtureRequest) -> JobQueue:
    if request.param == "memory":
        return MemoryQueue(lease_s=LEASE_S)
    fake_sqs: FakeSqs = request.getfixturevalue("fake_sqs")
    return SqsQueue(sqs_client(4), fake_sqs.queue(), lease_s=LEASE_S)


def received(queue: JobQueue, wait_s: float = 3) -> Delivery:
    """The next message, which must come."""
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        if delivery := queue.receive(0.2):
            return delivery
    raise AssertionError("no message came")


def test_a_message_comes_once_and_is_taken_away(queue: JobQueue) -> None:
    queue.send("one")
    delivery = received(queue)
    assert (delivery.body, delivery.attempt) == ("one", 1)
    assert queue.receive(0) is None
    delivery.done()
    delivery.done()
    time.sleep(LEASE_S + 0.2)
    assert queue.receive(0) is None


def test_it_comes_again_when_its_worker_is_gone(queue: JobQueue) -> None:
    queue.send("one")
    received(queue)
    again = received(queue)
    assert (again.body, again.attempt) == ("one", 2)


def test_a_worker_that_is_at_it_keeps_it(queue: JobQueue) -> None:
    queue.send("one")
    delivery = received(queue)
    for _ in range(4):
        time.sleep(LEASE_S / 2)
        delivery.extend()
    assert queue.receive(0) is None


def test_what_is_given_back_comes_at_once_or_later(queue: JobQueue) -> None:
    queue.send("one")
    received(queue).give_back()
    again = received(queue, LEASE_S / 2)
    again.give_back(1)
    assert queue.receive(0) is None
    assert received(queue).attempt == 3


def test_a_message_may_be_sent_for_later(queue: JobQueue) -> None:
    queue.send("later", delay_s=1)
    assert queue.receive(0) is None
    assert received(queue).body == "later"


def test_an_old_worker_takes_nothing_from_a_new_one(queue: JobQueue) -> None:
    queue.send("one")
    old = received(queue)
    new = received(queue)
    old.extend()
    assert new.attempt == 2
    new.done()
    old.done()
    time.sleep(LEASE_S + 0.2)
    assert queue.receive(0) is None


def test_an_old_worker_neither_ends_nor_prolongs_what_a_new_one_has() -> None:
    queue = MemoryQueue(lease_s=0.0)
    queue.send("one")
    old = received(queue)
    queue.lease_s = 60.0
    new = received(queue)
    old.done()
    new.give_back()
    assert received(queue).attempt == 3, "it was not the old one's to take away"
    new.give_back()
    assert queue.receive(0) is None, "nor the second one's to give back"


def test_two_workers_share_the_messages(queue: JobQueue) -> None:
    for number in range(10):
        queue.send(str(number))
    got: list[str] = []

    def work() -> None:
        while delivery := queue.receive(0):
            got.append(delivery.body)
            delivery.done()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [str(number) for number in range(10)]


def test_tells_how_many_wait(queue: JobQueue) -> None:
    assert queue.waiting() == 0
    for _ in range(3):
        queue.send("one")
    assert queue.waiting() == 3
    received(queue)
    assert queue.waiting() == 2


def test_says_that_it_can_be_used(queue: JobQueue) -> None:
    assert queue.ready() is None


def test_a_waiting_receiver_is_woken(queue: JobQueue) -> None:
    threading.Timer(0.2, queue.send, ["one"]).start()
    assert received(queue, 5).body == "one"


class TestSqs:
    def test_a_queue_that_is_not_there(self, fake_sqs: FakeSqs) -> None:
        queue = SqsQueue(sqs_client(1), fake_sqs.queue() + "-gone")
        assert "JOBS_QUEUE" in str(queue.ready())
        with pytest.raises(StoreFailed):
            queue.send("one")
        with pytest.raises(StoreFailed):
            queue.receive(0)
