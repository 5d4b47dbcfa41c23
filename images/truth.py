"""What is on a sample, noted while it is drawn: its text in order, pairs, tables, boxes to tick and signatures."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Box = tuple[float, float, float, float]  # left, top, right, bottom, in pixels of the page

Entry = str | tuple[str, int]  # a cell's text, or that and how many columns it spans


@dataclass
class PageTruth:
    """One page. `pairs` are label and value, "" where none is written; of a box to tick, whether it is."""

    pairs: list[tuple[str, str | bool]] = field(default_factory=list)
    tables: list[list[list[Entry]]] = field(default_factory=list)
    selection_elements: list[tuple[str, bool, Box]] = field(default_factory=list)
    signatures: list[Box] = field(default_factory=list)
    lines: list[tuple[str, Box]] = field(default_factory=list)

    def written(self, text: str, box: Box) -> None:
        self.lines.append((text, box))

    def box(self, label: str, ticked: bool, box: Box) -> None:
        self.selection_elements.append((label, ticked, box))
        self.pairs.append((label, ticked))

    def in_rows(self) -> list[str]:
        """The page's text row by row, what stands side by side parted by a tab."""
        rows: list[list[tuple[str, Box]]] = []
        for text, box in sorted(self.lines, key=lambda line: line[1][1] + line[1][3]):
            last = rows[-1][0][1] if rows else None
            if last and (box[1] + box[3]) / 2 < last[3] and box[1] < (last[1] + last[3]) / 2:
                rows[-1].append((text, box))
            else:
                rows.append([(text, box)])
        return ["\t".join(text for text, _ in sorted(row, key=lambda line: line[1][0])) for row in rows]

    def as_drawn(self) -> list[str]:
        """The page's text in the order in which it was written: column by column."""
        return [text for text, _ in self.lines]


def record(page: PageTruth, text: list[str], ratio: Callable[[Box], Box]) -> dict[str, Any]:
    """A page as it is kept. `ratio` leads from a box of the page as it was drawn to ratios of what is seen of it."""
    return {
        "text": text,
        "pairs": [{"key": key, "value": value} for key, value in page.pairs],
        "tables": [{"cells": cells(table)} for table in page.tables],
        "selection_elements": [
            {"label": label, "selected": selected, "box": rounded(ratio(box))}
            for label, selected, box in page.selection_elements
        ],
        "signatures": [{"box": rounded(ratio(box))} for box in page.signatures],
    }


def cells(table: list[list[Entry]]) -> list[dict[str, Any]]:
    found = []
    for row, entries in enumerate(table, 1):
        column = 1
        for entry in entries:
            text, span = (entry, 1) if isinstance(entry, str) else entry
            found.append({"row": row, "column": column, "row_span": 1, "column_span": span, "text": text})
            column += span
    return found


def rounded(box: Box) -> list[float]:
    return [round(value, 4) for value in box]


def save(folder: Path, name: str, pages: list[dict[str, Any]]) -> None:
    """Writes `truth/NAME.json` below `folder`."""
    write(folder, name, {"pages": pages})


def write(folder: Path, name: str, truth: Any) -> None:
    (folder / "truth").mkdir(exist_ok=True)
    target = folder / "truth" / f"{name}.json"
    target.write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
