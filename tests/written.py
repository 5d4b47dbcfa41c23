"""Pages written down block by block, in the form in which Textract answers, for tests that need a certain page."""

import math
from collections.abc import Sequence
from typing import Any

from document_analysis.blocks.index import Block, BlockIndex, Response

CHARACTER = 0.55  # a character's width, in heights


def geometry(left: float, top: float, width: float, height: float) -> dict[str, Any]:
    corners = [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]
    return {
        "BoundingBox": {"Left": left, "Top": top, "Width": width, "Height": height},
        "Polygon": [{"X": x, "Y": y} for x, y in corners],
    }


class WrittenPage:
    """One page. Methods add blocks and give them back; places are ratios of the page."""

    def __init__(self, prefix: str = "b") -> None:
        self.prefix = prefix
        self.blocks: list[Block] = []
        self.page = self.block("PAGE", (0.0, 0.0, 1.0, 1.0), Confidence=None)

    def block(self, kind: str, place: tuple[float, float, float, float] | None = None, **members: Any) -> Block:
        block: Block = {"BlockType": kind, "Id": f"{self.prefix}{len(self.blocks)}", "Confidence": 99.0, **members}
        if block["Confidence"] is None:
            del block["Confidence"]
        if place:
            block["Geometry"] = geometry(*place)
        self.blocks.append(block)
        if kind not in ("PAGE", "WORD", "CELL", "MERGED_CELL"):
            self.relate(self.page, "CHILD", [block])
        return block

    def relate(self, block: Block, kind: str, others: Sequence[Block]) -> None:
        for relationship in block.setdefault("Relationships", []):
            if relationship["Type"] == kind:
                relationship["Ids"] += [other["Id"] for other in others]
                return
        block["Relationships"].append({"Type": kind, "Ids": [other["Id"] for other in others]})

    def words(self, text: str, left: float, top: float, height: float = 0.015) -> list[Block]:
        found = []
        for word in text.split():
            width = CHARACTER * height * len(word)
            found.append(self.block("WORD", (left, top, width, height), Text=word, TextType="PRINTED"))
            left += width + CHARACTER * height
        return found

    def line(self, text: str, left: float, top: float, height: float = 0.015, confidence: float = 99.0) -> Block:
        words = self.words(text, left, top, height)
        width = CHARACTER * height * len(text)
        line = self.block("LINE", (left, top, width, height), Text=text, Confidence=confidence)
        self.relate(line, "CHILD", words)
        return line

    def lines(self, texts: str, left: float, top: float, pitch: float = 0.02) -> list[Block]:
        """A line of text for each line of `texts`."""
        return [self.line(text.strip(), left, top + i * pitch) for i, text in enumerate(texts.strip().split("\n"))]

    def children(self, block: Block) -> list[Block]:
        return BlockIndex(self.blocks).children(block)

    def box(self, left: float, top: float, selected: bool) -> Block:
        status = "SELECTED" if selected else "NOT_SELECTED"
        return self.block("SELECTION_ELEMENT", (left, top, 0.015, 0.015), SelectionStatus=status)

    def pair(
        self,
        key: Sequence[Block],
        value: Sequence[Block],
        confidence: float = 95.0,
        types: tuple[str, str] = ("KEY_VALUE_SET", "KEY_VALUE_SET"),
    ) -> tuple[Block, Block]:
        """A key–value pair of words (and what else) that are on the page already."""
        place = (0.1, 0.1, 0.1, 0.02)
        value_block = self.block(types[1], place, EntityTypes=["VALUE"], Confidence=confidence)
        key_block = self.block(types[0], place, EntityTypes=["KEY"], Confidence=confidence)
        self.relate(key_block, "VALUE", [value_block])
        for block, children in ((key_block, key), (value_block, value)):
            if children:
                self.relate(block, "CHILD", children)
        return key_block, value_block

    def table(
        self,
        rows: Sequence[Sequence[str]],
        left: float = 0.1,
        top: float = 0.2,
        widths: Sequence[float] = (),
        pitch: float = 0.03,
        headers: int = 0,
        merged: Sequence[tuple[int, int, int, int]] = (),
        **members: Any,
    ) -> Block:
        """A table with these texts, each of them a LINE too; `merged` are (row, column, row span, column span)."""
        widths = widths or [0.2] * len(rows[0])
        place = (left, top, sum(widths), pitch * len(rows))
        table = self.block("TABLE", place, **{"EntityTypes": ["STRUCTURED_TABLE"], **members})
        cells: dict[tuple[int, int], Block] = {}
        for r, texts in enumerate(rows, 1):
            for c, text in enumerate(texts, 1):
                x, y = left + sum(widths[: c - 1]), top + (r - 1) * pitch
                cell = self.block(
                    "CELL", (x, y, widths[c - 1], pitch), RowIndex=r, ColumnIndex=c, RowSpan=1, ColumnSpan=1
                )
                if r <= headers:
                    cell["EntityTypes"] = ["COLUMN_HEADER"]
                if text:
                    self.relate(cell, "CHILD", self.children(self.line(text, x + 0.005, y + 0.005)))
                cells[r, c] = cell
        self.relate(table, "CHILD", list(cells.values()))
        for row, column, row_span, column_span in merged:
            covered = [cells[r, c] for r in range(row, row + row_span) for c in range(column, column + column_span)]
            spans = {"RowIndex": row, "ColumnIndex": column, "RowSpan": row_span, "ColumnSpan": column_span}
            merged_cell = self.block("MERGED_CELL", (left, top, sum(widths), pitch), **spans)
            self.relate(merged_cell, "CHILD", covered)
            self.relate(table, "MERGED_CELL", [merged_cell])
        return table

    def title(self, table: Block, text: str, left: float, top: float, kind: str = "TABLE_TITLE") -> Block:
        words = self.children(self.line(text, left, top))
        title = self.block(kind, (left, top, 0.3, 0.015))
        self.relate(title, "CHILD", words)
        self.relate(table, kind, [title])
        return title

    def layout(self, kind: str, children: Sequence[Block], top: float = 0.1, **members: Any) -> Block:
        element = self.block(f"LAYOUT_{kind}", (0.05, top, 0.9, 0.05), **members)
        self.relate(element, "CHILD", children)
        return element

    def query(self, text: str, answers: Sequence[str] = (), alias: str | None = None) -> Block:
        query = self.block("QUERY", Query={"Text": text, **({"Alias": alias} if alias else {})}, Confidence=None)
        for answer in answers:
            result = self.block("QUERY_RESULT", (0.5, 0.5, 0.1, 0.02), Text=answer, Confidence=90.0)
            self.relate(query, "ANSWER", [result])
        return query

    def response(self) -> Response:
        return {
            "DocumentMetadata": {"Pages": 1},
            "Blocks": self.blocks,
            "AnalyzeDocumentModelVersion": "1.0",
        }

    def index(self) -> BlockIndex:
        return BlockIndex(self.blocks)


def turned(response: Response, degrees: float, width: float = 1.0, height: float = 1.0) -> Response:
    """The page turned clockwise about its middle, on paper of that size; a polygon still begins where its text does."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    blocks = []
    for block in response["Blocks"]:
        copy = dict(block)
        if "Geometry" in block:
            points = []
            for point in block["Geometry"]["Polygon"]:
                x, y = (point["X"] - 0.5) * width, (point["Y"] - 0.5) * height
                points.append({"X": 0.5 + (x * cosine - y * sine) / width, "Y": 0.5 + (x * sine + y * cosine) / height})
            xs, ys = [p["X"] for p in points], [p["Y"] for p in points]
            bounds = geometry(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))["BoundingBox"]
            copy["Geometry"] = {"BoundingBox": bounds, "Polygon": points}
        blocks.append(copy)
    return {**response, "Blocks": blocks}
