"""What the models of answers are made of."""

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import SkipJsonSchema

Confidence = float
Absent = SkipJsonSchema[None]
"""A member that may be left out, and is never null."""


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Box(Shape):
    """An upright rectangle in ratios (0–1) of the upright page."""

    left: float
    top: float
    width: float
    height: float


class Point(Shape):
    x: float
    y: float
