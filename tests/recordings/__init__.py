"""Responses in the form in which Textract answers, written for the tests."""

import json
from pathlib import Path

from document_analysis.blocks.index import Response


def recording(name: str) -> Response:
    """A fresh copy of one of them."""
    response: Response = json.loads((Path(__file__).parent / name).read_text("utf-8"))
    return response
