"""The command as a process of its own, in a folder of its own, and documents for it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "images"


def started(folder: Path, *arguments: str, before: Sequence[str] = (), **environment: str) -> "subprocess.Popen[str]":
    """The command under way; `before` are words before it, of a program that becomes it."""
    command = [*before, sys.executable, "-m", "document_analysis.cli", *arguments]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TEXTRACT_TPS": "1000", **environment}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def command(folder: Path, *arguments: str, told: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command done; `told` is its standard input."""
    process = started(folder, *arguments, **environment)
    out, err = process.communicate(told, timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def png(number: int = 0) -> bytes:
    """A picture that is like no other number's."""
    data = BytesIO()
    Image.new("RGB", (60, 40), (number % 256, number // 256, 255)).save(data, "PNG")
    return data.getvalue()


def pictures(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:03}.png").write_bytes(png(number))
    return folder


def manifest(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "manifest.ndjson").read_text().splitlines()]


def analysis(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_bytes()))
