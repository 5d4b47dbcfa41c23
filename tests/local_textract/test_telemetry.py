"""Nothing is reported to anyone: the library that runs the models is told so before it is loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "local_textract" / "weights" / "signatures.onnx"


@pytest.mark.parametrize("first", ["local_textract", "local_textract.reading.models", "training", "benchmarks", "app"])
def test_the_library_writes_no_device_name_wherever_it_is_loaded(tmp_path: Path, first: str) -> None:
    program = f"import {first}, onnxruntime; onnxruntime.InferenceSession({str(WEIGHTS)!r}, providers=None)"
    if first == "app":
        program = f"import app; app.create_app().extensions['services'].engine; {program}"
    kept = {
        name: value for name, value in os.environ.items() if name not in {"ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    }
    environment = kept | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
    assert [path.name for path in tmp_path.rglob("*")] == []


def test_the_image_says_so_too() -> None:
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    for name in ("packages AS local-packages", "runtime AS local"):
        stage = next(stage for stage in stages if stage.startswith(name))
        assert "ORT_DISABLE_TELEMETRY=1" in stage, name
