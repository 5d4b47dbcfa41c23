"""Words that a hyphen at a line's end has cut in two. Blocks keep them as the engine gives them; text joins them."""

import re
from collections.abc import Collection, Iterable, Iterator

_CUT = re.compile(r"[^\W\d_]{2,}[-\u00ad]$")
_BEGINS = re.compile(r"[^\W\d_]+")
# After "pre-" at a line's end these go on with the sentence, not with the word.
_SUSPENDED = {"and", "or", "to", "und", "oder", "bis", "et", "ou", "e", "o", "y", "en", "of"}


def whole(first: str, second: str, known: Collection[str] = ()) -> str:
    """The word of which `first` ends a line and `second` begins the next; empty where they are two.

    A hyphen is kept where the word has another before it, or where `known` has the word so (in lower case).
    """
    begins = _BEGINS.match(second)
    if not _CUT.search(first) or not begins or not second[0].islower() or begins[0] in _SUSPENDED:
        return ""
    start = first[:-1]
    plain, kept = f"{start}{begins[0]}".lower(), f"{start}-{begins[0]}".lower()
    hyphen = "-" in start or (kept in known and plain not in known)
    return f"{start}-{second}" if hyphen else f"{start}{second}"


def joined(rows: Iterable[str], known: Collection[str] = ()) -> list[str]:
    """Rows of text, each word that goes on in the next row whole in the first. Rows with tabs (columns) stay."""
    found: list[str] = []
    for row in rows:
        rest = row
        if found and "\t" not in found[-1] and "\t" not in row:
            cut = found[-1].rstrip()
            before, _, last = cut.rpartition(" ")
            token, _, after = row.partition(" ")
            if word := whole(last, token, known):
                found[-1] = (f"{before} {word}" if before else word) + found[-1][len(cut) :]
                rest = after
        if rest:
            found.append(rest)
    return found


def words_of(texts: Iterable[str]) -> Iterator[str]:
    """The words of texts in lower case, without what stands about them, for `known`."""
    for text in texts:
        for word in text.lower().split():
            yield word.strip(".,;:!?()[]\"'")
