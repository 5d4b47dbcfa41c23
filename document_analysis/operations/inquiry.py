"""What is asked of a page: the kind of document it is taken for, and what that kind lets one ask."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from document_analysis.operations.catalogue import DEFAULT_FEATURES, Operation, operation_for

Query = dict[str, Any]
"""A question about a page, in Textract's words: `{"Text", "Alias"?, "Pages"?}`; without `Pages` about every page."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """`features` of kind `document` are Textract's feature types, none meaning text only; `queries` go with QUERIES.

    `human_loop` is Amazon A2I's `HumanLoopConfig`, which goes with features. `max_labels` and `min_confidence` (0–100)
    go with the kind `labels`. Raises ValueError where the catalogue has no operation for it.
    """

    features: tuple[str, ...] = ()
    queries: tuple[Query, ...] = ()
    kind: str = "document"
    max_labels: int | None = None
    min_confidence: float | None = None
    human_loop: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.parameters.keys() - self.operation.parameters.keys():
            raise ValueError(f"a document for {self.kind} has no {', '.join(self.parameters)}")

    @property
    def parameters(self) -> dict[str, Any]:
        """What it brings beside features and queries."""
        given = {
            "max_labels": self.max_labels,
            "min_confidence": self.min_confidence,
            "human_loop": self.human_loop,
        }
        return {name: value for name, value in given.items() if value is not None}

    @property
    def operation(self) -> Operation:
        return operation_for(self.kind, self.features)

    def arguments(self, document: dict[str, Any]) -> dict[str, Any]:
        """The keyword arguments of boto3's method, given boto3's `Document`."""
        operation = self.operation
        arguments: dict[str, Any] = {operation.document: [document] if operation.listed else document}
        if self.features:
            arguments["FeatureTypes"] = list(self.features)
        if self.queries:
            arguments["QueriesConfig"] = {"Queries": list(self.queries)}
        return arguments | {operation.parameters[name]: value for name, value in self.parameters.items()}

    def on_page(self, number: int) -> Self:
        """What is asked of one page: its queries alone, and without any of them not the feature either."""
        if not any("Pages" in query for query in self.queries):
            return self
        asked = [query for query in self.queries if any(_covers(span, number) for span in query.get("Pages", ["*"]))]
        plain = tuple({name: value for name, value in query.items() if name != "Pages"} for query in asked)
        features = tuple(name for name in self.features if plain or name != "QUERIES")
        return replace(self, features=features, queries=plain)

    def estimate(self, pages: int) -> float:
        """US dollars for so many pages at the list price, to a hundredth of a cent."""
        return round(self.operation.price(self.features) * pages, 4)

    def identity(self) -> list[Any]:
        """What tells it from any other inquiry, in whatever order the features were named."""
        # Results kept before there were kinds stay good.
        plain = self.kind == "document" and not self.parameters
        own = [] if plain else [self.kind, *sorted(self.parameters.items())]
        return [sorted(self.features), list(self.queries), *own]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "features": list(self.features),
            "queries": list(self.queries),
            **self.parameters,
        }

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Self:
        """Out of what `as_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            tuple(members["features"]),
            tuple(map(dict, members["queries"])),
            members["kind"],
            members.get("max_labels"),
            members.get("min_confidence"),
            members.get("human_loop"),
        )


def _covers(span: str, page: int) -> bool:
    """Whether a page is one of `*`, `2`, `2-4` or `2-*`."""
    first, found, last = span.partition("-")
    if first == "*":
        return True
    return int(first) <= page and (page <= int(last) if found and last != "*" else bool(found) or page == int(first))


DEFAULT_INQUIRY = Inquiry(DEFAULT_FEATURES)
