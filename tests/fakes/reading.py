"""The embedded engine reads a document once, however many services of a run of tests ask for it."""

import hashlib
from copy import deepcopy

import pytest

from document_analysis.engines.contract import PageAnswer, PageCall
from document_analysis.engines.local import LocalEngine
from document_analysis.limits.deadlines import Deadline

_read: dict[str, PageAnswer] = {}


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what is made of an answer: that the same page gives the same one is tested with the engine."""
    ask = LocalEngine._ask

    def remembered(self: LocalEngine, call: PageCall, deadline: Deadline) -> PageAnswer:
        key = hashlib.sha256(repr((call.operation.name, sorted(call.arguments().items()))).encode()).hexdigest()
        if key not in _read:
            _read[key] = ask(self, call, deadline)
        return deepcopy(_read[key])

    monkeypatch.setattr(LocalEngine, "_ask", remembered)
