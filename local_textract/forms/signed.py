"""Fields that are signed: their value is the signature, wherever about its label it was written."""

from collections.abc import Iterable, Sequence

from local_textract.page.findings import Box, KeyValue, Signature

_ASKING = ("sign", "initial", "autograph", "by:", "firma", "unterschr", "assinatura", "handtekening")
_REACH = 1.5  # of a signature's height, between it and its label


def sign(pairs: Iterable[KeyValue], signatures: Sequence[Signature]) -> None:
    """Stretches the value's box of the pair that each signature belongs to, if any, over it."""
    asking = [pair for pair in pairs if _asks(pair)]
    for signature in signatures:
        box = signature.box
        near = [(gap, n) for n, pair in enumerate(asking) if (gap := _gap(pair.key_box, box)) is not None]
        if not near:
            continue
        pair = asking.pop(min(near)[1])
        pair.value_box = pair.value_box.union(box) if pair.value else box


def _asks(pair: KeyValue) -> bool:
    """Whether it asks for a signature: then words above or beside may be what a reader made of one."""
    return not pair.selection_elements and any(word.text.lower().startswith(_ASKING) for word in pair.key)


def _gap(key: Box, box: Box) -> float | None:
    reach = _REACH * box.height
    beside = max(key.left, box.left) - min(key.right, box.right)
    apart = max(key.top, box.top) - min(key.bottom, box.bottom)
    on_line = apart < 0 and box.left >= key.left
    across = beside < 0
    if not (on_line or across) or max(beside, apart) > (2 * reach if on_line else reach):
        return None
    return max(0.0, beside, apart)
