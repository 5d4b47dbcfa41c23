"""Finders of a page in their order: what was asked for, and what that builds on."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from local_textract.errors import Stopped
from local_textract.faults import Faults
from local_textract.forms.finder import find_key_values
from local_textract.forms.signed import sign
from local_textract.layout.finder import find_layout
from local_textract.marks.checkboxes import find_selection_elements
from local_textract.marks.signatures import find_signatures
from local_textract.page.findings import Findings, PageView
from local_textract.tables.finder import find_tables

_LEAST_SIDE = 16  # pixels; nothing but specks has room on less


Finding = TypeVar("Finding")


def find(page: PageView, features: Sequence[str], should_stop: Callable[[], bool], faults: Faults) -> Findings:
    """What was asked for. Finders build on one another, so more may be looked for than is shown.

    A finder that raises has found nothing, and the others go on.
    """
    if min(page.width, page.height) < _LEAST_SIDE:
        return Findings()

    def unless_stopped(wanted: bool, what: str, find: Callable[[], list[Finding]]) -> list[Finding]:
        if wanted and should_stop():
            raise Stopped
        found: list[Finding] = []
        if wanted:
            with faults.contained(what):
                found = find()
        return found

    tables_asked, forms, layout = "TABLES" in features, "FORMS" in features, "LAYOUT" in features
    together = tables_asked or forms or layout
    elements = unless_stopped(together, "check_boxes", lambda: find_selection_elements(page))
    tables = unless_stopped(together, "tables", lambda: find_tables(page, elements))
    key_values = unless_stopped(forms or layout, "key_values", lambda: find_key_values(page, tables, elements))
    signatures = unless_stopped("SIGNATURES" in features, "signatures", lambda: find_signatures(page))
    with faults.contained("signed_fields"):
        sign(key_values, signatures)
    return Findings(
        selection_elements=elements if tables_asked or forms else [],
        tables=tables if tables_asked else [],
        key_values=key_values if forms else [],
        signatures=signatures,
        layout=unless_stopped(layout, "layout", lambda: find_layout(page, tables, key_values)),
    )
