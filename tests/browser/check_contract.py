"""`/docs`: Swagger UI sends a file, a stored document's name and options, as somebody who tries it out does."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import IMAGES


@pytest.fixture
def contract(browser, local):
    """The contract's page, open; a script error is a fault."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(local.url + "docs")
    expect(page.locator(".opblock").first).to_be_visible(timeout=90_000)
    yield page
    context.close()
    assert faults == []


def tried(page: Page, path: str, method: str = "post"):
    """The operation, opened, with *Try it out* pressed."""
    block = page.locator(f".opblock-{method}", has=page.locator(f'.opblock-summary-path[data-path="{path}"]'))
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    return block


def executed(block) -> tuple[int, str, str]:
    """What was answered to *Execute*: the status, the body, and the line for curl."""
    block.get_by_role("button", name="Execute").click()
    live = block.locator(".live-responses-table")
    expect(live).to_be_visible(timeout=180_000)
    status = int(live.locator("tbody .response-col_status").first.inner_text().split()[0])
    body = live.locator("tbody .response-col_description pre").first.inner_text()
    return status, body, block.locator(".curl").inner_text()


def body_kind(block, kind: str) -> None:
    block.locator(".body-param-content-type select").first.select_option(kind)


def test_a_forms_file(contract):
    block = tried(contract, "/analyze")
    body_kind(block, "multipart/form-data")
    block.locator("input[type=file]").set_input_files(IMAGES / "letter.png")
    status, body, _ = executed(block)
    assert status == 200, body
    assert json.loads(body)["document"]["name"] == "letter.png"


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream"])
def test_a_file_as_the_body(contract, kind):
    block = tried(contract, "/analyze")
    body_kind(block, kind)
    block.locator("input[type=file]").set_input_files(IMAGES / "letter.png")
    status, body, _ = executed(block)
    assert status == 200, body
    assert json.loads(body)["document"]["media_type"] == "image/png"


def test_a_stored_document_by_the_example(contract):
    status, body, _ = executed(tried(contract, "/analyze"))
    assert status == 200, body
    assert json.loads(body)["document"]["source"] == "s3://images/application-form.png"


def test_an_option_that_is_chosen_is_sent_once(contract):
    block = tried(contract, "/analyze")
    block.locator('tr[data-param-name="include"] select').select_option(["forms", "tables"])
    status, body, curl = executed(block)
    assert status == 200, body
    assert "include=forms,tables" in curl
    assert {"forms", "tables"} <= json.loads(body).keys()
    assert "text" not in json.loads(body)


def test_several_files_of_a_batch(contract):
    block = tried(contract, "/batch")
    block.locator('tr[data-param-name="include"] select').select_option("forms")
    body_kind(block, "multipart/form-data")
    for number, name in enumerate(("letter.png", "invoice.png")):
        if number:  # a place for one is there
            block.get_by_role("button", name="Add").click()
        block.locator("input[type=file]").nth(number).set_input_files(IMAGES / name)
    status, body, _ = executed(block)
    assert status == 200, body
    assert [each["name"] for each in json.loads(body)["results"]] == ["letter.png", "invoice.png"]


def test_a_job_of_a_file(contract):
    block = tried(contract, "/jobs")
    body_kind(block, "multipart/form-data")
    block.locator("input[type=file]").set_input_files(IMAGES / "letter.png")
    status, body, _ = executed(block)
    assert status == 202, body
