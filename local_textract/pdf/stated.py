"""What a PDF itself says of its check boxes and fields: form fields, and characters that are pictures of boxes."""

from collections.abc import Iterable, Sequence

from local_textract.page.findings import Box, SelectionElement
from sandbox.pdf import FormField
from sandbox.pdf_characters import Character

_EXACT = 99.9  # nothing was guessed
_EMPTY = frozenset("☐□❏❐❑❒◻\uf06f\uf071\uf072\uf0a8")  # the last ones are Wingdings'
_TICKED = frozenset("☑☒▣🗹\uf0fd\uf0fe\uf078\uf052\uf053\uf054")
_TICKS = frozenset("xX✓✔✗✘✕✖\uf0fc\uf0fb")
_LEAST, _MOST = 4.0, 40.0  # points: a box's side


def stated_elements(characters: Sequence[Character], fields: Iterable[FormField]) -> list[SelectionElement]:
    """Check boxes and radio buttons with their state, in points of the page as drawn."""
    buttons = [
        SelectionElement(_box(field), field.checked, _EXACT) for field in fields if field.kind in ("checkbox", "radio")
    ]
    shown = [c for c in characters if not c.invisible and not c.generated and c.right > c.left and c.bottom > c.top]
    ticks = [_box(character) for character in shown if character.text in _TICKS]
    letters = []
    for character in shown:
        box = _box(character)
        if character.text not in _EMPTY | _TICKED or not _LEAST <= max(box.width, box.height) <= _MOST:
            continue
        ticked = character.text in _TICKED or any(box.intersection(tick) > 0.5 * tick.area for tick in ticks)
        if not any(box.intersection(other.box) > 0.3 * box.area for other in buttons):
            letters.append(SelectionElement(box, ticked, _EXACT))
    return buttons + letters


def fields_to_write_in(fields: Iterable[FormField]) -> list[Box]:
    """The boxes of fields for text, of lists, and of signatures."""
    return [_box(field) for field in fields if field.kind not in ("checkbox", "radio")]


def _box(thing: Character | FormField) -> Box:
    return Box(thing.left, thing.top, thing.right, thing.bottom)
