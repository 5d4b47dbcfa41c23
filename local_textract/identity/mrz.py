"""Machine-readable zones after ICAO Doc 9303: TD1 (3 × 30), TD2 (2 × 36), TD3 (2 × 44), with their check digits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

Kind = Literal["TD1", "TD2", "TD3"]
_SHAPES: dict[Kind, tuple[int, int]] = {"TD1": (3, 30), "TD2": (2, 36), "TD3": (2, 44)}
_WEIGHTS = (7, 3, 1)
_MOST_OFF = 3  # letters that a reader may lose of a line's fillers, or add to them
_FILLERS = str.maketrans({"«": "<", "‹": "<", "≤": "<", "く": "<", "(": "<", "{": "<", "[": "<", " ": ""})
_TO_DIGIT = str.maketrans({"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"})
_TO_LETTER = str.maketrans({"0": "O", "1": "I", "2": "Z", "5": "S", "8": "B", "6": "G"})
_ALIKE = {
    "0": "OQD", "O": "0Q", "1": "IL", "I": "1L", "2": "Z", "Z": "2", "5": "S", "S": "5", "8": "B", "B": "8", "6": "G",
    "G": "6", "Q": "0O", "D": "0", "L": "1",
}  # fmt: skip
_STRAY = re.compile(r"(?<=<<<)[A-Z](?=<)")  # a letter that a reader sees among fillers
_LINE = re.compile(r"[A-Z0-9<]{20,50}")


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone. `checked` says that all check digits agree, `number_checked` and the like which ones do."""

    kind: Kind
    lines: tuple[str, ...]
    document: str
    issuer: str
    surname: str
    given: str
    number: str
    nationality: str
    birth: date | None
    sex: str
    expiry: date | None
    checked: bool
    number_checked: bool
    birth_checked: bool
    expiry_checked: bool

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def find_zone(lines: Sequence[str], today: date | None = None) -> Zone | None:
    """The zone among the lines of a page, from the top down; None without one."""
    cleaned = [_STRAY.sub("<", line.upper().translate(_FILLERS)) for line in lines]
    candidates = [line for line in cleaned if _LINE.fullmatch(line) and "<" in line]
    found = []
    for kind, (count, width) in _SHAPES.items():
        for start in range(len(candidates) - count + 1):
            rows = [_fitted(line, width) for line in candidates[start : start + count]]
            if all(rows) and (zone := _zone(kind, [row for row in rows if row], today)) is not None:
                found.append(zone)
    return max(found, key=lambda zone: (zone.checked, zone.number_checked + zone.birth_checked), default=None)


def check_digit(text: str) -> str:
    """The check digit of `text`: digits count themselves, letters from 10, fillers nothing; weights 7, 3, 1."""
    total = sum(_value(letter) * _WEIGHTS[place % 3] for place, letter in enumerate(text))
    return str(total % 10)


def _value(letter: str) -> int:
    return 0 if letter == "<" else int(letter, 36)


def _fitted(line: str, width: int) -> str | None:
    """A line of this width. Fillers at the end, or in the longest run of them, may have been miscounted."""
    off = width - len(line)
    if off == 0:
        return line
    if abs(off) > _MOST_OFF:
        return None
    run = max(re.findall(r"<+", line), key=len, default="")
    if len(run) < 2 + max(0, -off):
        return None
    place = line.rindex(run)
    return line[:place] + "<" * (len(run) + off) + line[place + len(run) :]


def _zone(kind: Kind, rows: list[str], today: date | None) -> Zone | None:
    if kind == "TD1":
        first, second, names = rows
        code, issuer = first[:2], first[2:5]
        number, number_check = first[5:14], first[14]
        birth, birth_check, sex, expiry, expiry_check = second[:6], second[6], second[7], second[8:14], second[14]
        nationality, optional, final = second[15:18], first[15:30], second[29]
        more = second[18:29]
    else:
        first, second = rows
        code, issuer, names = first[:2], first[2:5], first[5:]
        number, number_check, nationality = second[:9], second[9], second[10:13]
        birth, birth_check, sex, expiry, expiry_check = second[13:19], second[19], second[20], second[21:27], second[27]
        optional, final, more = second[28:-1], second[-1], ""
    if code[0] not in "PVIAC" or not re.match(r"[A-Z<0-9]{3}", issuer):
        return None
    number, number_checked = _mended(number, number_check)
    if kind == "TD1" and number_check == "<":  # a long number goes on in the optional data
        number, number_checked, optional = _long_number(number, optional)
    birth, birth_checked = _mended(birth.translate(_TO_DIGIT), birth_check)
    expiry, expiry_checked = _mended(expiry.translate(_TO_DIGIT), expiry_check)
    if not (number_checked or (birth_checked and expiry_checked)):
        return None
    final = final.translate(_TO_DIGIT)
    digits = [check.translate(_TO_DIGIT) for check in (number_check, birth_check, expiry_check)]
    if kind == "TD1":
        whole = number + (number_check if number_check == "<" else digits[0]) + first[15:30]
        whole += birth + digits[1] + expiry + digits[2] + more
    else:
        whole = number + digits[0] + birth + digits[1] + expiry + digits[2] + optional
    surname, _, given = names.translate(_TO_LETTER).partition("<<")
    visa = code[0] == "V"
    return Zone(
        kind,
        tuple(_put_back(kind, rows, number, birth, expiry, digits)),
        code.strip("<"),
        issuer.translate(_TO_LETTER).strip("<"),
        _words(surname),
        _words(given),
        number.strip("<"),
        nationality.translate(_TO_LETTER).strip("<"),
        _day(birth, today, future=False),
        sex if sex in "MF" else "",
        _day(expiry, today, future=True),
        checked=number_checked and birth_checked and expiry_checked and (visa or check_digit(whole) == final),
        number_checked=number_checked,
        birth_checked=birth_checked,
        expiry_checked=expiry_checked,
    )


def _put_back(kind: Kind, rows: list[str], number: str, birth: str, expiry: str, digits: list[str]) -> list[str]:
    """The zone's lines with what was mended in them; where only letters may stand, there are letters."""

    def letters(text: str) -> str:
        return text.translate(_TO_LETTER)

    if kind == "TD1":
        first, second, names = rows
        return [
            letters(first[:5]) + number[:9] + first[14:],
            birth + digits[1] + second[7] + expiry + digits[2] + letters(second[15:18]) + second[18:],
            letters(names),
        ]
    first, second = rows
    dates = birth + digits[1] + second[20] + expiry + digits[2]
    return [letters(first), number + digits[0] + letters(second[10:13]) + dates + second[28:]]


def _mended(text: str, check: str) -> tuple[str, bool]:
    """`text` with a letter put right where the check digit says which: where one change of letters that look alike
    makes it agree, and only one does."""
    digit = check.translate(_TO_DIGIT)
    if not digit.isdigit():
        return text, digit == "<" and not text.strip("<")
    if check_digit(text) == digit:
        return text, True
    changed = {
        text[:place] + other + text[place + 1 :]
        for place, letter in enumerate(text)
        for other in _ALIKE.get(letter, "")
        if not (text.isdigit() and not other.isdigit())
    }
    right = [candidate for candidate in changed if check_digit(candidate) == digit]
    return (right[0], True) if len(right) == 1 else (text, False)


def _long_number(number: str, optional: str) -> tuple[str, bool, str]:
    rest, _, more = optional.partition("<")
    if len(rest) < 2:
        return number, False, optional
    whole = number + rest[:-1]
    return whole, check_digit(whole) == rest[-1], more


def _words(names: str) -> str:
    return " ".join(part for part in names.split("<") if part)


def _day(digits: str, today: date | None, *, future: bool) -> date | None:
    """The day that six digits mean: of birth in the past, of expiry at most fifty years on."""
    if not digits.isdigit():
        return None
    now = today or datetime.now(UTC).date()
    year = now.year // 100 * 100 + int(digits[:2])
    if future:
        year -= 100 if year > now.year + 50 else 0
    elif year > now.year or (year == now.year and digits[2:] > now.strftime("%m%d")):
        year -= 100
    try:
        return date(year, int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None
