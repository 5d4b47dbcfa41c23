"""The page with the embedded engine: a document comes in, is read, looked through, and taken away in other forms."""

import subprocess
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import expect

from tests.browser.written_form import HOSTILE
from tests.conftest import IMAGES


class TestWaysIn:
    def test_drop(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.drop(IMAGES / "letter.png")
        assert "1 page" in viewer.read()
        expect(viewer.page.get_by_role("heading", name="letter.png")).to_be_visible()
        expect(viewer.tab("Text")).to_contain_text("Dear")

    def test_choose_and_then_another(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.choose(IMAGES / "letter.png")
        viewer.read()
        viewer.page.get_by_role("button", name="Documents and options").click()
        expect(viewer.page.get_by_role("button", name="Choose files…")).to_be_focused()
        viewer.page.get_by_role("button", name="Back to the result").click()
        expect(viewer.page.get_by_role("button", name="Documents and options")).to_be_focused()
        viewer.page.keyboard.press("Enter")
        viewer.sample("invoice.png")
        viewer.read()
        expect(viewer.page.get_by_role("heading", name="invoice.png")).to_be_visible()
        expect(viewer.sheets).to_have_count(1)

    def test_a_stored_object_by_its_address(self, local, folders, open_viewer):
        viewer = open_viewer(folders)
        viewer.page.get_by_label("Key, or s3://bucket/key").fill("s3://images/two-pages.tiff")
        viewer.page.get_by_role("button", name="Open").click()
        assert "2 pages" in viewer.read()
        expect(viewer.sheets).to_have_count(2)
        expect(open_viewer(local).page.locator("#stored")).to_be_hidden()  # nothing is stored there but the samples

    def test_only_the_pages_and_features_asked_for(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.page.get_by_role("textbox", name="Pages").fill("2")
        for feature in ("Tables", "Forms and check boxes", "Signatures"):
            viewer.page.locator("#features").get_by_label(feature).uncheck()
        viewer.sample("two-pages.tiff")
        assert "1 page" in viewer.read()
        expect(viewer.sheets.get_by_role("heading")).to_contain_text("Page 2")
        expect(viewer.tab("Tables")).to_contain_text("Tables were not looked for")


class TestSelecting:
    def test_a_row_shows_its_boxes_and_a_box_its_row(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("application-form.png")
        viewer.read()
        row = viewer.tab("Forms").get_by_role("option").filter(has_text="E-mail").first
        row.click()
        expect(row).to_have_attribute("aria-selected", "true")
        expect(viewer.marked_boxes).to_have_count(2)
        expect(viewer.marked_boxes.first).to_be_in_viewport()
        viewer.tab("Text")
        viewer.boxes("line").last.click()
        expect(viewer.marked_row).to_have_count(1)
        expect(viewer.marked_row).to_be_in_viewport()

    def test_a_cell_of_a_table(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("invoice.png")
        viewer.read()
        cells = viewer.tab("Tables").get_by_role("gridcell")
        cells.nth(1).click()
        expect(viewer.marked_boxes).to_have_count(1)
        viewer.page.keyboard.press("ArrowDown")
        expect(cells.nth(1)).to_have_attribute("aria-selected", "false")
        expect(viewer.marked_row).to_be_focused()

    def test_by_keys_alone(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("application-form.png")
        viewer.read()
        keys = viewer.page.keyboard
        viewer.page.get_by_role("tab", name="Text").focus()
        keys.press("ArrowRight")
        expect(viewer.page.get_by_role("tab", name="Forms")).to_be_focused()
        keys.press("Tab")
        first = viewer.page.locator("[role=tabpanel]:visible [role=option]").first
        expect(first).to_be_focused()
        keys.press("ArrowDown")
        expect(viewer.marked_row).to_be_focused()
        expect(viewer.marked_boxes.first).to_be_visible()

    def test_the_text_of_a_line(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("letter.png")
        viewer.read()
        options = viewer.tab("Text").get_by_role("option")
        options.nth(3).click()
        expect(viewer.marked_boxes).to_have_count(1)


class TestLooking:
    def test_boxes_stay_on_their_place_and_sharp_when_zoomed(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("invoice.png")
        viewer.read()
        viewer.tab("Tables")
        box, paper = viewer.boxes("table").first, viewer.page.locator(".paper")

        def place() -> tuple[float, float, float]:
            inner, outer = box.bounding_box(), paper.bounding_box()
            return (inner["x"] - outer["x"]) / outer["width"], inner["width"] / outer["width"], outer["width"]

        left, width, whole = place()
        for _ in range(3):
            viewer.page.get_by_role("button", name="Zoom in").click()
        zoomed_left, zoomed_width, zoomed_whole = place()
        assert zoomed_whole == pytest.approx(2 * whole, rel=0.02)
        assert (zoomed_left, zoomed_width) == (pytest.approx(left, abs=0.005), pytest.approx(width, abs=0.005))
        assert box.evaluate("node => getComputedStyle(node).vectorEffect") == "non-scaling-stroke"
        viewer.page.get_by_role("button", name="Fit the width").click()
        assert place()[2] == pytest.approx(whole)

    def test_the_overlay_shows_what_the_open_tab_shows(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("application-form.png")
        viewer.read()
        shown = viewer.page.locator("svg .box")
        for part, kinds in (
            ("Text", {"line"}),
            ("Forms", {"key", "value"}),
            ("Check boxes", {"selection", "key"}),
            ("Signatures", {"signature"}),
            ("Export", set()),
        ):
            viewer.tab(part)
            for kind in ("line", "key", "value", "selection", "signature"):
                boxes = viewer.page.locator(f"svg .box.{kind}")
                expect(boxes.first if kind in kinds else boxes).to_have_count(1 if kind in kinds else 0)
        viewer.tab("Forms")
        expect(viewer.boxes("value").first).to_be_visible()
        viewer.page.get_by_role("checkbox", name="Boxes", exact=True).uncheck()
        expect(shown).to_have_count(0)

    def test_words_are_shown_to_developers(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("letter.png")
        viewer.read()
        expect(viewer.boxes("word")).to_have_count(0)
        viewer.tab("For developers").get_by_label("Blocks of type").select_option("WORD")
        expect(viewer.boxes("word").nth(50)).to_be_attached()
        expect(viewer.boxes("line")).to_have_count(0)


class TestTakingAway:
    def test_each_form_comes_from_the_cache(self, local, open_viewer, tmp_path):
        viewer = open_viewer(local)
        viewer.choose(IMAGES / "invoice.png")
        viewer.read()
        beginnings = {
            ("For developers", "JSON"): b'{"request_id"',
            ("For developers", "Tables as CSV"): b"",
            ("For developers", "Textract response"): b'{"DocumentMetadata"',
            ("Export", "PDF with boxes"): b"%PDF-",
            ("Export", "Searchable PDF"): b"%PDF-",
        }
        for (tab, title), beginning in beginnings.items():
            panel = viewer.tab(tab)
            with viewer.page.expect_download() as caught:
                panel.get_by_role("button", name=f"Download {title}").click()
            data = caught.value.path().read_bytes()
            assert data.startswith(beginning) and len(data) > 100, title
            assert caught.value.suggested_filename.startswith("invoice")
            expect(panel.locator(".said")).to_contain_text("from cache")
        with viewer.page.expect_download() as caught:
            panel.get_by_role("button", name="Download Picture with boxes").click()
        picture = Image.open(BytesIO(caught.value.path().read_bytes()))
        assert (picture.format, caught.value.suggested_filename) == ("PNG", "invoice-page-1.png")

    def test_copy(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("letter.png")
        viewer.read()
        panel = viewer.tab("Export")
        panel.get_by_role("button", name="Copy Markdown").click()
        expect(panel.locator(".said")).to_contain_text("on the clipboard")
        assert "Dear" in viewer.page.evaluate("navigator.clipboard.readText()")

    @pytest.mark.parametrize("name", ["letter.png", 'it\'s "a" $HOME;`letter`.png'])
    def test_the_line_for_curl_does_the_same(self, local, open_viewer, tmp_path, name):
        document = tmp_path / name
        document.write_bytes((IMAGES / "letter.png").read_bytes())
        viewer = open_viewer(local)
        viewer.page.locator("#features").get_by_label("Layout").check()
        viewer.choose(document)
        viewer.read()
        line = viewer.tab("For developers").locator("pre").inner_text()
        done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, check=True)
        assert b'"LAYOUT"' in done.stdout and b'"status":"succeeded"' in done.stdout
        assert b'"cached":true' in done.stdout


class TestFaults:
    def test_a_bad_option_is_named_at_its_field(self, local, open_viewer):
        viewer = open_viewer(local)
        pages = viewer.page.get_by_role("textbox", name="Pages")
        pages.fill("1,x")
        viewer.sample("letter.png")
        expect(viewer.problem).to_contain_text("Please check what you entered")
        expect(viewer.problem).to_contain_text('Pages: "x" is no page')
        expect(pages).to_have_attribute("aria-invalid", "true")
        assert len(viewer.problem.locator("code").inner_text()) == 32  # the request's id
        pages.fill("")
        viewer.problem.get_by_role("button", name="Try again").click()
        assert "1 page" in viewer.read()
        expect(viewer.problem).to_have_count(0)

    def test_no_document_at_all(self, local, open_viewer, tmp_path):
        note = tmp_path / "note.txt"
        note.write_text("just a note")
        viewer = open_viewer(local)
        viewer.choose(note)
        expect(viewer.problem).to_contain_text("This is no document that can be read")
        expect(viewer.page.locator("#choose")).to_be_visible()

    def test_a_photo_that_cannot_be_read_is_named_at_once(self, local, open_viewer, tmp_path):
        photo = tmp_path / "IMG_0001.HEIC"
        photo.write_bytes(b"\0\0\0\x18ftypheic")
        viewer = open_viewer(local)
        viewer.choose(photo, IMAGES / "letter.png")
        expect(viewer.problem).to_contain_text("HEIC photos cannot be read here")
        expect(viewer.name).to_have_text("letter.png")  # the other is read

    def test_words_are_for_people(self, local, open_viewer, tmp_path):
        """No status, no code, no field's name; and another try only where it could help."""
        broken = tmp_path / "broken.pdf"
        broken.write_bytes(b"%PDF-1.7 and then nothing")
        viewer = open_viewer(local)
        viewer.choose(broken)
        expect(viewer.problem).to_contain_text("The document is damaged")
        for word in ("4", "unreadable_document", "status", "errors"):
            expect(viewer.problem.locator("h2, h2 ~ p:not(.hint)").filter(has_text=word)).to_have_count(0)
        expect(viewer.problem.get_by_role("button", name="Try again")).to_have_count(0)

    def test_no_such_object(self, folders, open_viewer):
        viewer = open_viewer(folders)
        viewer.page.get_by_label("Key, or s3://bucket/key").fill("s3://images/nothing.png")
        viewer.page.get_by_role("button", name="Open").click()
        expect(viewer.problem).to_contain_text("There is no such document")


def test_a_document_whose_text_is_markup_is_only_text(local, open_viewer, tmp_path):
    picture = Image.new("RGB", (1400, 500), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size=34)
    lines = ["Name: <img src=x onerror=alert(1)>", "<script>alert(1)</script>", '"><svg onload=alert(1)>']
    for row, line in enumerate(lines):
        pen.text((60, 60 + 90 * row), line, fill="black", font=font)
    document = tmp_path / f"{HOSTILE.replace('/', '')}.png"
    picture.save(document)
    viewer = open_viewer(local)
    viewer.choose(document)
    viewer.read()
    expect(viewer.tab("Text")).to_contain_text("onerror=alert(1)")
    for name in ("To check", "Forms", "For developers", "Export"):
        viewer.tab(name)
    expect(viewer.page.locator("img:not(header img, .paper img, #samples img, #thumbnails img)")).to_have_count(0)
    expect(viewer.page.locator("main script")).to_have_count(0)
