"""Pages and results side by side: zoom, small pages, what follows what, groups of check boxes, merged cells."""

import pytest
from playwright.sync_api import expect

from tests.browser.check_service import analyse, document, written  # noqa: F401  (fixtures)
from tests.browser.fixtures import KEY


@pytest.fixture
def report(local, open_viewer):
    viewer = open_viewer(local)
    viewer.sample("report.pdf")
    viewer.read()
    return viewer


def width(viewer) -> float:
    box = viewer.page.locator(".paper").first.bounding_box()
    assert box is not None
    return box["width"]


def centre(viewer) -> tuple[float, float]:
    box = viewer.page.locator("#sheets").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class TestZoom:
    def test_the_wheel_zooms_about_the_pointer(self, report):
        before = width(report)
        x, y = centre(report)
        report.page.mouse.move(x, y)
        under = "([x, y]) => { const box = document.elementFromPoint(x, y).closest('.paper').getBoundingClientRect(); "
        under += "return [(x - box.left) / box.width, (y - box.top) / box.height]; }"
        at = report.page.evaluate(under, [x, y])
        report.page.keyboard.down("Control")
        report.page.mouse.wheel(0, -300)
        report.page.keyboard.up("Control")
        expect(report.page.locator("#zoom-fit")).not_to_have_text("100 %")
        assert width(report) > 1.8 * before
        assert report.page.evaluate(under, [x, y]) == pytest.approx(at, abs=0.02)

    def test_two_fingers(self, local, open_viewer):
        viewer = open_viewer(local, has_touch=True)
        viewer.sample("letter.png")
        viewer.read()
        before = width(viewer)
        x, y = centre(viewer)
        session = viewer.page.context.new_cdp_session(viewer.page)
        for kind, apart in (("touchStart", 40), ("touchMove", 60), ("touchMove", 80), ("touchEnd", 0)):
            points = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}] if apart else []
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        assert width(viewer) == pytest.approx(2 * before, rel=0.1)

    def test_the_whole_page(self, report):
        report.page.get_by_role("button", name="Page", exact=True).click()
        paper, pane = (report.page.locator(name).bounding_box() for name in (".paper >> nth=0", "#sheets"))
        assert paper["height"] < pane["height"]
        report.page.get_by_role("button", name="Fit the width").click()
        expect(report.page.locator("#zoom-fit")).to_have_text("100 %")


class TestBothSides:
    def test_small_pages_lead_to_the_large_ones(self, report):
        strip = report.page.get_by_role("navigation", name="Small pages")
        expect(strip.get_by_role("button")).to_have_count(3)
        last = strip.get_by_role("button", name="Page 3")
        last.click()
        expect(report.sheets.nth(2)).to_be_in_viewport()
        expect(last).to_have_attribute("aria-current", "page")
        small = strip.locator("img").first
        expect(small).to_be_visible()
        ink = """async node => {
          await node.decode();
          const canvas = new OffscreenCanvas(node.naturalWidth, node.naturalHeight);
          const pen = canvas.getContext('2d');
          pen.drawImage(node, 0, 0);
          return pen.getImageData(0, 0, canvas.width, canvas.height).data.some(one => one < 200);
        }"""
        assert small.evaluate(ink)

    def test_the_right_side_follows_the_page(self, report):
        report.tab("Text")
        sections = report.page.locator("#panel-text .of-page")
        expect(sections.first).to_be_in_viewport()
        report.page.mouse.move(*centre(report))
        report.page.get_by_label("Page", exact=True).select_option("3")
        expect(sections.nth(2)).to_be_in_viewport()
        report.page.get_by_label("Page", exact=True).select_option("1")
        expect(sections.first).to_be_in_viewport()

    def test_a_row_brings_its_place_into_view(self, report):
        report.tab("Text")
        section = report.page.locator("#panel-text [data-page='3']")
        section.scroll_into_view_if_needed()
        section.get_by_role("option").last.click()
        expect(report.marked_boxes).to_have_count(1)
        expect(report.marked_boxes).to_be_in_viewport()


def test_check_boxes_stand_under_what_they_answer(local, open_viewer):
    viewer = open_viewer(local)
    viewer.sample("application-form.png")
    viewer.read()
    group = viewer.tab("Check boxes").get_by_role("group", name="Kind of card:")
    expect(group.get_by_role("option")).to_have_count(4)
    group.get_by_role("option").first.click()
    expect(viewer.marked_boxes).to_have_count(2)  # the box and its label


def test_merged_cells_are_one(cloud, open_viewer, document):  # noqa: F811
    viewer = open_viewer(cloud, key=KEY)
    analyse(viewer, document())
    viewer.read()
    viewer.tab("Tables")
    expect(viewer.boxes("merged-cell")).to_have_count(1)
    expect(viewer.boxes("cell")).to_have_count(4)  # of six places two are the merged one
