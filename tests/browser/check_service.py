"""The page with Textract: the key, the price, what comes late, in part or not at all, long and hostile documents."""

import time

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.fixtures import KEY, cloud_service
from tests.browser.written_form import HOSTILE, answer
from tests.conftest import IMAGES


@pytest.fixture(autouse=True)
def written(far_textract):
    far_textract.forget()
    far_textract.answers = answer
    return far_textract


@pytest.fixture
def document(tmp_path):
    """`document(pages)`: a TIFF that no other test has sent, so that nothing of it is kept."""

    def make(pages: int = 1):
        stamp = time.time_ns()
        sheets = [Image.new("L", (620, 877), 255) for _ in range(pages)]
        for number, sheet in enumerate(sheets):
            sheet.putdata([(stamp >> i) % 256 for i in range(56)] + [number])
        path = tmp_path / f"{stamp}.tiff"
        sheets[0].save(path, save_all=True, append_images=sheets[1:], compression="tiff_deflate")
        return path

    return make


def analyse(viewer, path):
    viewer.choose(path)
    viewer.page.get_by_role("button", name="Analyse for at most").click()


class TestKey:
    def test_it_is_asked_for_and_kept_for_the_tab(self, cloud, open_viewer, document):
        viewer = open_viewer(cloud)
        viewer.choose(document())
        dialog = viewer.page.get_by_role("dialog")
        expect(dialog).to_contain_text("asks for a key")
        dialog.get_by_label("Key").fill("a wrong key!".replace(" ", "-"))
        viewer.page.keyboard.press("Enter")
        expect(dialog).to_contain_text("not accepted")
        dialog.get_by_label("Key").fill(KEY)
        dialog.get_by_role("button", name="Use this key").click()
        expect(dialog).to_be_hidden()
        expect(viewer.page.locator("#price")).to_contain_text("At most $0.065 for 1 page")
        assert viewer.page.evaluate("[localStorage.length, document.cookie, location.href]") == [0, "", cloud.url]
        assert KEY not in viewer.page.evaluate("sessionStorage.getItem('tab')")
        viewer.page.get_by_role("button", name="Analyse for").click()
        viewer.read()
        assert KEY not in viewer.page.content()
        assert "$API_KEY" in viewer.tab("For developers").locator("pre").inner_text()

    def test_without_one_the_refusal_is_shown(self, cloud, open_viewer, document):
        viewer = open_viewer(cloud)
        viewer.choose(document())
        viewer.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        expect(viewer.problem).to_contain_text("A key is needed")

    def test_it_can_be_forgotten(self, cloud, open_viewer):
        viewer = open_viewer(cloud, key=KEY)
        viewer.page.get_by_role("button", name="API key").click()
        viewer.page.get_by_role("button", name="Forget it").click()
        assert viewer.page.evaluate("sessionStorage.getItem('api-key')") is None


class TestPrice:
    def test_nothing_is_analysed_before_it_was_agreed_to(self, cloud, far_textract, open_viewer, document):
        viewer = open_viewer(cloud, key=KEY)
        viewer.choose(document(2))
        expect(viewer.page.locator("#price")).to_contain_text("At most $0.13 for 2 pages")
        viewer.page.locator("#features").get_by_label("Forms").uncheck()
        expect(viewer.page.locator("#price")).to_contain_text("At most $0.03")
        assert far_textract.count == 0
        viewer.page.get_by_role("button", name="Analyse for at most $0.03").click()
        assert "2 pages billed, about $0.03" in viewer.read()
        assert far_textract.count == 2

    def test_an_address_never_spends(self, cloud, far_textract, open_viewer):
        viewer = open_viewer(cloud, key=KEY, address="#document=s3://images/letter.png")
        expect(viewer.page.locator("#price")).to_contain_text("At most $0.065 for 1 page of letter.png")
        assert far_textract.count == 0

    def test_several_documents_have_one_price(self, cloud, far_textract, open_viewer, document):
        viewer = open_viewer(cloud, key=KEY)
        viewer.choose(document(1), document(2))
        expect(viewer.page.locator("#price")).to_contain_text("At most $0.195 for 3 pages of 2 documents")
        viewer.page.get_by_role("button", name="Analyse for at most $0.195").click()
        viewer.read()
        assert far_textract.count == 3
        expect(viewer.shelf).to_have_count(2)

    def test_a_reload_spends_nothing_either(self, cloud, far_textract, open_viewer, document):
        far_textract.latency_s = 1.0
        viewer = open_viewer(cloud, key=KEY)
        analyse(viewer, document(30))
        expect(viewer.sheets.first).to_be_visible()
        viewer.page.reload()
        viewer.page.locator("body[data-ready]").wait_for()
        expect(viewer.facts).to_contain_text("stopped after")
        expect(viewer.shelf.get_by_role("button", name="Read it")).to_be_visible()
        assert far_textract.count < 30


class TestResults:
    def test_all_that_textract_finds(self, cloud, open_viewer, document):
        viewer = open_viewer(cloud, key=KEY)
        viewer.page.locator("#features").get_by_label("Layout").check()
        viewer.page.locator("#features").get_by_label("Answers to questions").check()
        viewer.page.get_by_label("Questions, one a line").fill("Who is it?\nAnd where?")
        analyse(viewer, document())
        viewer.read()
        for part, count, box in (
            ("Signatures", 1, "signature"),
            ("Check boxes", 2, "selection"),
            ("Answers", 2, "query"),
            ("Layout", 1, "layout"),
            ("Forms", 4, "value"),
        ):
            rows = viewer.tab(part).get_by_role("option")
            expect(rows).to_have_count(count)
            rows.first.click()
            expect(viewer.page.locator(f"svg .box.marked.{box}")).to_have_count(1)
        expect(viewer.tab("Answers")).to_contain_text("Ana Martins")
        table = viewer.tab("Tables").get_by_role("grid")
        expect(table.get_by_role("columnheader")).to_have_text(["Item", "Price"])
        expect(table.locator("td[colspan='2']")).to_have_text("Total 3.50")

    def test_what_is_unsure_can_be_left_out_of_what_is_taken_away(self, cloud, open_viewer, document):
        viewer = open_viewer(cloud, key=KEY)
        analyse(viewer, document())
        viewer.read()
        viewer.doubt(80)
        panel = viewer.tab("Export")
        assert "City:" in viewer.saved("Fields (CSV)").text
        panel.get_by_label("Leave out what is less than 80 % sure").check()
        assert "City:" not in viewer.saved("Fields (CSV)").text

    def test_a_page_that_failed_stands_among_the_others(self, cloud, far_textract, open_viewer, document):
        far_textract.answers = lambda call: answer(call) if far_textract.answered != 2 else {"Blocks": None}
        far_textract.script("ok", "bad document", "ok")
        viewer = open_viewer(cloud, key=KEY)
        analyse(viewer, document(3))
        assert viewer.read().startswith("some pages could not be read")
        expect(viewer.sheets).to_have_count(3)
        expect(viewer.page.locator(".paper.failed")).to_contain_text("This page could not be read")

    def test_a_hostile_response_is_only_text(self, cloud, far_textract, open_viewer, document):
        def hostile(call):
            response = answer(call, HOSTILE)
            for block in response["Blocks"]:
                if block["BlockType"] == "LAYOUT_TITLE":
                    block["BlockType"] = f"LAYOUT_{HOSTILE}"
            response["Blocks"].append({"BlockType": HOSTILE, "Id": HOSTILE, "Text": HOSTILE})
            return response

        far_textract.answers = hostile
        viewer = open_viewer(cloud, key=KEY)
        viewer.page.locator("#features").get_by_label("Layout").check()
        analyse(viewer, document())
        viewer.read()
        for part in ("Forms", "Tables", "Layout", "For developers", "Text"):
            expect(viewer.tab(part)).to_contain_text("onerror=")
        expect(viewer.page.locator("img:not(header img, .paper img, #samples img, #thumbnails img)")).to_have_count(0)
        assert viewer.page.title() == "Document analysis"


class TestUnfinished:
    def test_cancel_frees_the_service(self, cloud, far_textract, open_viewer, document):
        far_textract.latency_s = 1.5
        viewer = open_viewer(cloud, key=KEY)
        analyse(viewer, document(40))
        expect(viewer.sheets.first).to_be_visible()
        viewer.page.get_by_role("button", name="Stop").click()
        expect(viewer.facts).to_contain_text("stopped after")
        until = time.monotonic() + 10
        while cloud.metric("documents_at_work") and time.monotonic() < until:
            time.sleep(0.2)
        assert cloud.metric("documents_at_work") == 0
        assert far_textract.count < 40

    def test_an_answer_that_breaks_off_is_called_so(self, far_textract, open_viewer, document):
        service = cloud_service(far_textract)
        try:
            far_textract.script("ok", "hang", "hang")
            viewer = open_viewer(service, key=KEY)
            analyse(viewer, document(3))
            expect(viewer.sheets).to_have_count(1)
        finally:
            service.kill()
        expect(viewer.problem).to_contain_text("The result is not complete")
        expect(viewer.facts).to_contain_text("not complete: 1 page")
        expect(viewer.sheets).to_have_count(1)
        viewer.problem.get_by_role("button", name="Try again").click()
        expect(viewer.problem).to_contain_text("The service did not answer")


def test_of_a_long_document_only_what_is_near_is_drawn(cloud, open_viewer, document):
    viewer = open_viewer(cloud, key=KEY)
    analyse(viewer, document(30))
    assert "30 pages" in viewer.read()
    pictures = viewer.page.locator(".paper img:not(.sketch)")
    expect(viewer.sheets).to_have_count(30)
    assert 1 <= pictures.count() <= 5
    first = pictures.first.get_attribute("src")
    viewer.page.get_by_label("Page", exact=True).select_option("30")
    expect(viewer.sheets.nth(29).locator("img:not(.sketch)")).to_be_visible()
    expect(viewer.sheets.nth(0).locator("img")).to_have_count(0)
    assert pictures.count() <= 5
    assert (
        viewer.page.evaluate(
            "source => new Promise(done => Object.assign(new Image(), "
            "{ src: source, onload: () => done('there'), onerror: () => done('revoked') }))",
            first,
        )
        == "revoked"
    )
    rows = viewer.tab("For developers").locator("[role=option]")
    expect(rows.first).to_be_visible()
    assert rows.count() < 400
    viewer.boxes("signature").last.click()
    expect(viewer.marked_row).to_be_in_viewport()


def test_samples_of_a_folder_are_offered_but_no_other_file(cloud, open_viewer):
    viewer = open_viewer(cloud)
    names = viewer.page.locator("#samples strong").all_inner_texts()
    assert set(names) <= {path.name for path in IMAGES.iterdir()} and "pen.py" not in names
