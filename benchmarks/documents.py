"""The documents that the benchmarks analyse, and what the stand-in for Textract answers for each of them."""

import json
import random
import uuid
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from benchmarks.processes import IMAGES

SMALL_BYTES, BIG_BYTES = 30_000, 523_000
LARGE_SIZE = (2448, 3264)  # 8 megapixels, as a telephone takes them
LONG_PAGES = 100

Block = dict[str, Any]


def make(folder: Path) -> None:
    """Write `small.png`, `big.png`, `large.jpg`, `long.pdf`, and beside each (`….json`) the response for its page."""
    (folder / "small.png").write_bytes((IMAGES / "application-form.png").read_bytes())
    (folder / "big.png").write_bytes((IMAGES / "letter.png").read_bytes())
    with Image.open(IMAGES / "application-form.png") as picture:
        page = picture.convert("RGB")
    grain = Image.effect_noise(LARGE_SIZE, 12).convert("RGB")
    ImageChops.add(page.resize(LARGE_SIZE), grain, scale=1.0, offset=-128).save(folder / "large.jpg", quality=85)
    leaf = page.convert("L").resize((620, 877))
    leaf.save(folder / "long.pdf", save_all=True, append_images=[leaf] * (LONG_PAGES - 1))
    for name, size in (("small.png", SMALL_BYTES), ("big.png", BIG_BYTES), ("large.jpg", 3 * SMALL_BYTES)):
        (folder / f"{name}.json").write_bytes(response(size))
    (folder / "long.pdf.json").write_bytes(response(SMALL_BYTES))


def response(size: int) -> bytes:
    """A response of about so many bytes: lines of words, some a table's rows, some key–value pairs."""
    rng = random.Random(1)
    page = _block(rng, "PAGE", 0.0, 0.0, 1.0, 1.0)
    table = _block(rng, "TABLE", 0.05, 0.1, 0.9, 0.8, Confidence=99.1)
    blocks, cells, lines, length, row = [page, table], [], [], 0, 0
    while length < size - 2000:
        added = _row(rng, row)
        row += 1
        lines.append(added[0]["Id"])
        cells += [block["Id"] for block in added if block["BlockType"] == "CELL"]
        blocks += added
        length += len(json.dumps(added, separators=(",", ":")))
    page["Relationships"] = [{"Type": "CHILD", "Ids": lines}]
    table["Relationships"] = [{"Type": "CHILD", "Ids": cells}]
    whole = {"DocumentMetadata": {"Pages": 1}, "Blocks": blocks, "AnalyzeDocumentModelVersion": "1.0"}
    return json.dumps(whole, separators=(",", ":")).encode()


def _row(rng: random.Random, row: int) -> list[Block]:
    top = 0.02 + 0.96 * (row % 60) / 60
    words = [
        _block(rng, "WORD", 0.05 + 0.22 * n, top, 0.2, 0.012, Text=f"word{row}x{n}", Confidence=90 + 10 * rng.random())
        for n in range(4)
    ]
    text = " ".join(word["Text"] for word in words)
    line = _block(rng, "LINE", 0.05, top, 0.86, 0.012, Text=text, Confidence=98.5)
    line["Relationships"] = [{"Type": "CHILD", "Ids": [word["Id"] for word in words]}]
    added = [line, *words]
    if row % 5 == 0:
        for n, word in enumerate(words):
            cell = _block(rng, "CELL", 0.05 + 0.22 * n, top, 0.22, 0.014, Confidence=95.0)
            cell |= {"RowIndex": row // 5 + 1, "ColumnIndex": n + 1, "RowSpan": 1, "ColumnSpan": 1}
            cell["Relationships"] = [{"Type": "CHILD", "Ids": [word["Id"]]}]
            added.append(cell)
    if row % 7 == 1:
        value = _block(rng, "KEY_VALUE_SET", 0.3, top, 0.3, 0.012, EntityTypes=["VALUE"], Confidence=91.0)
        value["Relationships"] = [{"Type": "CHILD", "Ids": [word["Id"] for word in words[2:]]}]
        key = _block(rng, "KEY_VALUE_SET", 0.05, top, 0.2, 0.012, EntityTypes=["KEY"], Confidence=91.0)
        key["Relationships"] = [
            {"Type": "VALUE", "Ids": [value["Id"]]},
            {"Type": "CHILD", "Ids": [word["Id"] for word in words[:2]]},
        ]
        added += [key, value]
    return added


def _block(rng: random.Random, kind: str, left: float, top: float, width: float, height: float, **more: Any) -> Block:
    left, top = left + rng.random() / 1000, top + rng.random() / 1000
    corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    geometry = {
        "BoundingBox": {"Width": width, "Height": height, "Left": left, "Top": top},
        "Polygon": [{"X": x, "Y": y} for x, y in corners],
    }
    identity = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    return {"BlockType": kind, **more, "Geometry": geometry, "Id": identity}
