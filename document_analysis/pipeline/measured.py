"""A stored object whose bytes count against the memory for documents from the moment they are read."""

import threading
from contextlib import ExitStack

from document_analysis.limits.deadlines import Deadline
from document_analysis.limits.gates import Gate
from document_analysis.stores.contract import StoredObject


class Measured:
    """A `Source`: `stored`, whose bytes hold their share of `memory` until `stack` is closed.

    Whoever reads behind that (a page at work when its request gave up) holds nothing: nobody would let go of it.
    """

    def __init__(self, stored: StoredObject, memory: Gate, deadline: Deadline, stack: ExitStack) -> None:
        self.stored = stored
        self.size_bytes = stored.size_bytes
        self.head = stored.head
        self._memory, self._deadline, self._stack = memory, deadline, stack
        self._settled = stored.size_bytes <= len(stored.head)
        self._lock = threading.Lock()
        stack.callback(self._settle)

    def read(self) -> bytes:
        with self._lock:
            if not self._settled:
                self._stack.enter_context(self._memory.hold(self._deadline, self.size_bytes))
                self._settled = True
        return self.stored.read()

    def _settle(self) -> None:
        with self._lock:
            self._settled = True
