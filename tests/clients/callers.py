"""Programs that call Amazon Textract, each asked for a picture, a stored object, PDFs, the kinds it knows, an error.

Every class is one client: `package` as its registry names it, and steps that return what was seen in a few words or
raise; `long` is a stored PDF of three pages, which needs the asynchronous operations. Where the service is and who asks
stands in AWS's own environment variables, as a user would have it.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
from langchain_community.document_loaders import AmazonTextractPDFLoader
from samples import (
    FEATURES,
    FORM,
    IMAGES,
    INVOICE,
    LETTER,
    PASSPORT,
    RECEIPT,
    REPORT,
    REPORT_TEXTS,
    UNSUPPORTED,
    check,
    counted,
    counted_long,
    expense_said,
    identity_said,
    identity_types,
    items_of,
    labels_said,
    raised,
    types_of,
)
from textractcaller import (
    Textract_Call_Mode,
    Textract_Features,
    call_textract,
    call_textract_analyzeid,
    call_textract_expense,
)
from textractor import Textractor
from textractor.data.constants import TextractFeatures
from textractor.exceptions import UnsupportedDocumentException


class Boto3:
    package = "boto3"

    def __init__(self) -> None:
        self.client = boto3.client("textract")

    def picture(self) -> str:
        answer = self.client.analyze_document(Document={"Bytes": INVOICE.read_bytes()}, FeatureTypes=FEATURES)
        check(answer["DocumentMetadata"] == {"Pages": 1}, "one page")
        return counted(answer["Blocks"], "AF-2041", "Coat rail, 12 hooks")

    def stored(self) -> str:
        place = {"S3Object": {"Bucket": "images", "Name": LETTER}}
        return counted(self.client.detect_document_text(Document=place)["Blocks"], "Ferrygate Rowing Club")

    def pdf(self) -> str:
        answer = self.client.analyze_document(Document={"Bytes": FORM.read_bytes()}, FeatureTypes=["FORMS"])
        return counted(answer["Blocks"], "Elmbridge Chess Circle")

    def long(self) -> str:
        started = self.client.start_document_analysis(
            DocumentLocation={"S3Object": {"Bucket": "images", "Name": REPORT.name}}, FeatureTypes=["TABLES"]
        )
        parts: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while not parts or token:
            answer = self.client.get_document_analysis(JobId=started["JobId"], MaxResults=100, **token)
            if answer["JobStatus"] == "IN_PROGRESS":
                time.sleep(0.5)
                continue
            check(answer["JobStatus"] == "SUCCEEDED" and answer["DocumentMetadata"] == {"Pages": 3}, "status, pages")
            parts.append(answer)
            token = {"NextToken": answer["NextToken"]} if "NextToken" in answer else {}
        return f"{counted_long([block for part in parts for block in part['Blocks']])}, {len(parts)} parts"

    def expense(self) -> str:
        (found,) = self.client.analyze_expense(Document={"Bytes": RECEIPT.read_bytes()})["ExpenseDocuments"]
        return expense_said(types_of(found), items_of(found))

    def identity(self) -> str:
        place = {"S3Object": {"Bucket": "images", "Name": PASSPORT.name}}
        (found,) = self.client.analyze_id(DocumentPages=[place])["IdentityDocuments"]
        return identity_said(identity_types(found))

    def labels(self) -> str:
        picture = {"Bytes": (IMAGES / LETTER).read_bytes()}
        answer = boto3.client("rekognition").detect_labels(Image=picture, MaxLabels=5, MinConfidence=60)
        return labels_said(label["Name"] for label in answer["Labels"])

    def error(self) -> str:
        kind = self.client.exceptions.UnsupportedDocumentException
        error: Any = raised(
            lambda: self.client.analyze_document(Document={"Bytes": REPORT.read_bytes()}, FeatureTypes=FEATURES), kind
        )
        facts = error.response["ResponseMetadata"]
        check(facts["HTTPStatusCode"] == 400 and facts["RequestId"], "status and request id")
        return type(error).__name__


class AwsCli:
    package = "awscli"

    def aws(self, *asked: str, service: str = "textract") -> Any:
        command = [sys.executable, "-m", "awscli", service, *asked, "--output", "json"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(run.stderr.strip())
        return json.loads(run.stdout)

    def analyze(self, path: Path) -> list[dict[str, Any]]:
        asked = ("--document", f"Bytes@=fileb://{path}", "--feature-types", *FEATURES)
        return list(self.aws("analyze-document", *asked)["Blocks"])

    def picture(self) -> str:
        return counted(self.analyze(INVOICE), "AF-2041", "Coat rail, 12 hooks")

    def stored(self) -> str:
        answer = self.aws("detect-document-text", "--document", f"S3Object={{Bucket=images,Name={LETTER}}}")
        return counted(answer["Blocks"], "Ferrygate Rowing Club")

    def pdf(self) -> str:
        return counted(self.analyze(FORM), "Elmbridge Chess Circle")

    def expense(self) -> str:
        (found,) = self.aws("analyze-expense", "--document", f"Bytes@=fileb://{RECEIPT}")["ExpenseDocuments"]
        return expense_said(types_of(found), items_of(found))

    def identity(self) -> str:
        place = f"S3Object={{Bucket=images,Name={PASSPORT.name}}}"
        (found,) = self.aws("analyze-id", "--document-pages", place)["IdentityDocuments"]
        return identity_said(identity_types(found))

    def labels(self) -> str:
        answer = self.aws("detect-labels", "--image-bytes", f"fileb://{IMAGES / LETTER}", service="rekognition")
        return labels_said(label["Name"] for label in answer["Labels"])

    def error(self) -> str:
        error = raised(lambda: self.analyze(REPORT), RuntimeError)
        found = re.match(r"An error occurred \((\w+)\) when calling the AnalyzeDocument operation: ", str(error))
        check(found and found[1] == UNSUPPORTED, str(error))
        return UNSUPPORTED


class TextractorPackage:
    package = "amazon-textract-textractor"

    def __init__(self) -> None:
        self.client = Textractor(region_name="eu-west-1")

    def document(self, place: str, **options: Any) -> Any:
        return self.client.analyze_document(place, [TextractFeatures[name] for name in FEATURES], **options)

    def picture(self) -> str:
        document = self.document(str(INVOICE))
        check(str(document.get("Invoice number")[0].value) == "AF-2041", "value of a key")
        frame = document.tables[0].to_pandas()
        check("Coat rail, 12 hooks" in frame.to_string(), "table as a data frame")
        check("Invoice" in document.to_markdown() and "<table" in document.to_html(), "Markdown and HTML")
        check(document.words.visualize().size, "drawn boxes")
        return f"{len(document.key_values)} key-value pairs, a table of {frame.shape[0]} x {frame.shape[1]}"

    def stored(self) -> str:
        document = self.document(f"s3://images/{FORM.name}", save_image=False)
        check("Elmbridge Chess Circle" in document.text, "text")
        return f"{len(document.lines)} lines of a PDF (fetches pictures from S3 itself)"

    def pdf(self) -> str:
        document = self.document(str(FORM), save_image=False)
        check("Elmbridge Chess Circle" in [str(pair.value) for pair in document.key_values], "value of a key")
        return f"{len(document.key_values)} key-value pairs, {len(document.checkboxes)} check boxes"

    def long(self) -> str:
        features = [TextractFeatures.TABLES]
        document = self.client.start_document_analysis(f"s3://images/{REPORT.name}", features, save_image=False)
        check(len(document.pages) == 3, "three pages")
        check(all(text in document.text for text in REPORT_TEXTS), "text of its first page and its last")
        return f"{len(document.lines)} lines, {len(document.tables)} tables on {len(document.pages)} pages"

    def expense(self) -> str:
        document = self.client.analyze_expense(str(RECEIPT), save_image=False)
        (found,) = document.expense_documents
        types = {name: found.summary_fields[name][0].value.text for name in map(str, found.summary_fields)}
        items = [
            field.value.text
            for group in found.line_items_groups
            for row in group.rows
            for field in row.expenses
            if field.type.text == "ITEM"
        ]
        return expense_said(types, items)

    def identity(self) -> str:
        (found,) = self.client.analyze_id(str(PASSPORT), save_image=False).identity_documents
        return identity_said({name: found.get(name) for name in found.keys()})  # noqa: SIM118

    def error(self) -> str:
        error = raised(lambda: self.document(str(REPORT), save_image=False), UnsupportedDocumentException)
        return f"{type(error).__name__} (Textractor's own)"


class Caller:
    package = "amazon-textract-caller"

    def __init__(self) -> None:
        self.features = [Textract_Features[name] for name in FEATURES]

    def picture(self) -> str:
        return counted(call_textract(str(INVOICE), self.features)["Blocks"], "AF-2041", "Coat rail, 12 hooks")

    def stored(self) -> str:
        return counted(call_textract(f"s3://images/{LETTER}")["Blocks"], "Ferrygate Rowing Club")

    def pdf(self) -> str:
        answer = call_textract(str(FORM), self.features, call_mode=Textract_Call_Mode.FORCE_SYNC)
        return counted(answer["Blocks"], "Elmbridge Chess Circle")

    def long(self) -> str:
        return counted_long(call_textract(f"s3://images/{REPORT.name}", self.features)["Blocks"])

    def expense(self) -> str:
        (found,) = call_textract_expense(str(RECEIPT))["ExpenseDocuments"]
        return expense_said(types_of(found), items_of(found))

    def identity(self) -> str:
        (found,) = call_textract_analyzeid([f"s3://images/{PASSPORT.name}"])["IdentityDocuments"]
        return identity_said(identity_types(found))

    def error(self) -> str:
        error = raised(lambda: call_textract(REPORT.read_bytes(), self.features), Exception)
        check(type(error).__name__ == UNSUPPORTED, repr(error))
        return UNSUPPORTED


class LangChain:
    package = "langchain-community"
    name = "langchain-community, AmazonTextractPDFLoader"

    def load(self, place: str, *features: str) -> str:
        (document,) = AmazonTextractPDFLoader(place, textract_features=features).load()
        return document.page_content

    def picture(self) -> str:
        text = self.load(str(INVOICE), *FEATURES)
        check("Invoice number: AF-2041" in text and "Coat rail, 12 hooks" in text, "a pair and the table")
        return f"{len(text)} characters, {text.count(chr(10) + '#')} headings"

    def stored(self) -> str:
        text = self.load(f"s3://images/{LETTER}")
        check("Ferrygate Rowing Club" in text, "text")
        return f"{len(text)} characters"

    def pdf(self) -> str:
        text = self.load(str(FORM), "FORMS")
        check("Elmbridge Chess Circle" in text, "text")
        return f"{len(text)} characters"

    def long(self) -> str:
        pages = AmazonTextractPDFLoader(f"s3://images/{REPORT.name}").load()
        text = "\n".join(page.page_content for page in pages)
        check(len(pages) == 3 and all(each in text for each in REPORT_TEXTS), "three pages and their text")
        return f"{len(pages)} pages"

    def error(self) -> str:
        error = raised(lambda: self.load("s3://images/nothing.png"), Exception)
        check(type(error).__name__ == "InvalidS3ObjectException", repr(error))
        return type(error).__name__


class JavaScript:
    """The SDK v3 in Node.js; `script` lies beside its node_modules."""

    package = "@aws-sdk/client-textract"
    script = Path()

    def run(self, step: str, place: str | Path) -> list[dict[str, Any]]:
        return list(self.answer(step, place)["Blocks"])

    def answer(self, step: str, place: str | Path) -> Any:
        command = ["node", "--no-warnings", str(self.script), step, str(place)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(run.stderr.strip())
        answer = json.loads(run.stdout)
        if "error" in answer:
            raise RuntimeError(json.dumps(answer["error"]))
        check(answer["status"] == 200, "status")
        return answer

    def picture(self) -> str:
        return counted(self.run("picture", INVOICE), "AF-2041", "Coat rail, 12 hooks")

    def stored(self) -> str:
        return counted(self.run("stored", LETTER), "Ferrygate Rowing Club")

    def pdf(self) -> str:
        return counted(self.run("pdf", FORM), "Elmbridge Chess Circle")

    def long(self) -> str:
        return counted_long(self.run("long", REPORT.name))

    def expense(self) -> str:
        (found,) = self.answer("expense", RECEIPT)["ExpenseDocuments"]
        return expense_said(types_of(found), items_of(found))

    def identity(self) -> str:
        (found,) = self.answer("identity", PASSPORT.name)["IdentityDocuments"]
        return identity_said(identity_types(found))

    def labels(self) -> str:
        return labels_said(label["Name"] for label in self.answer("labels", IMAGES / LETTER)["Labels"])

    def error(self) -> str:
        error = json.loads(str(raised(lambda: self.run("error", REPORT), RuntimeError)))
        check(error["name"] == UNSUPPORTED and error["modelled"] and error["fault"] == "client", json.dumps(error))
        check(error["status"] == 400 and error["requestId"], "status and request id")
        return UNSUPPORTED
