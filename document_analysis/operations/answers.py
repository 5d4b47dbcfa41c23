"""Whether an answer is one: the one check of engines' answers and of kept results, by botocore's own service model."""

from collections.abc import Callable
from functools import cache

from botocore.model import ListShape, Shape, StructureShape

from document_analysis.blocks.index import Response
from document_analysis.errors import EngineFailed
from document_analysis.operations.catalogue import Operation
from document_analysis.operations.service_model import service_model

Check = Callable[[object], bool]

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
    if not _check_of(operation)(answer):
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
    """A function that holds values to `shape`: two microseconds for a block."""
    if isinstance(shape, ListShape):
        return _list_check(shape.member)
    assert isinstance(shape, StructureShape), "answers have no maps"
    plain = {name: _TYPES[member.type_name] for name, member in shape.members.items() if member.type_name in _TYPES}
    nested = {name: _check(member) for name, member in shape.members.items() if name not in plain}

    def check(value: object) -> bool:
        if type(value) is not dict:
            return False
        for name, member in value.items():
            types = plain.get(name)
            if types is not None:
                if type(member) not in types:
                    return False
            elif name in nested and not nested[name](member):
                return False
        return True

    if nested or set(plain.values()) != {_NUMBERS}:
        return check
    # Points and boxes, most of what there is: seen at one glance where the model knows all their members.
    return lambda value: (type(value) is dict and _NUMBERS.issuperset(map(type, value.values()))) or check(value)


def _list_check(member: Shape) -> Check:
    if (types := _TYPES.get(member.type_name)) is not None:
        return lambda value: type(value) is list and types.issuperset(map(type, value))
    check = _check(member)
    return lambda value: type(value) is list and all(map(check, value))
