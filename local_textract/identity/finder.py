"""Reads an identity document: its zone where there is one, and the printed fields beside it."""

from collections.abc import Sequence
from datetime import date

from local_textract.identity.fields import read_fields
from local_textract.identity.model import Identity
from local_textract.identity.mrz import Zone, find_zone
from local_textract.page.findings import Line

_CHECKED, _UNCHECKED = 99.0, 70.0
_KINDS = {"P": "PASSPORT", "V": "VISA", "I": "ID CARD", "A": "ID CARD", "C": "ID CARD"}


def read_identity(lines: Sequence[Line], today: date | None = None) -> Identity:
    """All of the 21 fields, empty where the page does not have them."""
    identity = Identity()
    zone = find_zone(_rows(lines), today)
    read_fields([line for line in lines if "<<" not in line.text], identity)
    if zone is not None:
        _put_zone(identity, zone)
    _part_names(identity)
    return identity


def _rows(lines: Sequence[Line]) -> list[str]:
    """The texts of the page's rows: a long run of fillers may be a run of its own."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda each: each.box.centre[1]):
        last = rows[-1][-1].box if rows else None
        if last and min(last.bottom, line.box.bottom) - max(last.top, line.box.top) > 0.5 * line.box.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [" ".join(each.text for each in sorted(row, key=lambda each: each.box.left)) for row in rows]


def _put_zone(identity: Identity, zone: Zone) -> None:
    """What the zone says. A zone that checks outdoes print, but dates and names stay as they are printed."""
    sure = _CHECKED if zone.checked else _UNCHECKED
    identity.put("MRZ_CODE", zone.text, sure)
    identity.put("DOCUMENT_NUMBER", zone.number, _CHECKED if zone.number_checked else _UNCHECKED)
    identity.put("ID_TYPE", _KINDS.get(zone.document[:1], "UNKNOWN"), sure)
    for kind, name in (("LAST_NAME", zone.surname), ("FIRST_NAME", zone.given)):
        own = identity[kind]
        if not _same_name(own.text, name):
            own.text = ""  # what stood there was another field's
        identity.put(kind, name, sure)
        own.confidence = sure if own.text else own.confidence
    days = (("DATE_OF_BIRTH", zone.birth, zone.birth_checked), ("EXPIRATION_DATE", zone.expiry, zone.expiry_checked))
    for kind, day, checked in days:
        if day is None:
            continue
        own = identity[kind]
        if own.day == day or own.day is None or checked:
            text = own.text if own.day == day else day.strftime("%d %b %Y").upper()
            own.text, own.day, own.confidence = text, day, _CHECKED if checked else _UNCHECKED


def _same_name(printed: str, zone: str) -> bool:
    return printed.casefold().replace("-", " ") == zone.casefold() and bool(printed)


def _part_names(identity: Identity) -> None:
    """Middle names stand behind the first where the document gives them in one."""
    first = identity["FIRST_NAME"]
    parts = first.text.split()
    if len(parts) > 1 and not identity["MIDDLE_NAME"].text and identity["MRZ_CODE"].text:
        first.text = parts[0]
        identity.put("MIDDLE_NAME", " ".join(parts[1:]), first.confidence)
