"""One fault never takes the page: what a piece of the work raises is noted, and the page goes on without that piece."""

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local_textract.errors import Stopped

log = logging.getLogger(__name__)

_MEANING = {
    "text": "Some of the text could not be read",
    "orientation": "Which way up the page is could not be found out",
    "text_layer": "The text layer could not be checked, so the page was read as a picture",
    "check_boxes": "Check boxes could not be looked for",
    "tables": "Tables could not be looked for",
    "key_values": "Key-value pairs could not be looked for",
    "signatures": "Signatures could not be looked for",
    "signed_fields": "Signatures could not be put into their fields",
    "layout": "The layout could not be found",
}


class Faults:
    """The faults of one page. `on_fault` is told where each was: one of a few names."""

    def __init__(self, on_fault: Callable[[str], None] = lambda where: None) -> None:
        self._on_fault = on_fault
        self._found: Counter[str] = Counter()

    @contextmanager
    def contained(self, where: str) -> Iterator[None]:
        """What the block raises ends here, but for Stopped. `where` is one of the names that have a meaning."""
        meaning = _MEANING[where]
        try:
            yield
        except Stopped:
            raise
        except Exception as error:
            # The exception's own words may hold the document's: its kind and place say enough.
            log.error("%s: %s at %s", meaning, type(error).__name__, _place(error))
            self._found[where] += 1
            self._on_fault(where)

    def warnings(self) -> list[str]:
        """A line for the client about each kind of fault."""
        return [
            f"{_MEANING[where]}: the engine failed" + (f" ({count} times)." if count > 1 else ".")
            for where, count in self._found.items()
        ]


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[::-1])
