"""Options from a JSON body, form fields, the query string or a command: merged, checked, every fault named."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.json_schema import SkipJsonSchema

from document_analysis.asking.bounds import MAX_PAGE_NUMBER, MOST_FIELDS, listed, page_numbers, short_text
from document_analysis.errors import FieldFault, InvalidRequest
from document_analysis.operations.catalogue import ANALYZE_DOCUMENT, DEFAULT_FEATURES
from document_analysis.views.kinds import KINDS
from document_analysis.views.parts import DEFAULT_PARTS, PARTS, READ, parts_of
from document_analysis.views.registry import TABLE, VIEWS
from document_analysis.views.shapes import DEFAULT_SHOWN, SHOWN, shown_of

FEATURES = ANALYZE_DOCUMENT.features
INCLUDABLE = ("summary", *PARTS)
PARTIAL = [view.name for view in TABLE if view.partial]
MAX_QUERIES = 15  # Textract's own limit for a synchronous call
MOST_LABELS = 1000
# What may be said in several pieces: forms and many clients repeat a name for each member of a list.
_LISTS = ("features", "include", "annotate", "pages")
# What people who come from Textract's own API write.
_TEXTRACTS = {
    "featuretypes": "features",
    "queriesconfig": "queries",
    "minconfidence": "min_confidence",
    "maxlabels": "max_labels",
    "s3object": "bucket, document and version",
    "name": "document",
    "key": "document",
    "bytes": "the document as the whole body, or as the part `file` of a form; leave JSON out",
    "url": "document, as s3://bucket/key",
}
# Options that only some kinds of document have.
_OWN_OPTIONS = {"features": ("document",), "queries": ("document",), "max_labels": ("labels",), "review_below": READ}


def _known(value: Any, known: Sequence[str], *, upper: bool = False) -> list[str]:
    names = [name.upper() if upper else name.lower() for name in listed(value)]
    unknown = [name for name in names if name not in known]
    if unknown:
        wrong = ", ".join(f'"{name[:40]}"' for name in unknown[:5])
        raise ValueError(f"{wrong} {'is' if len(unknown) == 1 else 'are'} unknown; use {', '.join(known)}")
    return names


def _choices(known: Sequence[str], *, upper: bool = False) -> BeforeValidator:
    def check(value: Any) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_known(value, known, upper=upper)))

    return BeforeValidator(check, json_schema_input_type=tuple[Literal[tuple(known)], ...])  # type: ignore[misc]


class Question(BaseModel):
    """A question as it is sent, for the schema; `_query` says in words what is wrong with one."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=200)
    alias: str | SkipJsonSchema[None] = Field(default=None, min_length=1, max_length=60)


def _queries(value: Any) -> tuple[dict[str, str], ...]:
    if isinstance(value, str):
        try:
            value = orjson.loads(short_text(value))
        except orjson.JSONDecodeError:
            raise ValueError('give JSON: [{"text": "What is the total?", "alias": "TOTAL"}]') from None
    if not isinstance(value, list) or len(value) > MAX_QUERIES:
        raise ValueError(f'give a list of at most {MAX_QUERIES}: [{{"text": "What is the total?", "alias": "TOTAL"}}]')
    return tuple(_query(item) for item in value)


def _query(item: Any) -> dict[str, str]:
    """A question as Textract wants it."""
    if not isinstance(item, dict) or set(item) - {"text", "alias"} or not isinstance(item.get("text"), str):
        raise ValueError('each query is {"text": "…"} with an "alias" if you like')
    text, alias = item["text"].strip(), item.get("alias")
    if not 1 <= len(text) <= 200:
        raise ValueError("a query's text has 1 to 200 characters")
    if alias is None:
        return {"Text": text}
    if not (isinstance(alias, str) and re.fullmatch(r"\S(.{0,58}\S)?", alias)):
        raise ValueError("a query's alias has 1 to 60 characters")
    return {"Text": text, "Alias": alias}


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false", "1", "0"}:
        return value.lower() in {"true", "1"}
    raise ValueError("use true or false")


def _within(low: float, high: float, *, whole: bool) -> BeforeValidator:
    kind = "a whole number" if whole else "a number"

    def check(value: Any) -> float:
        try:
            number = float(value) if not isinstance(value, bool) else None
        except (TypeError, ValueError):
            number = None
        if number is None or not low <= number <= high or (whole and number != int(number)):
            raise ValueError(f"give {kind} from {low:g} to {high:g}")
        return int(number) if whole else number

    return BeforeValidator(check, json_schema_input_type=Annotated[int if whole else float, Field(ge=low, le=high)])


def _one_of(*values: str) -> BeforeValidator:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value.lower() not in values:
            raise ValueError(f"use {', '.join(values[:-1])} or {values[-1]}")
        return value.lower()

    return BeforeValidator(check, json_schema_input_type=Literal[values])


class Options(BaseModel):
    """What a request may ask for beside its document; the same names wherever they stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Annotated[
        str, _one_of(*KINDS), Field(description="What the document is taken for; `labels`: what a picture shows.")
    ] = "document"
    features: Annotated[
        tuple[str, ...],
        _choices(FEATURES, upper=True),
        Field(
            description=f"Feature types, by default {','.join(DEFAULT_FEATURES)};"
            " an empty list means text only (DetectDocumentText)."
        ),
    ] = DEFAULT_FEATURES
    queries: Annotated[
        tuple[dict[str, str], ...],
        BeforeValidator(
            _queries, json_schema_input_type=Annotated[tuple[Question, ...], Field(max_length=MAX_QUERIES)]
        ),
        Field(description="Questions for the feature QUERIES, which they imply."),
    ] = ()
    pages: Annotated[
        tuple[int, ...] | None,
        BeforeValidator(page_numbers, json_schema_input_type=str),
        Field(description="Pages such as `1-3,7`, or `2-` from the second on; all by default.", examples=["1-3,7"]),
    ] = None
    min_confidence: Annotated[
        float,
        _within(0, 100, whole=False),
        Field(description="Leaves out summaries below it; 55 for `kind=labels` unless given."),
    ] = 0
    max_labels: Annotated[
        int | None,
        _within(1, MOST_LABELS, whole=True),
        Field(description="With `kind=labels`: so many of the surest labels."),
    ] = None
    review_below: Annotated[
        float | None,
        _within(0, 100, whole=False),
        Field(description="Lists fields, cells and words below it in `review`, with their boxes."),
    ] = None
    include: Annotated[
        tuple[str, ...],
        _choices(INCLUDABLE),
        Field(
            description="Parts of the JSON that the kind has, by default `summary,blocks`;"
            " `summary` stands for all but `blocks` and `picture`."
        ),
    ] = DEFAULT_PARTS
    annotate: Annotated[
        tuple[str, ...],
        _choices(SHOWN),
        Field(description=f"What the pictures show, by default {','.join(DEFAULT_SHOWN)}, or what the kind has."),
    ] = DEFAULT_SHOWN
    render_page: Annotated[
        int, _within(1, MAX_PAGE_NUMBER, whole=True), Field(description="The page that a single picture shows.")
    ] = 1
    dpi: Annotated[int, _within(30, 600, whole=True), Field(description="How finely a PDF page is drawn.")] = 150
    on_page_error: Annotated[
        Literal["partial", "fail"] | None,
        _one_of("partial", "fail"),
        Field(description=f"`partial` for {' and '.join(PARTIAL)}, `fail` for the rest, unless given."),
    ] = None
    dry_run: Annotated[
        bool, BeforeValidator(_flag), Field(description="Say what would be done and what it would cost; JSON only.")
    ] = False
    format: Annotated[
        str | None, _one_of(*VIEWS), Field(description="Names the representation and wins over `Accept`.")
    ] = None

    @model_validator(mode="after")
    def _agree(self) -> "Options":
        if "QUERIES" in self.features and not self.queries:
            raise ValueError('features: QUERIES needs queries: [{"text": "What is the total?"}]')
        if "render_page" in _chosen(self) and "pages" in self.model_fields_set:
            raise ValueError("render_page: it names the one page that is analysed; leave pages out")
        _refuse_what_the_kind_lacks(self)
        return self


def _chosen(options: Options) -> set[str]:
    """The options that were given and say something: clients send defaults that they have read in the contract."""
    fields = Options.model_fields
    return {name for name in options.model_fields_set if getattr(options, name) != fields[name].default}


def _refuse_what_the_kind_lacks(options: Options) -> None:
    """Raise ValueError, which names what the kind does not have."""
    kind, given = options.kind, _chosen(options)
    if lacking := [name for name, owners in _OWN_OPTIONS.items() if name in given and kind not in owners]:
        raise ValueError(f"{lacking[0]}: kind={kind} has no {' and no '.join(lacking)}; leave them out")
    lists = (("include", options.include, ("summary", *parts_of(kind))), ("annotate", options.annotate, shown_of(kind)))
    for name, chosen, there in lists:
        if name in given and (lacking := [part for part in chosen if part not in there]):
            raise ValueError(f"{name}: kind={kind} has no {', '.join(lacking)}; use {', '.join(there)}")
    if options.format in KINDS[kind].lacks:
        raise ValueError(f"format: kind={kind} has no {options.format}")


def _of_the_kind(options: Options) -> dict[str, Any]:
    """What options mean, or are by default, for the kind of document."""
    kind, given = options.kind, _chosen(options)
    summary = parts_of(kind, in_summary=True)
    included = [part for name in options.include for part in (summary if name == "summary" else (name,))]
    changes: dict[str, Any] = {
        "include": tuple(dict.fromkeys(included)) if "include" in given else parts_of(kind, by_default=True),
        "annotate": options.annotate if "annotate" in given else shown_of(kind, by_default=True),
    }
    if "min_confidence" not in options.model_fields_set:
        changes["min_confidence"] = KINDS[kind].min_confidence
    if kind != "document":
        changes["features"] = ()
    elif options.queries and "QUERIES" not in options.features:
        changes["features"] = (*options.features, "QUERIES")
    return changes


def read_options(*places: Mapping[str, Any], faults: Sequence[FieldFault] = ()) -> Options:
    """Options from the places they may stand in. Raises InvalidRequest with every fault, `faults` among them."""
    _check_count(sum(map(len, places)))
    merged: dict[str, Any] = {}
    faults = list(faults)
    for place in places:
        for name, value in place.items():
            if name in merged and not _same(name, merged[name], value):
                faults.append(_named(name, "stands in two places with different values; say it once"))
            merged[name] = value
    try:
        options = Options.model_validate(merged)
    except ValidationError as error:
        faults += [_fault(fault) for fault in error.errors(include_url=False, include_input=False)]
    if faults:
        raise InvalidRequest(errors=faults)
    return options.model_copy(update=_of_the_kind(options))


def gathered(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Options given as text: a list may be said in several pieces. Raises InvalidRequest."""
    _check_count(len(pairs))
    found: dict[str, str] = {}
    faults: list[FieldFault] = []
    for name, value in pairs:
        if name not in found or _same(name, found[name], value):
            found[name] = value
        elif name in _LISTS:
            found[name] = f"{found[name]},{value}"
        else:
            faults.append(_named(name, "stands there twice with different values; say it once"))
    if faults:
        raise InvalidRequest(errors=faults)
    return found


def _check_count(count: int) -> None:
    if count > MOST_FIELDS:
        raise InvalidRequest(f"The request has {count} options; it may have {MOST_FIELDS}.")


def _same(name: str, one: Any, other: Any) -> bool:
    """Whether two values mean the same, however they are written."""
    if one == other or name not in Options.model_fields:
        return bool(one == other)
    try:
        return bool(_reader(name).validate_python(one) == _reader(name).validate_python(other))
    except ValidationError:
        return False


@cache
def _reader(name: str) -> TypeAdapter[Any]:
    field = Options.model_fields[name]
    kind: Any = field.annotation
    return TypeAdapter(Annotated[kind, *field.metadata])


def _named(name: str, message: str) -> FieldFault:
    return FieldFault(name[:40], message, ours=name in Options.model_fields)


def unknown(name: str, known: Iterable[str] = ()) -> str:
    """What to say of a name that is no option, where `known` are names beside the options."""
    names = [*Options.model_fields, *known]
    plain = re.sub(r"[\W_]", "", name[:40]).lower()
    if plain in _TEXTRACTS:
        return f"is unknown; here it is {_TEXTRACTS[plain]}"
    near = get_close_matches(plain, [one.replace("_", "") for one in names], 1)
    if near:
        return f"is unknown; did you mean {next(one for one in names if one.replace('_', '') == near[0])}?"
    return f"is unknown; use {', '.join(names)}"


def _fault(fault: Any) -> FieldFault:
    name = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        return _named(name, unknown(name))
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not name:  # a fault between fields names its field first
        name, _, message = message.partition(": ")
    return FieldFault(name, message)
