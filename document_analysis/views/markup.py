"""Text from a document as Markdown that says the same: nothing in it can make markup, HTML, or a table's columns."""

import re

_INLINE = re.compile(
    r"""
      \\(?=[!-/:-@\[-`{-~])             # a backslash that would escape what follows
    | (?<!\s)\*|\*(?!\s|$)              # emphasis: any star that touches something
    | (?<![^\W_])_|_(?![^\W_])          # emphasis: an underscore that is not inside a word
    | ~(?=~)|(?<=~)~
    | [`\[]                             # code, links, images, references, check boxes
    """,
    re.VERBOSE,
)
_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# What, at the beginning of a line, makes a heading, a quotation, a list, a rule, a fence or a table.
_LINE_START = re.compile(r"(?:\#{1,6}(?=\s|$)|>|[-+](?=\s|$)|~~~|:?[-=|]+[-=|: ]*$)")
_NUMBER_START = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_BULLET = re.compile(r"^(?:\\?[-*+•●○◦▪■□‣·–—]\s+)+")


def inline(text: str) -> str:
    """`text` on one line, for the inside of a paragraph."""
    text = " ".join(text.split())
    text = _INLINE.sub(lambda match: "\\" + match[0], text)
    return _TAG.sub("&lt;", _ENTITY.sub("&amp;", text))


def line(escaped: str) -> str:
    """What `inline` made, as a line of a paragraph."""
    if _LINE_START.match(escaped):
        return "\\" + escaped
    number = _NUMBER_START.match(escaped)
    return f"{number[1]}\\{escaped[number.end(1) :]}" if number else escaped


def list_item(escaped: str) -> str:
    """What `inline` made, as an item of a list: numbered if it begins so, else with a dash for its own bullet."""
    if _NUMBER_START.match(escaped):
        return escaped
    return f"- {line(_BULLET.sub('', escaped))}"


def is_list_item(chunk: str) -> bool:
    """Whether a block of Markdown made here is one of a list."""
    return chunk.startswith("- ") or _NUMBER_START.match(chunk) is not None


def cell(text: str) -> str:
    """`text` for a cell of a pipe table. Check boxes of the index (`[x]`, `[ ]`) stay what they are."""
    text = inline(text).replace("|", "\\|")
    return text.replace("\\[x]", "[x]").replace("\\[ ]", "[ ]")


def pipe_table(header: list[str], body: list[list[str]]) -> str:
    """A pipe table of texts not yet escaped, all of the header's length. The header may be empty texts."""
    lines = [_row(header), "|" + " --- |" * len(header)]
    return "\n".join([*lines, *map(_row, body)])


def _row(texts: list[str]) -> str:
    return "| " + " | ".join(map(cell, texts)) + " |"
