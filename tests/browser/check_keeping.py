"""Nothing is lost by a slip: Back, Forward, Reload, a wrong file; several documents; jobs that nobody waits for."""

import json
import time
from io import BytesIO

import openpyxl
import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import expect

from tests.conftest import IMAGES

KEPT = """async () => {
  const database = await new Promise(done => {
    const request = indexedDB.open('document-analysis', 1);
    request.onsuccess = () => done(request.result);
  });
  const store = database.transaction('kept').objectStore('kept');
  const all = (request) => new Promise(done => { request.onsuccess = () => done(request.result); });
  const [keys, values] = await Promise.all([all(store.getAllKeys()), all(store.getAll())]);
  database.close();
  const text = new TextDecoder('latin1');
  return { keys, bytes: values.map(({ sealed }) => text.decode(sealed)).join('') };
}"""


def reload(viewer):
    viewer.page.reload()
    viewer.page.locator("body[data-ready]").wait_for()


class TestAddresses:
    def test_back_and_forward_go_through_what_was_open(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("letter.png")
        viewer.read()
        viewer.page.get_by_role("button", name="Documents and options").click()
        viewer.sample("invoice.png")
        viewer.read()
        expect(viewer.name).to_have_text("invoice.png")
        viewer.page.go_back()
        expect(viewer.name).to_have_text("letter.png")
        expect(viewer.tab("Text")).to_contain_text("Dear members")
        viewer.page.go_back()
        expect(viewer.page.locator("#reading")).to_be_hidden()
        expect(viewer.page.get_by_role("button", name="Choose files…")).to_be_visible()
        viewer.page.go_forward()
        expect(viewer.page.locator("#reading")).to_be_visible()
        expect(viewer.name).to_have_text("letter.png")
        viewer.page.go_forward()
        expect(viewer.name).to_have_text("invoice.png")
        expect(viewer.sheets).to_have_count(1)

    def test_a_sample_has_an_address_with_its_options(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.page.locator("#features").get_by_label("Layout").check()
        viewer.page.get_by_role("textbox", name="Pages").fill("2")
        viewer.sample("two-pages.tiff")
        viewer.read()
        address = viewer.page.evaluate("location.hash")
        other = open_viewer(local, address=address)
        assert "1 page" in other.read()
        expect(other.sheets.get_by_role("heading")).to_have_text(["Page 2"])
        expect(other.page.get_by_role("tab", name="Layout")).to_be_visible()

    def test_an_address_written_by_hand_is_no_trap(self, local, open_viewer):
        viewer = open_viewer(local, address="#document=s3://images/letter.png")
        viewer.read()
        before = viewer.page.evaluate("history.length")
        viewer.page.get_by_role("button", name="Documents and options").click()
        viewer.sample("invoice.png")
        viewer.read()
        viewer.page.go_back()
        expect(viewer.name).to_have_text("letter.png")
        assert viewer.page.evaluate("history.length") == before + 1
        expect(viewer.shelf).to_have_count(2)

    def test_an_upload_is_there_again_behind_a_reload(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.choose(IMAGES / "letter.png")
        viewer.read()
        requests = []
        viewer.page.on("request", lambda request: requests.append(request.method))
        reload(viewer)
        expect(viewer.name).to_have_text("letter.png")
        expect(viewer.tab("Text")).to_contain_text("Dear members")
        expect(viewer.page.locator(".paper img")).to_be_visible()
        assert "POST" not in requests  # nothing was asked for again

    def test_a_reload_amid_the_reading_goes_on(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.choose(IMAGES / "report.pdf")
        expect(viewer.sheets.first).to_be_attached()
        reload(viewer)
        assert "3 pages" in viewer.read()
        expect(viewer.sheets).to_have_count(3)

    def test_an_upload_of_another_tab_is_called_so(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.choose(IMAGES / "letter.png")
        viewer.read()
        other = open_viewer(local, address=viewer.page.evaluate("location.hash"))
        expect(other.problem).to_contain_text("This document is no longer here")

    def test_a_wrong_file_leaves_the_open_result(self, local, open_viewer, tmp_path):
        note = tmp_path / "note.txt"
        note.write_text("just a note")
        viewer = open_viewer(local)
        viewer.choose(IMAGES / "letter.png")
        viewer.read()
        viewer.drop(note, media_type="text/plain")
        expect(viewer.problem).to_contain_text("note.txt")
        expect(viewer.problem.get_by_role("button", name="Try again")).to_have_count(0)
        expect(viewer.name).to_have_text("letter.png")
        expect(viewer.tab("Text")).to_contain_text("Dear members")


class TestUntilTheTabIsClosed:
    def test_what_there_is_no_room_for_lasts_as_long_as_the_page(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.page.evaluate(
            "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
        )
        viewer.choose(IMAGES / "letter.png", IMAGES / "invoice.png")
        viewer.read()
        viewer.shelf.nth(1).locator(".name").click()
        expect(viewer.name).to_have_text("invoice.png")
        viewer.shelf.nth(0).locator(".name").click()
        expect(viewer.tab("Text")).to_contain_text("Dear members")

    def test_what_is_kept_cannot_be_read_without_the_tab_and_goes_with_it(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.choose(IMAGES / "letter.png")
        viewer.read()
        other = viewer.page.context.new_page()
        other.goto(local.url)
        other.locator("body[data-ready]").wait_for()
        kept = other.evaluate(KEPT)
        assert {what for _, _, what, _ in kept["keys"]} == {"file", "line", "state"}
        for plain in ("letter", "PNG\r\n\x1a\n", "IDAT", "Dear "):
            assert plain not in kept["bytes"]
        key = json.loads(viewer.page.evaluate("sessionStorage.getItem('tab')"))["key"]["k"]
        assert key not in json.dumps(kept)
        assert other.evaluate("sessionStorage.getItem('tab')") != viewer.page.evaluate("sessionStorage.getItem('tab')")
        viewer.page.close()
        other.reload()
        other.locator("body[data-ready]").wait_for()
        assert other.evaluate(KEPT)["keys"] == []

    def test_a_closed_document_is_forgotten_at_once(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.choose(IMAGES / "letter.png", IMAGES / "invoice.png")
        viewer.read()
        viewer.page.get_by_role("button", name="Close letter.png").click()
        expect(viewer.name).to_have_text("invoice.png")
        viewer.page.wait_for_function(f"async () => new Set((await ({KEPT})()).keys.map(key => key[1])).size === 2")
        viewer.page.go_back()
        expect(viewer.problem).to_contain_text("no longer here")


class TestSeveral:
    def test_they_stand_in_a_list_and_are_taken_away_together(self, local, open_viewer, tmp_path):
        broken = tmp_path / "broken.pdf"
        broken.write_bytes(b"%PDF-1.7 and then nothing")
        viewer = open_viewer(local)
        viewer.drop(IMAGES / "letter.png", broken, IMAGES / "invoice.png")
        viewer.page.locator("body:not([data-busy])").wait_for()
        expect(viewer.shelf).to_have_count(3)
        expect(viewer.shelf.nth(0)).to_contain_text("1 page")
        expect(viewer.shelf.nth(1)).to_contain_text("could not be read")
        expect(viewer.shelf.nth(2)).to_contain_text("1 page")
        expect(viewer.name).to_have_text("letter.png")  # the first, whatever came behind it
        viewer.shelf.nth(2).locator(".name").click()
        expect(viewer.name).to_have_text("invoice.png")
        panel = viewer.tab("Export")
        panel.get_by_label("Of").select_option("all")
        book = viewer.saved("Excel workbook (XLSX)")
        assert book.name == "2-documents.xlsx"
        sheets = openpyxl.load_workbook(BytesIO(book.data))
        assert sheets.sheetnames[:2] == ["Fields", "Text"]
        assert {row[0].value for row in sheets["Text"].iter_rows(min_row=2)} == {"letter.png", "invoice.png"}
        table = next(sheets[name] for name in sheets.sheetnames if "invoice.png" in name)
        assert table["A1"].font.bold
        found = json.loads(viewer.saved("Everything (JSON)").data)
        assert [one["document"]["name"] for one in found] == ["letter.png", "invoice.png"]

    def test_one_is_read_behind_the_other(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.page.evaluate(
            """() => {
              window.atOnce = [];
              const look = () => atOnce.push(document.querySelectorAll('#shelf [data-status=reading]').length);
              new MutationObserver(look).observe(document.getElementById('shelf'), { subtree: true, attributes: true });
            }"""
        )
        viewer.choose(IMAGES / "letter.png", IMAGES / "invoice.png", IMAGES / "receipt.jpg")
        viewer.read()
        expect(viewer.shelf.filter(has_text="1 page")).to_have_count(3)
        assert set(viewer.page.evaluate("atOnce")) <= {0, 1}


class TestJobs:
    @pytest.fixture
    def slow(self, tmp_path):
        """A document that takes a while: pages that nobody has read before."""
        pages = []
        for number in range(6):
            page = Image.new("L", (1000, 1400), 255)
            pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=26)
            for row in range(6):
                pen.text((60, 60 + 90 * row), f"Line {row} of page {number} at {time.time_ns()}", fill=0, font=font)
            pages.append(page)
        path = tmp_path / "slow.pdf"
        pages[0].save(path, save_all=True, append_images=pages[1:])
        return path

    def test_a_long_document_can_be_left_and_come_back_to(self, local, open_viewer, slow):
        viewer = open_viewer(local)
        viewer.choose(slow)
        expect(viewer.sheets.first).to_be_attached()
        viewer.page.get_by_role("button", name="Go on in the background").click()
        expect(viewer.page.locator("#away")).to_contain_text("You may close this page")
        viewer.page.get_by_role("button", name="Copy its address").click()
        expect(viewer.page.get_by_role("button", name="Copied")).to_be_visible()
        address = viewer.page.evaluate("navigator.clipboard.readText()")
        assert "#job=" in address
        assert viewer.page.evaluate("location.href") == address
        viewer.page.close()
        other = open_viewer(local, address=address.removeprefix(local.url))
        other.page.set_default_timeout(300_000)
        assert "6 pages" in other.read()
        expect(other.name).to_have_text("slow.pdf")
        expect(other.sheets).to_have_count(6)
        other.tab("Export")
        assert other.saved("Searchable PDF").data.startswith(b"%PDF-")
        requests = []
        other.page.on("request", lambda request: requests.append(request.url))
        reload(other)
        expect(other.sheets).to_have_count(6)
        assert not [url for url in requests if "/jobs" in url]

    def test_a_job_that_is_gone_is_called_so(self, local, open_viewer):
        viewer = open_viewer(local, address=f"#job={'0' * 64}&name=old.pdf")
        expect(viewer.problem).to_contain_text("That is not there any more")
