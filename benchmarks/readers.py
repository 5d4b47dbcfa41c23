"""Reading text with the embedded engine, with Tesseract by pytesseract, and with rapidocr as it comes, side by side.

    python -m benchmarks.readers FOLDER [--responses DIR]

Every picture in FOLDER is read by each, one page at a time and two at once, in a process of its own; for a single page
the embedded engine may use every CPU. Prints seconds and CPU seconds a page, and the peak of memory with that of the
largest child process; a reader that is not installed is left out (`pip install pytesseract`, and the program
`tesseract`; rapidocr comes with the embedded engine's requirements). With --responses what was read is written as
Textract's WORD blocks into DIR/READER/, for scoring.
"""

import argparse
import importlib.util
import io
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from benchmarks.processes import ROOT

Words = list[dict[str, Any]]
Read = Callable[[bytes], Words]


def embedded() -> Read:
    from local_textract import LocalTextract

    client = LocalTextract()

    def read(data: bytes) -> Words:
        blocks: Words = client.detect_document_text(Document={"Bytes": data})["Blocks"]
        return [block for block in blocks if block["BlockType"] == "WORD"]

    return read


def tesseract() -> Read:
    import pytesseract

    os.environ["OMP_THREAD_LIMIT"] = "1"

    def read(data: bytes) -> Words:
        picture = upright(data)
        found = pytesseract.image_to_data(picture, output_type=pytesseract.Output.DICT)
        boxes = zip(found["left"], found["top"], found["width"], found["height"], strict=True)
        return [
            word(text, (x, y, x + wide, y + high), picture.size, float(conf))
            for text, (x, y, wide, high), conf in zip(found["text"], boxes, found["conf"], strict=True)
            if text.strip()
        ]

    return read


def rapidocr() -> Read:
    import numpy as np
    from rapidocr import RapidOCR

    options = "EngineConfig.onnxruntime"
    reader = RapidOCR(
        params={
            f"{options}.intra_op_num_threads": 1,
            f"{options}.inter_op_num_threads": 1,
            "Global.log_level": "error",
        }
    )

    def read(data: bytes) -> Words:
        picture = upright(data)
        found = reader(np.asarray(picture)[:, :, ::-1], return_word_box=True)
        words = []
        for line in found.word_results or ():
            for text, sure, corners in line:
                if text.strip() and corners:
                    xs, ys = [x for x, _ in corners], [y for _, y in corners]
                    words.append(word(text, (min(xs), min(ys), max(xs), max(ys)), picture.size, 100 * float(sure)))
        return words

    return read


READERS = {"embedded": embedded, "tesseract": tesseract, "rapidocr": rapidocr}
NEEDED = {"embedded": "onnxruntime", "tesseract": "pytesseract", "rapidocr": "rapidocr"}


def upright(data: bytes) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")


def word(text: str, box: tuple[float, float, float, float], size: tuple[int, int], confidence: float) -> dict[str, Any]:
    """A WORD block; `box` in pixels of a picture of this size."""
    (x1, y1, x2, y2), (wide, high) = box, size
    bounds = {"Left": x1 / wide, "Top": y1 / high, "Width": (x2 - x1) / wide, "Height": (y2 - y1) / high}
    geometry = {"BoundingBox": bounds}
    return {
        "BlockType": "WORD",
        "Id": f"{x1}-{y1}-{text}",
        "Text": text,
        "Confidence": confidence,
        "Geometry": geometry,
    }


def measure(name: str, threads: int, pictures: list[Path], responses: Path | None) -> None:
    """Read all pictures and print a row."""
    read = READERS[name]()
    read(pictures[0].read_bytes())

    def one(path: Path) -> tuple[Words, float]:
        data, start = path.read_bytes(), time.perf_counter()
        return read(data), time.perf_counter() - start

    start, before = time.perf_counter(), sum(os.times()[:4])  # its own and its children's
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(one, pictures))
    wall = time.perf_counter() - start
    cpu = sum(os.times()[:4]) - before
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, child = (resource.getrusage(kind).ru_maxrss * 1.024 / 1000 for kind in kinds)
    median = statistics.median(seconds for _, seconds in found)
    memory = f"{own:.0f} + {child:.0f}" if name == "tesseract" else f"{own:.0f}"
    print(
        f"| {name} | {threads} | {median:.2f} | {wall / len(pictures):.2f} | {cpu / len(pictures):.2f} | {memory} |",
        flush=True,
    )
    if responses:
        for path, (words, _) in zip(pictures, found, strict=True):
            target = responses / name / f"{path.name}.json"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps({"DocumentMetadata": {"Pages": 1}, "Blocks": words}))


def installed() -> list[str]:
    there = [name for name in READERS if importlib.util.find_spec(NEEDED[name])]
    return [name for name in there if name != "tesseract" or shutil.which(name)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--responses", type=Path, help="where to write what was read")
    parser.add_argument("--reader", choices=READERS, help="measure this one in this process")
    parser.add_argument("--threads", type=int, default=1, help="of that measurement")
    arguments = parser.parse_args()
    pictures = sorted(p for p in arguments.folder.iterdir() if p.suffix.lower() in {".png", ".jpg", ".jpeg"})
    if arguments.reader:
        measure(arguments.reader, arguments.threads, pictures, arguments.responses)
        return
    print(f"{len(pictures)} pictures, {os.cpu_count()} CPUs\n")
    print("| reader | pages at once | median s a page | s a page in all | CPU s a page | peak MB |")
    print("|---|---|---|---|---|---|", flush=True)
    for threads in (1, 2):
        for name in installed():
            command = [sys.executable, "-m", "benchmarks.readers", str(arguments.folder.resolve())]
            command += ["--reader", name, "--threads", str(threads)]
            if arguments.responses and threads == 1:
                command += ["--responses", str(arguments.responses.resolve())]
            subprocess.run(command, cwd=ROOT, check=True)
    print(f"\nload average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
