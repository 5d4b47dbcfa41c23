"""How fast an engine with a quota is called: a token bucket that slows down when it is throttled, and recovers."""

import itertools
import math
import threading
import time
from collections import deque
from collections.abc import Callable

from document_analysis.errors import EngineThrottled
from document_analysis.limits.page_pool import is_patient

_BURST_S = 0.2
_SLOWER = 0.85
_SLOWER_AT_MOST_EVERY_S = 0.2
_ABOVE_ACCEPTED = 1.1
_FASTER = 0.02
_SLOWEST = 0.25
_MEMORY_S = 5.0
_DOUBT = 1.1


class Pacer:
    """At most `rate` calls a second, those of different owners in turn; a fifth of a second's calls may go at once.

    A throttled call makes it slower by 15 %, at most every fifth of a second, but never slower than 10 % above what the
    engine has accepted in the last seconds: less would gain nothing, were it short of quota or throttling at random.
    The pace grows by 2 % a second, and by 2 % more with each second since the last throttled call. So a quota below
    `rate` (one shared with others, say) is found within seconds, used wholly, and not called in vain much.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = rate
        self._rate = rate
        self._tokens = max(1.0, rate * _BURST_S)
        self._clock = clock
        self._counted_at = clock()
        self._throttled_at = self._slowed_at = self._counted_at - 1
        self._accepted = 0.0  # calls, each forgotten by and by
        self._lock = threading.Lock()
        self._line: deque[_Ticket] = deque()
        self._turns = {False: 0, True: 0}  # that are being served, of those who wait for an answer and of the patient
        self._last_turns: dict[object, int] = {}

    @property
    def rate(self) -> float:
        """Calls a second at present."""
        with self._lock:
            self._count()
            return self._rate

    @property
    def waiting(self) -> int:
        return len(self._line)

    def wait(self, patience: float, again: bool = False, owner: object = None) -> None:
        """Return when a call may be made. Raises EngineThrottled, at once where that would take `patience` seconds.

        Owners take turns in the line (start-time fair queuing: Goyal, Vin and Cheng, 1996), so that one with a hundred
        calls holds up nobody with one; patient owners stand behind all others. A call that is made `again` goes to the
        head of the line, where it was before.
        """
        with self._lock:
            self._count()
            if self._tokens >= 1 and (again or not self._line):
                self._take()
                return
            patient = is_patient(owner)
            ticket = _Ticket(self._lock, self._clock() + patience, self._turns[patient], patient)
            if again:
                self._line.appendleft(ticket)
            else:
                self._stand_in_turn(ticket, owner)
            try:
                ticket.refused = _DOUBT * self._seconds_until(self._place_of(ticket)) > patience
                self._stand(ticket)
            finally:
                self._line.remove(ticket)
                self._refuse_hopeless()
                if self._line:
                    self._line[0].changed.notify()
                else:
                    self._last_turns.clear()

    def throttled(self) -> None:
        """A call was refused for the quota: slow down, and refuse whoever would now wait too long."""
        with self._lock:
            self._count()
            self._accepted = max(0.0, self._accepted - 1)
            if self._counted_at - self._slowed_at >= _SLOWER_AT_MOST_EVERY_S:
                lowest = max(_SLOWEST, _ABOVE_ACCEPTED * self._accepted / _MEMORY_S)
                self._rate = min(self._rate, max(self._rate * _SLOWER, lowest))
                self._slowed_at = self._counted_at
                self._tokens = min(self._tokens, 0.0)  # what was saved up would be throttled too
            self._throttled_at = self._counted_at
            self._refuse_hopeless()

    def _stand_in_turn(self, ticket: "_Ticket", owner: object) -> None:
        """Put a ticket into the line: an owner's next turn is one behind its last, or the one being served."""
        ticket.turn = max(self._turns[ticket.patient], self._last_turns.get(owner, -1) + 1)
        self._last_turns[owner] = ticket.turn
        if len(self._last_turns) > 16 + 2 * len(self._line):  # most of them have long been served
            self._last_turns = {
                who: turn for who, turn in self._last_turns.items() if turn >= self._turns[is_patient(who)]
            }
        place = len(self._line)
        while place and self._line[place - 1].order > ticket.order:
            place -= 1
        self._line.insert(place, ticket)

    def _take(self) -> None:
        self._tokens -= 1
        self._accepted += 1  # until it is throttled

    def _place_of(self, ticket: "_Ticket") -> int:
        """1 is the head of the line; whoever is refused and about to leave does not count."""
        before = itertools.takewhile(lambda other: other is not ticket, self._line)
        return 1 + sum(not other.refused for other in before)

    def _stand(self, ticket: "_Ticket") -> None:
        while not ticket.refused:
            left = ticket.until - self._clock()
            if self._line[0] is ticket:
                self._count()
                if self._tokens >= 1:
                    self._turns[ticket.patient] = max(self._turns[ticket.patient], ticket.turn)
                    self._take()
                    return
                left = min(left, (1 - self._tokens) / self._rate)
            if ticket.until <= self._clock():
                break
            ticket.changed.wait(left)
        wait = self._seconds_until(len(self._line))
        raise EngineThrottled(
            cause=f"{len(self._line)} calls wait at {self._rate:.1f} a second", retry_after=min(max(wait, 1.0), 30.0)
        )

    def _seconds_until(self, place: int) -> float:
        """Until the one at this place of the line (1 is the head) may call, at the present rate."""
        return max(0.0, (place - self._tokens) / self._rate)

    def _refuse_hopeless(self) -> None:
        now, place = self._clock(), 1
        for ticket in self._line:
            if ticket.refused:
                continue
            if now + self._seconds_until(place) > ticket.until:
                ticket.refused = True
                ticket.changed.notify()
            else:
                place += 1

    def _count(self) -> None:
        """Tokens and rate as of now."""
        now = self._clock()
        passed = now - self._counted_at
        self._counted_at = now
        self._tokens = min(max(1.0, self._rate * _BURST_S), self._tokens + passed * self._rate)
        self._accepted *= math.exp(-passed / _MEMORY_S)
        quiet = now - self._throttled_at - passed / 2
        growth = min(10.0, passed * _FASTER * (1 + quiet))  # e to the tenth is as good as forever
        self._rate = min(self._most, self._rate * math.exp(growth))


class _Ticket:
    """A place in the line, kept until a moment."""

    __slots__ = ("changed", "patient", "refused", "turn", "until")

    def __init__(self, lock: threading.Lock, until: float, turn: int, patient: bool) -> None:
        self.turn = turn
        self.patient = patient
        self.changed = threading.Condition(lock)
        self.until = until
        self.refused = False

    @property
    def order(self) -> tuple[bool, int]:
        return self.patient, self.turn
