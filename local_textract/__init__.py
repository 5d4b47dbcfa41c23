"""An offline Textract: `LocalTextract` answers as boto3's Textract client does, from the document alone."""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local_textract.client import LocalTextract
    from local_textract.errors import ModelsMissing, Stopped

# onnxruntime reports its use to its maker and writes a device's name below the home folder, unless it is told not to
# before it is loaded: by anything here, which all comes after this line.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__all__ = ["LocalTextract", "ModelsMissing", "Stopped"]


def __getattr__(name: str) -> Any:
    """Load the reader when it is first asked for: `sandbox.pdf` is also used where no OCR is installed."""
    if name == "LocalTextract":
        from local_textract.client import LocalTextract

        return LocalTextract
    if name == "ModelsMissing":
        from local_textract.errors import ModelsMissing

        return ModelsMissing
    if name == "Stopped":
        from local_textract.errors import Stopped

        return Stopped
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
