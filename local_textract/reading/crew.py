"""Hands for a page: the CPUs that no other page uses help to read its runs of text.

Never are more threads at work than there are CPUs, as far as pages themselves keep to that: a page that begins takes
the place of a helper, which leaves after the run of text that it has in hand.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Crew:
    """`size` threads at most, pages' own included."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._pages = 0
        self._helpers = 0
        self._changed = threading.Condition()
        self._threads = ThreadPoolExecutor(max(1, size - 1), "reader")

    @contextmanager
    def page(self) -> Iterator[None]:
        """Around the work on a page, on its own thread."""
        with self._changed:
            self._pages += 1
            while self._helpers and self._pages + self._helpers > self._size:
                self._changed.wait()
        try:
            yield
        finally:
            with self._changed:
                self._pages -= 1

    def each(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """What `work` makes of each of `items`. The first error ends the work and is raised."""
        waiting = deque(enumerate(items))
        done: dict[int, Result] = {}

        def take() -> bool:
            """Do one of the items; False when there are none."""
            try:
                number, item = waiting.popleft()
            except IndexError:
                return False
            try:
                done[number] = work(item)
            except BaseException:
                waiting.clear()
                raise
            return True

        helpers: list[Future[None]] = []
        try:
            while waiting:
                if len(waiting) > 1 and self._enter():
                    helpers.append(self._threads.submit(self._help, take))
                take()
        finally:
            for helper in helpers:
                helper.exception()  # waits for it
        for helper in helpers:
            helper.result()
        return [done[number] for number in range(len(items))]

    def _help(self, take: Callable[[], bool]) -> None:
        try:
            while not self._is_wanted_elsewhere() and take():
                pass
        finally:
            with self._changed:
                self._helpers -= 1
                self._changed.notify_all()

    def _enter(self) -> bool:
        with self._changed:
            free = self._pages + self._helpers < self._size
            self._helpers += free
            return free

    def _is_wanted_elsewhere(self) -> bool:
        with self._changed:
            return self._pages + self._helpers > self._size
