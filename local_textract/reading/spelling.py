"""How Textract spells what it reads: plain dashes and quotes, no bullets, no writing lines, no dot leaders."""

import re
import unicodedata

# None: it is not text but stands between words, as a space does.
PLAIN: dict[str, str | None] = {
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("‘’‚‛′ʼ´`", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " "),
    **dict.fromkeys("•◦●○■□▪▫◆◇★☆☐☑☒✓✔✗✘❏❑➢➤\uf0b7\uf0a7\uf0fc", None),
    "…": "...",
    "\u00ad": "-",
}
_KEPT = set("¼½¾⅓⅔⅛⅜⅝⅞¹²³™№ª")  # signs of their own, which Unicode would spell out
_NOT_TEXT = re.compile(
    r"_{2,}|(?:^|(?<=[^A-Za-z0-9]))_|_(?=$|[^A-Za-z0-9])|[.·]{4,}|(?:(?<=\s)|^)[.·]+(?=\s|$)|-{4,}|={4,}|\s+"
)


def plain(character: str) -> str:
    """One character as Textract would spell it; a space for what is no text; some become several ("fi", "...")."""
    known = PLAIN.get(character, character)
    if known is None:
        return " "
    spelled = known if known in _KEPT else unicodedata.normalize("NFKC", known)
    return "".join(c if c.isprintable() else " " for c in spelled)


def parts(text: str) -> list[tuple[int, int]]:
    """The stretches (start, end) of `text` that are words: between white space, writing lines and leaders."""
    found, start = [], 0
    for gap in _NOT_TEXT.finditer(text):
        if gap.start() > start:
            found.append((start, gap.start()))
        start = gap.end()
    if start < len(text):
        found.append((start, len(text)))
    return found
