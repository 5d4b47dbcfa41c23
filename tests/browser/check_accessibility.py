"""axe-core finds no fault on the page, in each of its states, light and dark, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.fixtures import KEY

PARTS = (
    "To check",
    "Text",
    "Forms",
    "Tables",
    "Check boxes",
    "Signatures",
    "Layout",
    "Export",
    "For developers",
)
SIZES = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 360, "height": 740}}


def assert_accessible(viewer, state: str) -> None:
    found = Axe().run(viewer.page).response["violations"]
    faults = [fault for fault in found if fault["impact"]]
    told = [(fault["id"], [node["html"][:160] for node in fault["nodes"][:3]]) for fault in faults]
    assert told == [], state


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_state(local, open_viewer, scheme, size):
    viewer = open_viewer(local, color_scheme=scheme, viewport=SIZES[size])
    assert_accessible(viewer, "start")
    viewer.page.locator("#features").get_by_label("Layout").check()
    viewer.sample("application-form.png")
    viewer.read()
    for part in (
        "To check",
        "Text",
        "Forms",
        "Tables",
        "Check boxes",
        "Signatures",
        "Layout",
        "Export",
        "For developers",
    ):
        panel = viewer.tab(part)
        rows = panel.locator("[role=option]")
        if rows.count():
            rows.first.click()
        assert_accessible(viewer, part)
    viewer.tab("Text").get_by_label("Show").select_option("formatted")
    expect(viewer.page.locator(".formatted p").first).to_be_visible()
    assert_accessible(viewer, "formatted")
    viewer.page.get_by_role("button", name="Documents and options").click()
    viewer.page.get_by_role("textbox", name="Pages").fill("x")
    viewer.page.get_by_role("button", name="Analyse again").click()
    expect(viewer.problem).to_be_visible()
    assert_accessible(viewer, "problem")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_key_and_the_price(cloud, open_viewer, scheme):
    viewer = open_viewer(cloud, color_scheme=scheme)
    viewer.sample("letter.png")
    dialog = viewer.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert_accessible(viewer, "key")
    dialog.get_by_label("Key").fill(KEY)
    viewer.page.keyboard.press("Enter")
    expect(viewer.page.locator("#price")).to_contain_text("At most")
    assert_accessible(viewer, "price")


def test_nothing_is_wider_than_a_narrow_screen(local, open_viewer):
    viewer = open_viewer(local, viewport=SIZES["narrow"])
    assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 360
    viewer.sample("invoice.png")
    viewer.read()
    for part in ("To check", "Text", "Forms", "Tables", "Export", "For developers"):
        viewer.tab(part)
        assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 360, part
