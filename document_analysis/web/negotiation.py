"""Which view a request wants: `format`, else `Accept`."""

from collections.abc import Sequence

from werkzeug.datastructures import MIMEAccept

from document_analysis.errors import NotAcceptable
from document_analysis.views.contract import View
from document_analysis.views.registry import TABLE, VIEWS

DEFAULT = VIEWS["json"]


def choose_view(named: str | None, accept: MIMEAccept, among: Sequence[View] = TABLE) -> View:
    """The view of those there are. Raises NotAcceptable, which lists what there is.

    Whatever admits JSON by `*/*` gets JSON: a browser lists kinds of picture before its `*/*`, and means none of them.
    """
    if named:
        return VIEWS[named]
    quality = {kind.partition(";")[0].strip().lower(): q for kind, q in accept}
    if not quality or (quality.get("*/*", 0) > 0 and quality.get(DEFAULT.media_type, 1) > 0):
        return DEFAULT
    best, chosen = 0.0, None
    for view in among:
        if view.by_accept and (q := _quality(view.media_type, quality)) > best:
            best, chosen = q, view
    if chosen is None:
        raise NotAcceptable(f"There is: {_there_is(among)}.", headers={"Vary": "Accept"})
    return chosen


def _quality(media_type: str, quality: dict[str, float]) -> float:
    """RFC 9110: the most special range that fits says how welcome a media type is."""
    whole_kind = media_type.partition("/")[0] + "/*"
    return quality.get(media_type, quality.get(whole_kind, quality.get("*/*", 0)))


def _there_is(among: Sequence[View]) -> str:
    media_types = ", ".join(view.media_type for view in among if view.by_accept)
    return "; or ".join([media_types, *(f"format={view.name}" for view in among if not view.by_accept)])
