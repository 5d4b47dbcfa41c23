"""Programs that read what Amazon Textract answered: boto3 asks for them, with steps as in `callers`.

They raise no errors of Textract's; in place of one they are given the answer for a page with nothing on it.
"""

import io
from functools import cache
from typing import Any

import boto3
import trp
from PIL import Image
from samples import (
    FEATURES,
    FORM,
    INVOICE,
    LETTER,
    PASSPORT,
    RECEIPT,
    check,
    expense_said,
    identity_said,
    identity_types,
    items_of,
    types_of,
)
from textractprettyprinter.t_pretty_print import (
    Pretty_Print_Table_Format,
    Textract_Pretty_Print,
    get_string,
    get_text_from_layout_json,
)
from trp.t_pipeline import add_kv_ocr_confidence, add_page_orientation, order_blocks_by_geo
from trp.trp2 import TDocumentSchema
from trp.trp2_analyzeid import TAnalyzeIdDocumentSchema
from trp.trp2_expense import TAnalyzeExpenseDocumentSchema

NOTHING = "raises none itself; nothing on a blank page"


@cache
def answered(name: str) -> dict[str, Any]:
    """What those that only read answers are given; boto3 asks for it."""
    client = boto3.client("textract")
    if name == "stored":
        answer = client.detect_document_text(Document={"S3Object": {"Bucket": "images", "Name": LETTER}})
    elif name == "expense":
        answer = client.analyze_expense(Document={"Bytes": RECEIPT.read_bytes()})
    elif name == "identity":
        answer = client.analyze_id(DocumentPages=[{"Bytes": PASSPORT.read_bytes()}])
    elif name == "blank":
        page = io.BytesIO()
        Image.new("L", (600, 800), 255).save(page, "PNG")
        answer = client.analyze_document(Document={"Bytes": page.getvalue()}, FeatureTypes=FEATURES)
    else:
        document = {"picture": INVOICE, "pdf": FORM}[name].read_bytes()
        answer = client.analyze_document(Document={"Bytes": document}, FeatureTypes=FEATURES)
    return dict(answer)


class Trp:
    package = "amazon-textract-response-parser"
    name = "amazon-textract-response-parser, trp"

    def page(self, name: str) -> trp.Page:
        (page,) = trp.Document(answered(name)).pages
        return page

    def picture(self) -> str:
        page = self.page("picture")
        check(page.form.getFieldByKey("Invoice number:").value.text == "AF-2041", "value of a key")
        rows = [[cell.text.strip() for cell in row.cells] for row in page.tables[0].rows]
        check(["4", "Coat rail, 12 hooks", "3", "46.80", "140.40"] in rows, "row of the table")
        return f"{len(page.form.fields)} fields, a table of {len(rows)} rows"

    def stored(self) -> str:
        page = self.page("stored")
        check("Ferrygate Rowing Club" in page.text, "text")
        return f"{len(page.lines)} lines"

    def pdf(self) -> str:
        fields = {field.key.text: field.value.text for field in self.page("pdf").form.fields if field.value}
        check(fields["Name of group:"] == "Elmbridge Chess Circle", "value of a key")
        check({"SELECTED", "NOT_SELECTED"} <= set(fields.values()), "check boxes")
        return f"{len(fields)} fields with a value"

    def error(self) -> str:
        page = self.page("blank")
        check(not (page.lines or page.tables or page.form.fields), "nothing is there")
        return NOTHING


class Trp2:
    package = "amazon-textract-response-parser"
    name = "amazon-textract-response-parser, trp2"

    def document(self, name: str) -> Any:
        return TDocumentSchema().load(answered(name))

    def picture(self) -> str:
        document = add_page_orientation(order_blocks_by_geo(add_kv_ocr_confidence(self.document("picture"))))
        (page,) = document.pages
        (key,) = document.get_key_by_name("Invoice number:")
        check(document.get_text_for_tblocks(document.value_for_key(key)) == "AF-2041", "value of a key")
        check(len(TDocumentSchema().dump(document)["Blocks"]) == len(document.blocks), "written again")
        turned = page.custom["PageOrientationBasedOnWords"]
        return f"{len(document.keys(page))} keys, {len(document.tables(page))} table, turned by {turned:.1f} degrees"

    def stored(self) -> str:
        document = self.document("stored")
        lines = document.lines(document.pages[0])
        check("Ferrygate Rowing Club" in document.get_text_for_tblocks(lines), "text")
        return f"{len(lines)} lines"

    def pdf(self) -> str:
        document = self.document("pdf")
        (key,) = document.get_key_by_name("Name of group:")
        check(document.get_text_for_tblocks(document.value_for_key(key)) == "Elmbridge Chess Circle", "value of a key")
        return f"{len(document.keys(document.pages[0]))} keys"

    def expense(self) -> str:
        schema = TAnalyzeExpenseDocumentSchema()
        document = schema.load(answered("expense"))
        (found,) = schema.dump(document)["ExpenseDocuments"]
        (read,) = document.expenses_documents
        types: dict[str, str] = {}
        for field in read.summaryfields:
            types.setdefault(field.ftype.text, field.valuedetection.text)
        check(types == types_of(found), "read and written again")
        return expense_said(types, items_of(found))

    def identity(self) -> str:
        schema = TAnalyzeIdDocumentSchema()
        document = schema.load(answered("identity"))
        rows = document.get_values_as_list()
        check(len(rows) == 21, "rows of values")
        (found,) = schema.dump(document)["IdentityDocuments"]
        return identity_said(identity_types(found))

    def error(self) -> str:
        document = self.document("blank")
        check(not document.lines(document.pages[0]), "nothing is there")
        return NOTHING


class PrettyPrinter:
    package = "amazon-textract-prettyprinter"

    def text(self, name: str, *kinds: str) -> str:
        wanted = [Textract_Pretty_Print[kind] for kind in kinds]
        return str(get_string(answered(name), wanted, table_format=Pretty_Print_Table_Format.csv))

    def picture(self) -> str:
        text = self.text("picture", "FORMS", "TABLES")
        rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines()]
        check(["Invoice number:", "AF-2041"] in rows, "a pair as CSV")
        check('4 ,"Coat rail, 12 hooks ",3 ,46.80 ,140.40' in text, "row of the table as CSV")
        layout = get_text_from_layout_json(answered("picture"))[1]
        check("Coat rail, 12 hooks" in layout, "text by layout")
        return f"{len(rows)} rows of CSV, {len(layout)} characters by layout"

    def stored(self) -> str:
        text = self.text("stored", "LINES")
        check("Ferrygate Rowing Club" in text, "text")
        return f"{len(text.splitlines())} lines"

    def pdf(self) -> str:
        text = self.text("pdf", "FORMS")
        check("Elmbridge Chess Circle" in text, "a pair")
        return f"{len(text.splitlines())} rows of CSV"

    def error(self) -> str:
        check(not self.text("blank", "LINES").strip(), "nothing is there")
        return NOTHING
