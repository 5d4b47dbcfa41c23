"""Models out of wheels: where a wheel's file lies, where what is derived of it is kept, and sessions for either."""

import importlib.metadata
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnxruntime

from local_textract.errors import ModelsMissing


def wheel_file(package: str, name: str) -> Path:
    """A file of an installed package, whose code is not imported. Raises ModelsMissing."""
    try:
        path = Path(str(importlib.metadata.distribution(package).locate_file(name)))
    except importlib.metadata.PackageNotFoundError:
        raise ModelsMissing(f"the embedded engine needs the package {package}") from None
    if not path.exists():
        raise ModelsMissing(f"the package {package} has no {name}; install the version that the requirements name")
    return path


def write_once(target: Path, make: Callable[[], bytes]) -> Path:
    """`target`, written when it is not there yet: whole or not at all, so several processes may start together."""
    if target.is_file():
        return target
    made = make()  # before there is a file: what cannot be made leaves nothing behind
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
        part.write(made)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(target)
    return target


def derived_in_first(derive: Callable[[Path], Any]) -> Any:
    """What `derive` makes in the best folder that can be written. Raises ModelsMissing where none can."""
    last: OSError | None = None
    for folder in _folders():
        try:
            return derive(folder)
        except OSError as error:
            last = error
    raise ModelsMissing("no folder to keep the derived models in; set LOCAL_TEXTRACT_MODELS") from last


def _folders() -> list[Path]:
    """Where the derived files may lie, best first."""
    if chosen := os.environ.get("LOCAL_TEXTRACT_MODELS"):
        return [Path(chosen), Path(tempfile.gettempdir()) / "local_textract"]
    cache_home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return [Path(cache_home) / "local_textract", Path(tempfile.gettempdir()) / "local_textract"]


def _giving_back() -> onnxruntime.RunOptions:
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


GIVE_BACK = _giving_back()
"""For a run of a session with an arena: what it and those before computed with is the system's again afterwards."""


def session(path: Path, *, arena: bool = False) -> Any:
    """One thread a session: requests run beside each other, and a small crop gains nothing from more.

    With an `arena` onnxruntime keeps house itself, which for large pictures needs a third less time and memory than the
    C library does, and keeps it until a run says GIVE_BACK.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = arena
    options.enable_mem_pattern = not arena  # hardly two pictures have one size
    options.log_severity_level = 3
    if _may_overflow():
        options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _may_overflow() -> bool:
    """Whether sums of products in eight bits do not fit here: x86 without the instructions for them (VNNI)."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return False
    try:
        return "vnni" not in Path("/proc/cpuinfo").read_text()
    except OSError:
        return True
