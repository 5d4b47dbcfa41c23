"""The form fields of a PDF's page, read before they become part of its drawing; and kept by a page that is taken out.

Only a whole document has a form. So a page that is taken out of one has a hidden annotation for each of its fields,
which nobody draws, and which is read like a field.
"""

import ctypes
from typing import Any, NamedTuple

import pypdfium2.raw as raw

MAX_FIELDS = 5_000

_KINDS = {
    raw.FPDF_FORMFIELD_CHECKBOX: "checkbox",
    raw.FPDF_FORMFIELD_RADIOBUTTON: "radio",
    raw.FPDF_FORMFIELD_COMBOBOX: "choice",
    raw.FPDF_FORMFIELD_LISTBOX: "choice",
    raw.FPDF_FORMFIELD_TEXTFIELD: "text",
    raw.FPDF_FORMFIELD_SIGNATURE: "signature",
}
_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_NAME, _PREFIX = b"NM", "form-field/"


class Field(NamedTuple):
    """A field that can be seen: checkbox, radio, choice, text or signature; the box in the page's own space."""

    kind: str
    checked: bool
    left: float
    bottom: float
    right: float
    top: float


def fields_of(page: Any, environment: Any) -> list[Field]:
    """The fields of a page as it was loaded."""
    found = []
    rect = raw.FS_RECTF()
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_FIELDS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        known = _known(annotation, environment)
        if known and raw.FPDFAnnot_GetRect(annotation, rect) and rect.right > rect.left and rect.top > rect.bottom:
            found.append(Field(*known, rect.left, rect.bottom, rect.right, rect.top))
        raw.FPDFPage_CloseAnnot(annotation)
    return found


def _known(annotation: Any, environment: Any) -> tuple[str, bool] | None:
    """The kind of a field and whether it is checked; None for what is no field, or cannot be seen."""
    if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET:
        if not environment or raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
            return None
        kind = _KINDS.get(raw.FPDFAnnot_GetFormFieldType(environment, annotation))
        if kind not in ("checkbox", "radio"):
            return (kind, False) if kind else None
        shown = _text(annotation, b"AS")  # the name of its appearance
        return kind, shown != "Off" if shown else bool(raw.FPDFAnnot_IsChecked(environment, annotation))
    name = _text(annotation, _NAME)
    if not name.startswith(_PREFIX):
        return None
    kind, _, state = name[len(_PREFIX) :].partition("/")
    return (kind, state.startswith("checked")) if kind in _KINDS.values() else None


def _text(annotation: Any, key: bytes) -> str:
    text = ctypes.create_string_buffer(128)
    size = raw.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(text, ctypes.POINTER(raw.FPDF_WCHAR)), 128)
    return text.raw[: max(0, min(size, 128) - 2)].decode("utf-16-le", "replace")


def keep_fields(page: Any, fields: list[Field]) -> None:
    """Put the hidden annotations for `fields` on a page."""
    for number, field in enumerate(fields):
        annotation = raw.FPDFPage_CreateAnnot(page, raw.FPDF_ANNOT_SQUARE)
        if not annotation:
            return
        name = f"{_PREFIX}{field.kind}/{'checked' if field.checked else 'plain'}/{number}\0".encode("utf-16-le")
        buffer = ctypes.create_string_buffer(name)
        raw.FPDFAnnot_SetRect(annotation, raw.FS_RECTF(field.left, field.top, field.right, field.bottom))
        raw.FPDFAnnot_SetFlags(annotation, _UNSEEN)
        raw.FPDFAnnot_SetStringValue(annotation, _NAME, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)))
        raw.FPDFPage_CloseAnnot(annotation)
