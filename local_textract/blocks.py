"""Findings -> Textract's blocks, with the relationships and the order that Textract gives them."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from local_textract.page.findings import (
    Box,
    Cell,
    Findings,
    KeyValue,
    LayoutElement,
    Line,
    PageView,
    Polygon,
    SelectionElement,
    Signature,
    Table,
    Word,
    bounding,
)

Block = dict[str, Any]
_SIGNED = 0.5  # of a signature's area, which a value has when it is that signature
_WHOLE_PAGE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def to_blocks(page: PageView, found: Findings, to_ratio: npt.NDArray[np.float64], seed: str) -> list[Block]:
    """Textract's blocks of one page.

    `to_ratio` (2×3) leads from the view's pixels to ratios of the page as it was handed in, which may be turned. Ids
    follow from `seed` and the order of the blocks alone.
    """
    return _Maker(to_ratio, seed).make(page, found)


@dataclass(slots=True)
class _Maker:
    to_ratio: npt.NDArray[np.float64]
    seed: str
    blocks: list[Block] = field(default_factory=list)
    ids: dict[int, str] = field(default_factory=dict)  # id() of a finding -> Id of its block
    values: list[tuple[Box, Block]] = field(default_factory=list)  # of key–value pairs

    def make(self, page: PageView, found: Findings) -> list[Block]:
        root = self._add("PAGE", polygon=None)
        children = self._lines(page.lines)
        for element in found.selection_elements:
            self._selection_element(element)
        children += [self._table(table) for table in found.tables]
        children += [block_id for pair in found.key_values for block_id in self._key_value(pair)]
        children += [self._signature(signature) for signature in found.signatures]
        children += [block_id for element in found.layout for block_id in self._layout(element)]
        _relate(root, "CHILD", children)
        return self.blocks

    def _add(self, kind: str, confidence: float | None = None, polygon: Polygon | None = None, **more: Any) -> Block:
        block: Block = {"BlockType": kind}
        if confidence is not None:
            block["Confidence"] = float(min(100.0, max(0.0, confidence)))
        block |= more
        block["Geometry"] = self._geometry(polygon)
        block["Id"] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.seed}/{len(self.blocks)}"))
        self.blocks.append(block)
        return block

    def _geometry(self, polygon: Polygon | None) -> dict[str, Any]:
        points = _WHOLE_PAGE if polygon is None else [self._ratio(x, y) for x, y in polygon]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = min(xs), min(ys)
        return {
            "BoundingBox": {"Width": max(xs) - left, "Height": max(ys) - top, "Left": left, "Top": top},
            "Polygon": [{"X": x, "Y": y} for x, y in points],
        }

    def _ratio(self, x: float, y: float) -> tuple[float, float]:
        (a, b, c), (d, e, f) = self.to_ratio.tolist()
        return min(1.0, max(0.0, a * x + b * y + c)), min(1.0, max(0.0, d * x + e * y + f))

    @staticmethod
    def _corners(box: Box) -> Polygon:
        return (box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)

    def _known(self, findings: Iterable[object]) -> list[str]:
        return [self.ids[id(finding)] for finding in findings if id(finding) in self.ids]

    def _lines(self, lines: Sequence[Line]) -> list[str]:
        """All LINE blocks, then all WORD blocks, as Textract orders them."""
        made = [(line, self._add("LINE", line.confidence, line.polygon, Text=line.text)) for line in lines]
        for line, block in made:
            for word in line.words:
                self._word(word)
            _relate(block, "CHILD", self._known(line.words))
            self.ids[id(line)] = block["Id"]
        return [block["Id"] for _, block in made]

    def _word(self, word: Word) -> None:
        kind = "HANDWRITING" if word.handwriting else "PRINTED"
        block = self._add("WORD", word.confidence, word.polygon, Text=word.text, TextType=kind)
        self.ids[id(word)] = block["Id"]

    def _selection_element(self, element: SelectionElement) -> None:
        status = "SELECTED" if element.selected else "NOT_SELECTED"
        block = self._add("SELECTION_ELEMENT", element.confidence, self._corners(element.box), SelectionStatus=status)
        self.ids[id(element)] = block["Id"]

    def _table(self, table: Table) -> str:
        block = self._add("TABLE", table.confidence, self._corners(table.box), EntityTypes=[table.kind])
        grid = {(cell.row, cell.column): cell for cell in _without_spans(table.cells)}
        cells = {place: self._cell(grid[place]) for place in sorted(grid)}
        merged = []
        for cell in table.cells:
            if cell.row_span > 1 or cell.column_span > 1:
                part = self._cell_block("MERGED_CELL", cell, cell.row_span, cell.column_span)
                _relate(part, "CHILD", [cells[place] for place in _places(cell) if place in cells])
                merged.append(part["Id"])
        _relate(block, "CHILD", list(cells.values()))
        _relate(block, "MERGED_CELL", merged)
        _relate(block, "TABLE_TITLE", self._caption("TABLE_TITLE", table.title, table.confidence))
        footers = [i for lines in table.footers for i in self._caption("TABLE_FOOTER", lines, table.confidence)]
        _relate(block, "TABLE_FOOTER", footers)
        return str(block["Id"])

    def _cell(self, cell: Cell) -> str:
        block = self._cell_block("CELL", cell, 1, 1)
        _relate(block, "CHILD", self._known([*cell.words, *cell.selection_elements]))
        return str(block["Id"])

    def _cell_block(self, kind: str, cell: Cell, rows: int, columns: int) -> Block:
        block = self._add(
            kind,
            cell.confidence,
            self._corners(cell.box),
            RowIndex=cell.row,
            ColumnIndex=cell.column,
            RowSpan=rows,
            ColumnSpan=columns,
        )
        if cell.entity_type:
            block["EntityTypes"] = [cell.entity_type]
        return block

    def _caption(self, kind: str, lines: Sequence[Line], confidence: float) -> list[str]:
        words = self._known(word for line in lines for word in line.words)
        if not words:
            return []
        block = self._add(kind, confidence, self._corners(bounding([line.box for line in lines])))
        _relate(block, "CHILD", words)
        return [block["Id"]]

    def _key_value(self, pair: KeyValue) -> list[str]:
        key = self._add("KEY_VALUE_SET", pair.confidence, self._corners(pair.key_box), EntityTypes=["KEY"])
        value = self._add("KEY_VALUE_SET", pair.confidence, self._corners(pair.value_box), EntityTypes=["VALUE"])
        _relate(key, "VALUE", [value["Id"]])
        _relate(key, "CHILD", self._known(pair.key))
        _relate(value, "CHILD", self._known([*pair.selection_elements, *pair.value]))
        self.values.append((pair.value_box, value))
        return [key["Id"], value["Id"]]

    def _signature(self, signature: Signature) -> str:
        """Its block, which is also the first child of the value that it was written as, if there is one."""
        block = self._add("SIGNATURE", signature.confidence, self._corners(signature.box))
        shares = [(signature.box.intersection(box), value) for box, value in self.values]
        share, value = max(shares, key=lambda found: found[0], default=(0.0, None))
        if value is not None and share > _SIGNED * signature.box.area:
            _relate(value, "CHILD", [block["Id"]], first=True)
        return str(block["Id"])

    def _layout(self, element: LayoutElement) -> list[str]:
        """The element's block and those of its children, all of which are the page's children too."""
        block = self._add(f"LAYOUT_{element.type}", element.confidence, self._corners(element.box))
        inner = [self._layout(child) for child in element.children]
        _relate(block, "CHILD", [ids[0] for ids in inner] + self._known(element.lines))
        return [block["Id"], *(block_id for ids in inner for block_id in ids)]


def _relate(block: Block, kind: str, ids: list[str], first: bool = False) -> None:
    """Lead from `block` to those with these ids, behind or before (`first`) those that it leads to already."""
    relationships = block.setdefault("Relationships", []) if ids else []
    known = next((relationship for relationship in relationships if relationship["Type"] == kind), None)
    if known:
        known["Ids"] = ids + known["Ids"] if first else known["Ids"] + ids
    elif ids:
        relationships.append({"Type": kind, "Ids": ids})


def _places(cell: Cell) -> list[tuple[int, int]]:
    return [(cell.row + i, cell.column + j) for i in range(cell.row_span) for j in range(cell.column_span)]


def _without_spans(cells: Sequence[Cell]) -> list[Cell]:
    """Every cell that spans, as 1×1 cells. The first of them holds all of the content, so that it stays in order."""
    rows, columns = _tracks(cells)
    flat = []
    for cell in cells:
        if cell.row_span == 1 and cell.column_span == 1:
            flat.append(cell)
            continue
        for n, (row, column) in enumerate(_places(cell)):
            top, bottom = _share(rows, row, cell.row, cell.row_span, cell.box.top, cell.box.bottom)
            left, right = _share(columns, column, cell.column, cell.column_span, cell.box.left, cell.box.right)
            flat.append(
                Cell(
                    row,
                    column,
                    Box(left, top, right, bottom),
                    words=[] if n else cell.words,
                    selection_elements=[] if n else cell.selection_elements,
                    entity_type=cell.entity_type,
                    confidence=cell.confidence,
                )
            )
    return flat


def _tracks(cells: Sequence[Cell]) -> tuple[dict[int, float], dict[int, float]]:
    """Where each row and each column begins, as the cells that begin there say."""
    tops: dict[int, list[float]] = defaultdict(list)
    lefts: dict[int, list[float]] = defaultdict(list)
    for cell in cells:
        tops[cell.row].append(cell.box.top)
        lefts[cell.column].append(cell.box.left)
    return {r: float(np.median(v)) for r, v in tops.items()}, {c: float(np.median(v)) for c, v in lefts.items()}


def _share(
    tracks: dict[int, float], number: int, first: int, span: int, low: float, high: float
) -> tuple[float, float]:
    """The part of low…high that track `number` of a cell spanning `span` tracks from `first` has."""
    edges = [low]
    for i in range(1, span):
        even = low + (high - low) * i / span
        edge = tracks.get(first + i, even)
        edges.append(edge if edges[-1] < edge < high else max(edges[-1], even))
    edges.append(high)
    return edges[number - first], edges[number - first + 1]
