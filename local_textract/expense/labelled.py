"""Fields that are no amounts: dates, numbers and the like behind a label, and dates and telephones without one."""

import re
from collections.abc import Sequence

from local_textract.expense.model import Field, Said, part_of
from local_textract.expense.rows import Row
from local_textract.expense.vocabulary import NUMBER_WORDS, TITLES, folded, kind_of_amount, kind_of_text
from local_textract.page.findings import KeyValue, Line, Word
from printed.dates import dates

_SURE, _GUESSED = 95.0, 80.0
_URL = re.compile(
    r"^(https?://|www\.)\S+\.\w{2,}|^[\w-]+(\.[\w-]+)*\.(com|net|org|de|co\.\w\w|fr|it|es|nl|eu)(/\S*)?$", re.I
)
_PHONE = re.compile(r"\+?\(?\d[\d\s()./-]{6,}\d")
_ID = re.compile(r"(?=.*\d)[\w#/.:*-]{2,}")
_DATED = "_DATE"
_MOST_HEAD = 12  # rows in which a number that looks like a telephone's is one
_TIME = re.compile(r"^\d{1,2}:\d{2}(:\d{2})?([ap]m)?$", re.I)
_MOST_MORE = 3
_BARE = re.compile(r"(?:n[°ºo]|nr|num(?:ber|[eé]ro|mer)?|#)\.?\s*:?\s*", re.I)
_NEAR, _STRIP = 2.5, 6.0  # a value below its label, and below the heads of a strip, in heights of the label


def labelled_fields(rows: Sequence[Row]) -> list[Field]:
    """Texts behind or below a label that says what they are."""
    found: list[Field] = []
    for place, row in enumerate(rows):
        far = _STRIP if is_strip(row) else _NEAR
        for number, line in enumerate(row.lines):
            for label, kind, rest in _labels(line):
                below = () if row.money else rows[place + 1 : place + 3]
                value = _value(kind, rest, row.lines[number + 1 :], below, line, far)
                if value is not None:
                    found.append(Field(kind, value, _SURE, Said.of(label)))
    return found


def _labels(line: Line) -> list[tuple[list[Word], str, list[Word]]]:
    """`(label, type, what follows it in the run)`, for a label at the run's beginning and any further on."""
    found: list[tuple[list[Word], str, list[Word]]] = []
    start = 0
    words = line.words
    while start < len(words):
        if (kind := kind_of_text(folded(" ".join(word.text for word in words[start:])))) is not None:
            label, rest = _parted(words[start:], kind[1])
            if found:
                found[-1][2][len(found[-1][2]) - (len(words) - start) :] = []
            found.append((label, kind[0], rest))
            start += max(1, len(label))
            continue
        start += 1
    return found


def _parted(words: list[Word], length: int) -> tuple[list[Word], list[Word]]:
    """The words that make the label, to a colon that follows at once, and those behind. A word may hold both."""
    count = 0
    while count < len(words) and len(folded(" ".join(word.text for word in words[:count]))) < length:
        count += 1
    while count < len(words) and not folded(words[count].text):
        count += 1
    count += _to_colon(words[count:])
    label, rest = words[:count], words[count:]
    head, colon, tail = label[-1].text.partition(":") if label else ("", "", "")
    if colon and tail.strip() and folded(tail):
        rest = [part_of(label[-1], len(head) + 1, len(label[-1].text)), *rest]
    return label, rest


def _to_colon(words: Sequence[Word]) -> int:
    """How many words more are a label's: those up to a colon, where they are words alone (`Fällig am:`), or `Nr`."""
    for count, word in enumerate(words[:_MOST_MORE], 1):
        if any(letter.isdigit() for letter in word.text):
            break
        if word.text.endswith(":"):
            return count
    return sum(folded(word.text) in NUMBER_WORDS for word in words[:1])


def is_strip(row: Row) -> bool:
    """Whether a row is the heads of particulars, whose values stand in a row below them."""
    heads = [folded(line.text) for line in row.lines]
    return sum(kind_of_text(head) is not None or kind_of_amount(head) is not None for head in heads) > 2


def _value(
    kind: str, rest: list[Word], beside: Sequence[Line], below: Sequence[Row], line: Line, far: float
) -> Said | None:
    candidates = [rest, *([beside[0].words] if beside else []), *_under(line, below, far)]
    for words in candidates:
        if chosen := _fitting(kind, words):
            return Said.of(chosen)
        if folded(" ".join(word.text for word in words)):
            if words is not rest and kind != "PAYMENT_TERMS" and kind_of_text(folded(" ".join(w.text for w in words))):
                continue
            if words is rest:
                return None
    return None


def _under(line: Line, rows: Sequence[Row], far: float) -> list[list[Word]]:
    """What stands below a label and begins where it does, or is centred under it."""
    found = []
    for row in rows:
        if row.box.top - line.box.bottom > far * line.box.height:
            break
        for other in row.lines:
            shared = min(line.box.right, other.box.right) - max(line.box.left, other.box.left)
            if abs(other.box.left - line.box.left) < line.box.height or shared > 0.6 * min(
                line.box.width, other.box.width
            ):
                found.append(other.words)
    return found


def _fitting(kind: str, words: list[Word]) -> list[Word]:
    """The words of a run that are such a value."""
    while words and not folded(words[0].text):
        words = words[1:]
    if not words:
        return []
    if kind.endswith(_DATED):
        return date_words(words)
    if kind == "VENDOR_PHONE":
        return _phone_words(words)
    if kind == "PAYMENT_TERMS":
        return words
    chosen: list[Word] = []
    for word in words[:5]:
        if len(chosen) > 2 and not word.text.isdigit():
            break
        prefix = not chosen and word.text.isupper() and len(word.text) <= 4
        short = chosen and word.text.isalnum() and len(word.text) < 8
        if not _ID.fullmatch(word.text.strip("(),;")) and not prefix and not short:
            break
        if _TIME.match(word.text) or dates(word.text):
            break
        chosen.append(word)
    return chosen if any(letter.isdigit() for word in chosen for letter in word.text) else []


def date_words(words: Sequence[Word]) -> list[Word]:
    """The words that the first date in a run is made of; a weekday before it belongs to it."""
    text, starts = "", []
    for word in words:
        starts.append(len(text))
        text += word.text + " "
    for found in dates(text):
        touched = [
            n for n, start in enumerate(starts) if start < found.end and start + len(words[n].text) > found.start
        ]
        first = touched[0]
        if first and words[first - 1].text.endswith("day,"):
            touched.insert(0, first - 1)
        chosen = [words[n] for n in touched]
        if len(chosen) == 1 and found.end - found.start < len(chosen[0].text):  # a time clings to it
            offset = found.start - starts[first]
            chosen = [part_of(chosen[0], max(offset, 0), found.end - starts[first])]
        return chosen
    return []


def _phone_words(words: list[Word]) -> list[Word]:
    chosen: list[Word] = []
    for word in words:
        if not re.fullmatch(r"[-+\d()./]+[A-Z\d-]*", word.text):
            break
        chosen.append(word)
    return chosen if sum(letter.isdigit() for word in chosen for letter in word.text) >= 6 else []


def unlabelled_fields(rows: Sequence[Row], known: Sequence[Field]) -> list[Field]:
    """Dates anywhere, addresses on the web and telephones of the head, where no label has led to them."""
    typed = [each for each in known if each.type != "OTHER"]
    used = {id(word) for each in typed for word in each.value.words}
    places = [each.value.box for each in typed]
    found: list[Field] = []
    dated = any(each.type == "INVOICE_RECEIPT_DATE" for each in known)
    phoned = any(each.type == "VENDOR_PHONE" for each in known)
    if not any(each.type == "INVOICE_RECEIPT_ID" for each in known):
        found += _bare_number(rows)
    for place, row in enumerate(rows):
        for line in row.lines:
            words = [word for word in line.words if id(word) not in used]
            if not words or any(place.intersection(line.box) > 0.2 * line.box.area for place in places):
                continue
            if not dated and (day := date_words(words)):
                found.append(Field("INVOICE_RECEIPT_DATE", Said.of(day), _GUESSED))
                continue
            found += [Field("VENDOR_URL", Said.of([word]), _SURE) for word in words if _URL.match(word.text)]
            if not phoned and place < _MOST_HEAD and _is_phone(line.text.strip()):
                found.append(Field("VENDOR_PHONE", Said.of(words), _GUESSED))
    return found


def _bare_number(rows: Sequence[Row]) -> list[Field]:
    """The number behind a mere `N°:`, below or beside what says that it is an invoice."""
    titled = False
    for row in rows[:_MOST_HEAD]:
        titled = titled or any(TITLES.match(folded(line.text)) for line in row.lines)
        for line in row.lines if titled else ():
            match = _BARE.match(line.text)
            count = len(match[0].split()) if match else 0
            if match and (value := _fitting("INVOICE_RECEIPT_ID", line.words[count:])):
                return [Field("INVOICE_RECEIPT_ID", Said.of(value), _GUESSED, Said.of(line.words[:count]))]
    return []


def _is_phone(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return bool(_PHONE.fullmatch(text) and re.search(r"[- ()]", text)) and 8 <= digits <= 13 and not dates(text)


def pair_fields(pairs: Sequence[KeyValue], known: Sequence[Field]) -> list[Field]:
    """The key–value pairs of the page that have become nothing else; of a type where their key says so."""
    used = {id(word) for each in known for said in (each.value, each.label) if said for word in said.words}
    found = []
    for pair in pairs:
        if not pair.value or pair.selection_elements:
            continue
        words = [*pair.key, *pair.value]
        if sum(id(word) in used for word in words) * 3 > len(words):
            continue
        key = folded(" ".join(word.text for word in pair.key))
        named = kind_of_text(key)
        fitting = _fitting(named[0], pair.value) if named is not None and named[1] >= len(key) - 1 else []
        kind = named[0] if fitting and named is not None else "OTHER"
        found.append(Field(kind, Said.of(fitting or pair.value), pair.confidence, Said.of(pair.key)))
    return found
