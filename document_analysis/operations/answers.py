"""Whether an answer is one: the one check of engines' answers and of kept results, by botocore's own service model."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from document_analysis.blocks.index import Response
from document_analysis.errors import EngineFailed
from document_analysis.operations.catalogue import Operation
from document_analysis.operations.service_model import service_model

Check = Callable[[Sequence[Any]], bool]

_NUMBERS = frozenset({int, float})
_TYPES: dict[str, frozenset[type]] = {
    "boolean": frozenset({bool}),
    "double": _NUMBERS,
    "float": _NUMBERS,
    "integer": frozenset({int}),
    "long": frozenset({int}),
    "string": frozenset({str}),
}
"""What orjson makes of the model's plain types. Names that an enumeration lacks pass: AWS adds some."""


class BrokenAnswer(EngineFailed):
    """An answer that is none of its operation's: cut off, without what it must have, or with members of other types."""


def checked(operation: Operation, answer: object) -> Response:
    """`answer`, when it is one of `operation`. Raises BrokenAnswer.

    The member that the operation must answer is there, and whatever the model knows is of the model's type; what it
    does not know passes.
    """
    if not isinstance(answer, dict) or operation.answer not in answer:
        raise BrokenAnswer(cause=f"the answer has no {operation.answer}")
    if not _check_of(operation)([answer]):
        raise BrokenAnswer(cause="a member of the answer has another type than the service's model says")
    return answer


def is_answer(operation: Operation, value: object) -> bool:
    """Whether `value` is an answer of `operation`."""
    try:
        checked(operation, value)
    except BrokenAnswer:
        return False
    return True


@cache
def _check_of(operation: Operation) -> Check:
    shape = service_model(operation.service).operation_model(operation.name).output_shape
    assert shape is not None
    return _check(shape)


def _check(shape: Shape) -> Check:
    """A function that holds all values of one shape in an answer to it at once: what runs once a value runs in C."""
    if isinstance(shape, ListShape):
        check = _check(shape.member)
        return lambda values: _all_are(list, values) and check(list(chain.from_iterable(values)))
    if isinstance(shape, StructureShape):
        return _members_check({name: _check(member) for name, member in shape.members.items()}, _numbers_only(shape))
    types = _TYPES[shape.type_name]
    return lambda values: types.issuperset(map(type, values))


def _members_check(checks: dict[str, Check], numbers_only: bool) -> Check:
    def check(values: Sequence[Any]) -> bool:
        if not _all_are(dict, values):
            return False
        # Points and boxes, most of what there is: seen at one glance where the model knows all their members.
        if numbers_only and _NUMBERS.issuperset(map(type, chain.from_iterable(map(dict.values, values)))):
            return True
        return all(check([value[name] for value in values if name in value]) for name, check in checks.items())

    return check


def _numbers_only(shape: StructureShape) -> bool:
    return all(_TYPES.get(member.type_name) == _NUMBERS for member in shape.members.values())


def _all_are(kind: type, values: Sequence[object]) -> bool:
    return {kind}.issuperset(map(type, values))
