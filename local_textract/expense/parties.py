"""Whose receipt or invoice it is and for whom: names, addresses, and the parts of addresses."""

import re
from collections.abc import Sequence
from dataclasses import replace

from local_textract.expense.addresses import (
    address_fields,
    is_address,
    is_last,
    is_postcode,
    lines_said,
    postcode,
    says_place,
)
from local_textract.expense.model import Field, Party, Said, part_of
from local_textract.expense.rows import Row
from local_textract.expense.vocabulary import (
    ATTENTION,
    COMPANY,
    COMPANY_ONLY,
    RECEIVERS,
    REGISTRATION,
    SALUTATIONS,
    SENDERS,
    TITLES,
    folded,
    kind_of_column,
    kind_of_text,
)
from local_textract.page.findings import Line, Word
from printed.amounts import CODES
from printed.dates import dates

_MOST_HEAD = 14  # rows
_NAMED, _GUESSED = 92.0, 75.0
_CODE = re.compile(r"^\(?[A-Z]{0,4}[-/.]?\d[A-Z0-9./-]*( ?- ?)?( ?[A-Z]{1,2})?\)?$")
# A company's number in brackets, and what follows it.
_NUMBERED = re.compile(r"\s*\((?=[^()]*\d{4}|(?:[^()]*\d){3}[^()]*-)[^()]*\)?.*$")
_LABELLED = re.compile(r"^\w{1,5}# ?\d")
_PARTED = re.compile(r"[,;·•|∙]$|^[·•|∙–—-]$")
_LARGE = 0.6  # of the largest line above: what is smaller says only what business it is
_BUSINESS = 2  # lines from the top
_LEGAL = re.compile(
    r"\b(sdn|bhd|s ?b|ltd|limited|inc|llc|llp|plc|corp|gmbh|kg|ag|sarl|sas|srl|spa|bv|nv|ab|oy|pte|pty)\b"
)


def party_fields(rows: Sequence[Row]) -> list[Field]:
    """The vendor's name and address, from the head of the page, and the receiver's, from below its label."""
    receivers, senders = _labelled_blocks(rows, RECEIVERS), _labelled_blocks(rows, SENDERS)
    taken = {id(line) for block in receivers for line in block}
    head = [line for line in _head(rows) if id(line) not in taken and not _is_label(line)]
    found = _party(senders[0], "VENDOR") if senders else _vendor(head)
    for block in receivers:
        found += _party(block, "RECEIVER")
    return [*found, *_elsewhere(rows, found), *_contacts(rows)]


def _is_label(line: Line) -> bool:
    label = folded(line.text.partition(":")[0])
    return bool(RECEIVERS.match(label) or SENDERS.match(label))


def _head(rows: Sequence[Row]) -> list[Line]:
    """The first run of each row from the top down to where the particulars begin."""
    lines: list[Line] = []
    for row in rows[:_MOST_HEAD]:
        head = folded(row.text)
        if (lines and row.money) or _heads(row):
            break
        first = _with_postcode(_without_title(row))
        if TITLES.match(head) and _named(lines):
            break
        begins = kind_of_text(head)
        if begins is not None and not begins[0].startswith("VENDOR") and begins[0] != "TAX_PAYER_ID" and _named(lines):
            break
        lines.append(first)
    return lines


def _without_title(row: Row) -> Row:
    """The runs of a row beside what says that it is an invoice."""
    if len(row.lines) > 1 and TITLES.match(folded(row.lines[0].text)):
        return Row(row.lines[1:])
    return row


def _with_postcode(row: Row) -> Line:
    """The first run of a row, with a postal code that stands a little apart from it."""
    first, *others = row.lines
    code = others[0] if others else None
    if code is None or len(code.words) > 1 or not is_postcode(code.text):
        return first
    if code.box.left - first.box.right > 4 * first.box.height:
        return first
    return Line([*first.words, *code.words], first.box.union(code.box), first.polygon, first.confidence)


def _named(lines: Sequence[Line]) -> bool:
    return sum(_is_plain(line) for line in lines) >= 2


def _is_plain(line: Line) -> bool:
    """Whether a line may be part of a name or an address."""
    plain = _NUMBERED.sub("", line.text)
    text = folded(plain)
    letters = sum(letter.isalpha() for letter in plain)
    if (letters < 3 and not (letters == 2 and postcode(line) == 0)) or TITLES.search(text) or REGISTRATION.search(text):
        return False
    if _LABELLED.search(plain) or plain.strip() in CODES:
        return False
    return (
        kind_of_text(text) is None
        and "@" not in plain
        and not dates(plain)
        and (not _CODE.match(plain) or letters == 2)
    )


def _vendor(lines: list[Line]) -> list[Field]:
    plain = [line for line in lines if _is_plain(line)]
    if not plain:
        return []
    name = _name(plain)
    if not name:
        return []
    named = any(COMPANY.search(folded(line.text)) for line in name)
    fields = _both(_name_said(name), "VENDOR", _NAMED if named else _GUESSED)
    address = _address(lines[lines.index(name[-1]) + 1 :])
    return fields + address_fields(address, "VENDOR")


def _name(plain: list[Line]) -> list[Line]:
    """The lines of the vendor's name: those that end in what companies are called, else the largest of the first."""
    for number, line in enumerate(plain[:6]):
        text = folded(line.text)
        # What a business is called says less than its legal form, and less the further down it stands.
        largest = max((_height(each) for each in plain[:number] if _is_capital(each)), default=0.0)
        is_large = _height(line) > _LARGE * largest
        business = number < _BUSINESS and is_large and "#" not in line.text and COMPANY.search(text)
        company = _LEGAL.search(text) or business
        if company and not is_address(line):
            first = number
            while first and _continues(plain[first - 1], plain[first]):
                first -= 1
            return plain[first : _end(plain, number)]
    plain = [line for line in plain if _is_capital(line)] or plain
    first_lines = plain[:3]
    height = max(_height(line) for line in first_lines)
    large = next(n for n, line in enumerate(first_lines) if _height(line) > 0.85 * height)
    return plain[large : _end(plain, large)]


def _is_capital(line: Line) -> bool:
    """Whether it may be a business's name at all: somebody's note above the print is none."""
    return any(letter.isupper() for letter in line.text)


def _end(plain: list[Line], last: int) -> int:
    """Behind the lines that a name goes on with: a place in brackets, or more of it where it has no legal form yet."""
    for line in plain[last + 1 : last + 2]:
        bracketed = line.text.startswith("(") and line.text.endswith(")") and not any(c.isdigit() for c in line.text)
        unfinished = not any(_LEGAL.search(folded(each.text)) for each in plain[: last + 1])
        more = unfinished and not any(c.isdigit() for c in line.text) and not says_place(line)
        if bracketed or (more and _continues(plain[last], line)):
            return last + 2
    return last + 1


def _continues(upper: Line, lower: Line) -> bool:
    """Whether two lines are one name: of one size and close to one another."""
    if is_address(upper) or upper.box.bottom < lower.box.top - 1.0 * lower.box.height:
        return False
    if COMPANY_ONLY.match(folded(lower.text)):
        return True
    alike = 0.8 < _height(upper) / max(_height(lower), 1.0) < 1.25
    return (
        alike
        and lower.box.top - upper.box.bottom < 0.6 * lower.box.height
        and upper.text.isupper() == lower.text.isupper()
    )


def _height(line: Line) -> float:
    return line.box.height


def _address(lines: Sequence[Line]) -> list[Line]:
    """The lines from the name down that an address is made of; empty where nothing says that they are one."""
    block: list[Line] = []
    for line in lines:
        if _CODE.match(line.text) and not block:
            continue
        if not _is_plain(line):
            if block:
                break
            continue
        if block and line.box.top - block[-1].box.bottom > _gap_after(block[-1]) * line.box.height:
            break
        if block and SALUTATIONS.match(folded(line.text)):
            break
        block.append(line)
        if is_last(line):
            break
    while block and not says_place(block[0]):
        block = block[1:]
    return block if any(is_address(line) or postcode(line) is not None for line in block) else []


def _gap_after(line: Line) -> float:
    """How far below a line of an address the next may stand, in heights: where it may end, less."""
    return 1.2 if postcode(line) is not None else 2.0


def _labelled_blocks(rows: Sequence[Row], labels: re.Pattern[str]) -> list[list[Line]]:
    """Runs below (or behind) labels such as `Bill to`, without those that only greet."""
    blocks = []
    for place, row in enumerate(rows):
        for line in row.lines:
            label, _, rest = line.text.partition(":")
            if not labels.match(folded(label)):
                continue
            below = rows[place + 1 : place + 8]
            block = _column_below(line, below, line.box.left)
            if folded(rest):
                count = sum(len(folded(word.text)) > 0 for word in line.words) - len(folded(rest).split())
                first = _rest(line, max(count, 1))
                block = [first, *(block or _column_below(line, below, first.box.left))]
            if block := _greeted(block):
                blocks.append(block)
    return blocks[:2]


def _greeted(block: list[Line]) -> list[Line]:
    """Without a first line that is no name: `Herrn`, `Firma`."""
    return block[1:] if len(block) > 1 and SALUTATIONS.match(folded(block[0].text)) else block


def _rest(line: Line, start: int) -> Line:
    words = line.words[start:] or line.words
    box = line.box._replace(left=words[0].box.left)
    return Line(words, box, line.polygon, line.confidence)


def _column_below(label: Line, rows: Sequence[Row], left: float) -> list[Line]:
    """The lines close below a label and one another that begin at `left`."""
    block: list[Line] = []
    bottom = label.box.bottom
    for row in rows:
        inside = [line for line in row.lines if abs(line.box.left - left) < 2 * label.box.height]
        near = inside and inside[0].box.top - bottom <= 2 * label.box.height
        if not near or row.money or not _is_plain(inside[0]) or _heads(row):
            break
        block.append(inside[0])
        bottom = inside[0].box.bottom
    return block


def _heads(row: Row) -> bool:
    """Whether a row has the heads of the items' columns."""
    return sum(kind_of_column(folded(line.text)) is not None for line in row.lines) > 1


def _party(block: list[Line], party: Party) -> list[Field]:
    """A name and its address, as they are written on a letter."""
    address = _address(block[1:])
    whole = block if party == "RECEIVER" else ()
    return _both(lines_said(block[:1]), party, 85.0) + address_fields(address, party, whole=whole)


def _elsewhere(rows: Sequence[Row], known: Sequence[Field]) -> list[Field]:
    """Addresses that stand neither below the vendor's name nor below a label, of whoever has none yet.

    A whole address on one line is the sender's, in a head or a foot; one below a name is whom it is sent to.
    """
    used = {id(word) for each in known for word in each.value.words}
    lacking = {party for party in ("VENDOR", "RECEIVER") if not any(each.type == f"{party}_ADDRESS" for each in known)}
    found: list[Field] = []
    for place, row in enumerate(rows):
        for line in row.lines:
            if postcode(line) is None or row.money or any(id(word) in used for word in line.words):
                continue
            block = _greeted([*_column_above(line, rows[max(0, place - 6) : place], used), line])
            if len(block) == 1 and "VENDOR" in lacking and is_address(line) and _is_parted(line):
                named = any(each.type == "VENDOR_NAME" for each in known)
                found += address_fields(block, "VENDOR") if named else _signed(line)
                lacking.discard("VENDOR")
            elif len(block) > 2 and "RECEIVER" in lacking and not is_address(block[0]) and any(map(is_address, block)):
                found += _party(block, "RECEIVER")
                lacking.discard("RECEIVER")
    return found


def _is_parted(line: Line) -> bool:
    return sum(bool(_PARTED.search(word.text)) for word in line.words) > 1


def _signed(line: Line) -> list[Field]:
    """A sender's name and address on one line, parted by commas or dots."""
    count = next((n for n, word in enumerate(line.words, 1) if _PARTED.search(word.text)), len(line.words))
    name = [word for word in line.words[:count] if folded(word.text)]
    last = name[-1] if name else None
    if last is None or count == len(line.words) or any(c.isdigit() for word in name for c in word.text):
        return address_fields([line], "VENDOR")
    name[-1] = part_of(last, 0, len(_PARTED.sub("", last.text)))
    return _both(Said.of(name), "VENDOR", _GUESSED) + address_fields([_rest(line, count)], "VENDOR")


def _contacts(rows: Sequence[Row]) -> list[Field]:
    """Persons behind `Attn:`, in whose company's address they stand."""
    found: list[Field] = []
    for row in rows:
        for line in row.lines:
            label, colon, rest = line.text.partition(":")
            if colon and ATTENTION.match(folded(label)) and folded(rest):
                count = len(label.split())
                said, own = Said.of(line.words[count:] or line.words), Said.of(line.words[:count])
                found += [replace(each, label=own) for each in _both(said, "RECEIVER", 85.0)]
    return found


def _column_above(line: Line, rows: Sequence[Row], used: set[int]) -> list[Line]:
    """The lines close above one another that begin where `line` does."""
    block: list[Line] = []
    last = line
    for row in reversed(rows):
        inside = [each for each in row.lines if abs(each.box.left - line.box.left) < line.box.height]
        if not inside or last.box.top - inside[0].box.bottom > 1.2 * line.box.height:
            break
        if any(id(word) in used for word in inside[0].words) or not (_is_plain(inside[0]) or says_place(inside[0])):
            break
        block.insert(0, inside[0])
        last = inside[0]
    return block


def _both(said: Said, party: Party, confidence: float) -> list[Field]:
    """A name twice, as Textract says it: as the party's, and in its group."""
    return [Field(f"{party}_NAME", said, confidence), Field("NAME", said, confidence, party=party)]


def _name_said(lines: Sequence[Line]) -> Said:
    """The lines without the company's number behind its name."""
    rows = []
    for line in lines:
        length = len(_NUMBERED.sub("", line.text))
        kept: list[Word] = []
        start = 0
        for word in line.words:
            if start + len(word.text) <= length or not kept:
                kept.append(word)
            elif start < length:
                kept.append(replace(word, text=word.text[: length - start]))
            start += len(word.text) + 1
        rows.append(kept)
    return Said.of(*rows)
