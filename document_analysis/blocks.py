"""Textract's blocks, the language of the house: a response indexed, its relationships followed, its pages merged."""

from typing import Any

Block = dict[str, Any]
Response = dict[str, Any]
