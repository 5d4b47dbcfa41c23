"""Responses in the form in which Textract answers, written for the tests."""

import json
from pathlib import Path

from document_analysis.blocks.index import Response

FOLDER = Path(__file__).parent


def recording(name: str) -> Response:
    """A fresh copy of one of them."""
    response: Response = json.loads((FOLDER / name).read_text("utf-8"))
    return response
