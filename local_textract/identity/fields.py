"""The printed fields of an identity document: a value behind or below its label, or behind the number of its field."""

import re
import unicodedata
from collections.abc import Sequence

from local_textract.identity.model import Identity
from local_textract.identity.vocabulary import CARD, LABELS, LICENCE, NUMBERED, PASSPORT, STATES
from local_textract.page.findings import Line, Word
from printed.dates import dates, days_come_first

_DATES = ("DATE_OF_BIRTH", "DATE_OF_ISSUE", "EXPIRATION_DATE")
_NEAR = 2.6  # a value below its label, in heights of the label
_SURE = 92.0
_ADDRESS = re.compile(r"^(?P<city>[^\d,]+?),?\s+(?P<state>[A-Z]{2}),?\s+(?P<zip>\d{5}(?:-\d{4})?)$")
_NUMBER = re.compile(r"^(4 ?[a-d]|9 ?a|1[0-9]|[1-9])\.?$", re.IGNORECASE)
_APART = re.compile(r"\b(\d{2}) (\d{2}) (\d{4})\b")
_PLACE = re.compile(r"[^\W\d_]{3}[^\d]*")
_SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV"})


_PLAIN = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae"})


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9#]+", " ", letters).split())


def read_fields(lines: Sequence[Line], identity: Identity) -> None:
    """Fill `identity` with what stands on the page."""
    days_first = days_come_first([line.text for line in lines], default=not _american(lines))
    for line in lines:
        for kind, words in _labelled(line, lines):
            _put(identity, kind, words, days_first)
    _put_address(identity, lines)
    _put_kind(identity, lines)
    _put_state(identity, lines)


def _american(lines: Sequence[Line]) -> bool:
    return any(_ADDRESS.match(_without_number(line.text)) for line in lines) or any(
        line.text.strip().upper() in STATES.values() for line in lines
    )


def _labelled(line: Line, lines: Sequence[Line]) -> list[tuple[str, list[Word]]]:
    """Types with the words that say them, by the labels in a line."""
    found: list[tuple[str, list[Word]]] = []
    labels = _labels_in(line.words)
    for number, (kind, start, end) in enumerate(labels):
        until = labels[number + 1][1] if number + 1 < len(labels) else len(line.words)
        rest = [word for word in line.words[end:until] if folded(word.text)]
        label = line.words[start:end]
        if not rest and kind and _bare(label):
            rest = _beside(line, lines)
        if not rest:
            rest = _below(label, line, lines)
        if kind and rest:
            found.append((kind, rest))
    return found


def _bare(label: Sequence[Word]) -> bool:
    return len(label) == 1 and bool(_NUMBER.match(label[0].text))


def _labels_in(words: Sequence[Word]) -> list[tuple[str, int, int]]:
    """`(type, first word, word behind)` of each label in a run of words."""
    found: list[tuple[str, int, int]] = []
    place = 0
    while place < len(words):
        text = folded(" ".join(word.text for word in words[place:]))
        match = next(((kind, hit) for kind, pattern in LABELS if (hit := pattern.match(text))), None)
        begins = place == 0 or words[place - 1].text.endswith((":", "/")) or bool(found)
        if match is not None and begins:
            kind, hit = match
            end = place
            while end < len(words) and len(folded(" ".join(word.text for word in words[place:end]))) < hit.end():
                end += 1
            while end < len(words) and words[end].text.startswith("/"):  # the same in another language
                end += _translated(words[end:])
            found.append((kind, place, end))
            place = max(end, place + 1)
            continue
        number = _NUMBER.match(words[place].text)
        if number and place == 0 and not _is_day(words):
            found.append((NUMBERED.get(number[1].casefold().replace(" ", ""), ""), place, place + 1))
        place += 1
    return found


def _is_day(words: Sequence[Word]) -> bool:
    """Whether a number at a run's beginning is of a date, and not of the field that has a date behind it."""
    return bool(dates(_text(words))) and not dates(_text(words[1:]))


def _text(words: Sequence[Word]) -> str:
    """Words with the blanks of `02 01 1980` made points."""
    return _APART.sub(r"\1.\2.\3", " ".join(word.text for word in words))


def _translated(words: Sequence[Word]) -> int:
    """How many words go with a slash: the label again in other languages, in small letters mostly."""
    count = 1
    while count < len(words) and (
        words[count].text.islower() or words[count].text.istitle() or words[count].text == "/"
    ):
        count += 1
    return count


def _beside(line: Line, lines: Sequence[Line]) -> list[Word]:
    row = [
        other
        for other in lines
        if other is not line
        and other.box.left >= line.box.right - 2
        and min(other.box.bottom, line.box.bottom) - max(other.box.top, line.box.top) > 0.5 * line.box.height
    ]
    return min(row, key=lambda other: other.box.left).words if row else []


def _below(label: Sequence[Word], line: Line, lines: Sequence[Line]) -> list[Word]:
    """The nearest run below a label that begins about where it does and is no label itself."""
    left, right, bottom = label[0].box.left, label[-1].box.right, label[0].box.bottom
    height = label[0].box.height
    near = [
        (other.box.top, words)
        for other in lines
        if other is not line and -0.3 * height < other.box.top - bottom < _NEAR * height
        for words in [_starting(other, left - 1.2 * height, max(right, left + 3 * height))]
        if words
    ]
    if not near:
        return []
    words = min(near, key=lambda each: each[0])[1]
    return [] if _is_label(words) else words


def _starting(line: Line, low: float, high: float) -> list[Word]:
    """The words of a run from the one that begins between two edges, up to a gap."""
    start = next((n for n, word in enumerate(line.words) if low <= word.box.left <= high), None)
    if start is None:
        return []
    words = [line.words[start]]
    for word in line.words[start + 1 :]:
        if word.box.left - words[-1].box.right > 1.5 * word.box.height:
            break
        words.append(word)
    return words


def _is_label(words: Sequence[Word]) -> bool:
    text = folded(" ".join(word.text for word in words))
    return any((hit := pattern.match(text)) and hit.end() >= 0.6 * len(text) for _, pattern in LABELS)


def _put(identity: Identity, kind: str, words: Sequence[Word], days_first: bool) -> None:
    text = " ".join(word.text for word in words).strip(" :")
    pointed = _APART.sub(r"\1.\2.\3", text)
    confidence = min(_SURE, sum(word.confidence for word in words) / len(words))
    if kind in _DATES:
        found = dates(pointed)
        if found:
            printed = found[0]
            identity.put(kind, text[printed.start : printed.end].strip(), confidence, printed.day(days_first))
            place = text[printed.end :].strip(" ,;")
            if kind == "DATE_OF_BIRTH" and _PLACE.fullmatch(place):  # as European licences have it in their third field
                identity.put("PLACE_OF_BIRTH", place, confidence)
        return
    if kind == "DOCUMENT_NUMBER":
        number = next((each for each in text.split() if any(c.isdigit() for c in each) and len(each) > 4), None)
        if number is None or dates(text):
            return
        text = text if all(len(part) > 1 for part in text.split()) and len(text.split()) < 4 else number
    if kind in {"FIRST_NAME", "LAST_NAME"}:
        if any(letter.isdigit() for letter in text) or "<" in text:
            return
        text, suffix = _without_suffix(_without_accents(text))
        identity.put("SUFFIX", suffix, confidence)
    if kind == "ADDRESS":
        text = _without_number(text)
    identity.put(kind, text, confidence)


def _without_accents(text: str) -> str:
    """As Textract gives names."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _without_suffix(text: str) -> tuple[str, str]:
    head, _, last = text.rpartition(" ")
    return (head.rstrip(","), last) if head and last.strip(".").upper() in _SUFFIXES else (text, "")


def _without_number(text: str) -> str:
    return re.sub(r"^8\.?\s+(?=\d|\w)", "", text)


def _put_address(identity: Identity, lines: Sequence[Line]) -> None:
    """City, state and postal code of an American address, and the street above them."""
    for line in lines:
        match = _ADDRESS.match(_without_number(line.text).upper().strip())
        if match is None or match["state"] not in STATES:
            continue
        sure = min(_SURE, line.confidence)
        identity.put("CITY_IN_ADDRESS", match["city"].strip(), sure)
        identity.put("STATE_IN_ADDRESS", match["state"], sure)
        identity.put("ZIP_CODE_IN_ADDRESS", match["zip"], sure)
        above = [other for other in lines if 0 < line.box.top - other.box.top < 3 * line.box.height]
        above = [other for other in above if abs(other.box.left - line.box.left) < 4 * line.box.height]
        if above:
            street = max(above, key=lambda other: other.box.top)
            text = _without_number(street.text)
            if re.match(r"\d+\s+\w", text):
                identity.put("ADDRESS", text, sure)
        return


def _put_kind(identity: Identity, lines: Sequence[Line]) -> None:
    text = folded(" ".join(line.text for line in lines))
    if PASSPORT.search(text):
        kind = "PASSPORT"
    elif LICENCE.search(text):
        kind = "DRIVER LICENSE FRONT"
    elif CARD.search(text):
        kind = "ID CARD"
    else:
        kind = "UNKNOWN"
    identity.put("ID_TYPE", kind, _SURE if kind != "UNKNOWN" else 60.0)


def _put_state(identity: Identity, lines: Sequence[Line]) -> None:
    if identity["ID_TYPE"].text == "PASSPORT":
        return
    names = [name for name in STATES.values() for line in lines if re.search(rf"\b{name}\b", line.text.upper())]
    if names:
        identity.put("STATE_NAME", max(names, key=len), _SURE)
    elif identity["STATE_IN_ADDRESS"].text in STATES:
        identity.put("STATE_NAME", STATES[identity["STATE_IN_ADDRESS"].text], 75.0)
