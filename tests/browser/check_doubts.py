"""Doubt is visible: what is to be checked, beside its piece of the page; corrected by hand, found, taken away."""

import json
import re
import urllib.request
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.check_keeping import reload


@pytest.fixture
def form(local, open_viewer):
    viewer = open_viewer(local)
    viewer.sample("application-form.png")
    viewer.read()
    return viewer


def painted(canvas) -> bool:
    """Whether a cut-out shows something: dark ink on light paper."""
    return canvas.evaluate(
        """node => {
          const { data } = node.getContext('2d').getImageData(0, 0, node.width, node.height);
          const grey = data.filter((_, i) => i % 4 === 1);
          return Math.min(...grey) < 130 && Math.max(...grey) > 200;
        }"""
    )


class TestToCheck:
    def test_what_is_unsure_is_amber_and_stands_in_a_list_of_its_own(self, form):
        rows = form.tab("To check").get_by_role("option")
        count = rows.count()
        assert 3 < count < 30
        expect(form.page.get_by_role("tab", name=f"To check, {count}")).to_be_visible()
        mail = rows.filter(has_text="marta.c@post.example")
        expect(mail.locator("canvas")).to_be_visible()
        form.page.wait_for_timeout(500)
        assert painted(mail.locator("canvas"))
        expect(form.page.locator("svg .box.doubt").first).to_be_attached()
        assert form.page.locator("svg .box:not(.doubt)").count() == 0
        unsure = form.tab("Forms").get_by_role("option").filter(has_text="Signature of applicant")
        expect(unsure).to_have_class("doubt")
        expect(form.page.get_by_role("option").filter(has_text="Nationality").last).not_to_have_class("doubt")

    def test_the_limit_can_be_set(self, form):
        form.doubt(20)
        expect(form.page.get_by_role("tab", name="To check, 0")).to_be_visible()
        expect(form.tab("To check")).to_contain_text("Nothing is left to check.")
        form.doubt(95)
        expect(form.page.locator("svg .box.doubt").nth(20)).to_be_attached()

    def test_an_address_opens_with_them(self, local, open_viewer):
        viewer = open_viewer(local, address="?review_below=75#document=s3://images/application-form.png")
        viewer.read()
        expect(viewer.page.get_by_role("tab", name="To check")).to_have_attribute("aria-selected", "true")
        expect(viewer.page.get_by_label("To check below")).to_have_value("75")

    def test_each_is_seen_to_by_the_keyboard_alone(self, form):
        rows = form.tab("To check").get_by_role("option")
        count = rows.count()
        rows.first.click()
        form.page.keyboard.press("Enter")
        value = form.page.get_by_label("Word", exact=True)
        expect(value).to_be_focused()
        value.fill("Oldenburgh")
        form.page.keyboard.press("Enter")
        expect(rows.first).to_contain_text("Oldenburgh")
        expect(rows.first).to_contain_text("corrected")
        expect(form.page.get_by_role("tab", name=f"To check, {count - 1}")).to_be_visible()
        expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
        form.page.keyboard.press("Enter")  # the next is right as it is
        expect(rows.nth(1)).to_contain_text("checked")
        expect(form.page.get_by_role("tab", name=f"To check, {count - 2}")).to_be_visible()

    def test_a_signature_is_shown(self, form):
        canvas = form.tab("Signatures").locator("canvas")
        expect(canvas).to_be_visible()
        form.page.wait_for_timeout(500)
        assert painted(canvas)


def asked(service, document: str, kind: str, below: int) -> dict[str, Any]:
    """The service's own answer with its `review`."""
    body = {"bucket": "images", "document": document, "kind": kind, "review_below": below}
    request = urllib.request.Request(
        service.url + "analyze", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    return json.loads(urllib.request.urlopen(request, timeout=60).read())


def led_to(answer: Any, pointer: str) -> Any:
    found = answer
    for part in pointer.removeprefix("/").split("/"):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


def told(answer: dict[str, Any]) -> list[str]:
    """What the page shows as values of a `review`."""
    ticks = {"[x]": "☑ selected", "[ ]": "☐ not selected", "": "empty"}
    return sorted(ticks.get(each["value"], each["value"]).replace("\n", " ") for each in answer["review"])


def to_check(viewer, count: int):
    """All rows of what is to be checked; those of far pages are made when one comes near them."""
    panel = viewer.tab("To check")
    for section in panel.locator(".of-page:not([hidden])").all():
        section.scroll_into_view_if_needed()
    expect(panel.get_by_role("option")).to_have_count(count)
    return panel.get_by_role("option")


def formatted(viewer, sample: str):
    """The panel with a sample's text as it reads formatted."""
    viewer.sample(sample)
    viewer.read()
    panel = viewer.tab("Text")
    panel.get_by_label("Show").select_option("formatted")
    return panel


class TestTheServicesReview:
    @pytest.fixture
    def opened(self, local, open_viewer):
        def opened(document: str, kind: str, below: int):
            options = "" if kind == "document" else f"&kind={kind}"
            address = f"?review_below={below}#document=s3://images/{document}{options}"
            viewer = open_viewer(local, address=address)
            viewer.read()
            return viewer

        return opened

    @pytest.mark.parametrize(
        ("document", "kind", "below"),
        [
            ("application-form.png", "document", 80),
            ("report.pdf", "document", 97),
            ("invoice.png", "document", 90),
            ("bakery-receipt.png", "expense", 85),
            ("passport.png", "identity", 95),
        ],
    )
    def test_the_page_lists_what_it_lists(self, local, opened, document, kind, below):
        viewer = opened(document, kind, below)
        for limit in (below, below // 2, below + 2):  # as it was asked; below that; above that, by the page itself
            viewer.doubt(limit)
            answer = asked(local, document, kind, limit)
            rows = to_check(viewer, len(answer["review"]))
            values = [text.replace("\n", " ") for text in rows.locator(".value").all_text_contents()]
            assert sorted(values) == told(answer)

    @pytest.mark.parametrize(
        ("document", "kind", "below"),
        [("report.pdf", "document", 99), ("invoice.png", "document", 95), ("long-invoice.pdf", "expense", 99)],
    )
    def test_corrections_land_where_it_points(self, local, opened, document, kind, below):
        viewer = opened(document, kind, below)
        answer = asked(local, document, kind, below)
        rows = to_check(viewer, len(answer["review"]))
        names = {each["type"] for each in answer["review"]}
        once = [
            each
            for each in answer["review"]
            if each["value"] and sum(other["value"] == each["value"] for other in answer["review"]) == 1
        ]
        chosen = [next(each for each in reversed(once) if each["type"] == kind) for kind in sorted(names)]
        for number, each in enumerate(chosen):
            rows.filter(has=viewer.page.get_by_text(each["value"], exact=True)).first.click()
            viewer.inspector.locator("textarea").fill(f"right {number}")
            viewer.inspector.get_by_role("button", name="Save").click()
        viewer.tab("Export")
        found = json.loads(viewer.saved("Everything (JSON)").data)
        assert {each["checked"] for each in found["corrections"]} == {"corrected"}
        for number, each in enumerate(chosen):
            assert {led_to(found, pointer) for pointer in each["pointers"]} == {f"right {number}"}
            assert all(led_to(found, pointer) is None for pointer in each["derived"])
            listed = next(one for one in found["corrections"] if one["value"] == f"right {number}")
            assert (listed["read"], listed["pointers"]) == (each["value"], each["pointers"])
        for each in answer["review"]:
            if each not in chosen:
                assert {led_to(found, pointer) for pointer in each["pointers"]} <= {each["value"], "right 0", "right 1"}

    def test_a_corrected_word_stands_in_its_line(self, form):
        form.tab("To check").get_by_role("option").filter(has_text="Word of “agree that").click()
        form.inspector.locator("textarea").fill("were")
        form.inspector.get_by_role("button", name="Save").click()
        expect(form.tab("Text").get_by_role("option").filter(has_text="these details were kept")).to_be_visible()

    def test_a_check_box_and_its_pair_are_one(self, form):
        form.tab("Check boxes").get_by_role("option").filter(has_text="Student").click()
        form.inspector.locator("select").select_option("true")
        form.inspector.get_by_role("button", name="Save").click()
        expect(form.tab("Forms").get_by_role("option").filter(has_text="Student")).to_contain_text("☑ selected")
        form.tab("Export")
        found = json.loads(form.saved("Everything (JSON)").data)
        pair = next(each for each in found["forms"] if each["key"] == "Student")
        assert (pair["value"], pair["selected"]) == ("[x]", True)


class TestCorrecting:
    def correct(self, form, key: str, value: str) -> None:
        form.tab("Forms").get_by_role("option").filter(has_text=key).first.click()
        form.inspector.locator("textarea").fill(value)
        form.inspector.get_by_role("button", name="Save").click()

    def test_it_can_be_taken_away_as_corrected(self, form):
        self.correct(form, "Surname", "Oldenburgh")
        form.tab("Check boxes").get_by_role("option").filter(has_text="Student").click()
        form.inspector.locator("select").select_option("true")
        form.inspector.get_by_role("button", name="Save").click()
        panel = form.tab("Export")
        expect(panel).to_contain_text("2 values corrected")
        found = json.loads(form.saved("Everything (JSON)").data)
        assert {one["key"]: one["value"] for one in found["forms"] if "value" in one}["Surname *"] == "Oldenburgh"
        assert {one["label"]: one["selected"] for one in found["selection_elements"]}["Student"] is True
        assert [(one["read"], one["value"]) for one in found["corrections"]] == [
            ("Oldenburg", "Oldenburgh"),
            (False, True),
        ]
        fields = form.saved("Fields (CSV)").text
        assert re.search(r"application-form\.png,1,Form,Surname \*,Oldenburgh,[\d.]+,corrected\r\n", fields)
        assert "Check box,Kind of card: Student,selected" in fields
        book = openpyxl.load_workbook(BytesIO(form.saved("Excel workbook (XLSX)").data))
        rows = {row[3]: row[4] for row in book["Fields"].iter_rows(values_only=True)}
        assert (rows["Surname *"], rows["First names *"]) == ("Oldenburgh", "Marta Elise")

    def test_it_is_there_behind_a_reload_and_can_be_taken_back(self, form):
        self.correct(form, "Surname", "Oldenburgh")
        form.page.wait_for_timeout(1000)  # it is encrypted and laid down meanwhile
        reload(form)
        row = form.tab("Forms").get_by_role("option").filter(has_text="Surname")
        expect(row).to_contain_text("Oldenburgh")
        row.click()
        expect(form.inspector).to_contain_text("Read: “Oldenburg”")
        form.inspector.get_by_role("button", name="As it was read").click()
        expect(row).not_to_contain_text("Oldenburgh")

    def test_what_begins_like_a_formula_is_none(self, form):
        self.correct(form, "Surname", "=1+1")
        form.tab("Export")
        fields = form.saved("Fields (CSV)").text
        assert ",'=1+1," in fields
        book = openpyxl.load_workbook(BytesIO(form.saved("Excel workbook (XLSX)").data))
        cell = next(row[4] for row in book["Fields"].iter_rows() if row[3].value == "Surname *")
        assert (cell.value, cell.data_type) == ("=1+1", "s")


class TestFinding:
    def test_in_all_tabs(self, form):
        form.page.get_by_role("searchbox").fill("MARTA")
        expect(form.page.get_by_role("tab", name="Text, ")).to_be_visible()
        expect(form.tab("Text").locator("[role=option]:visible")).to_have_count(2)
        expect(form.boxes("line")).to_have_count(2)
        expect(form.tab("Forms").locator("[role=option]:visible").first).to_contain_text("Marta Elise")
        form.page.get_by_role("searchbox").fill("nowhere at all")
        expect(form.tab("Text")).to_contain_text("none with “nowhere at all”")
        form.page.get_by_role("searchbox").fill("")
        expect(form.tab("Text").locator("[role=option]:visible").nth(30)).to_be_attached()


class TestTables:
    def test_one_is_copied_for_a_spreadsheet(self, local, open_viewer):
        viewer = open_viewer(local)
        viewer.sample("invoice.png")
        viewer.read()
        panel = viewer.tab("Tables")
        cell = panel.get_by_role("gridcell").nth(2)
        cell.click()
        viewer.inspector.locator("textarea").fill("two\nlines")
        viewer.inspector.get_by_role("button", name="Save").click()
        expect(cell).to_have_text("two\nlines")
        panel.get_by_role("button", name="Copy").first.click()
        expect(panel.get_by_role("button", name="Copy").first).to_have_text("Copied")
        rows = viewer.page.evaluate("navigator.clipboard.readText()")
        assert '\t"two\nlines"\t' in rows or rows.startswith('"two\nlines"')
        assert rows.count("\t") > 8

    def test_text_reads_as_paragraphs_and_tables(self, local, open_viewer):
        panel = formatted(open_viewer(local), "report.pdf")
        article = panel.locator(".formatted")
        expect(article.locator("p").filter(has_text="The Wex runs for thirty-one kilometres").first).to_contain_text(
            "the works at Town bridge"
        )
        expect(article.locator("table th").first).to_have_text("Site")
        expect(panel.locator(".sections")).to_be_hidden()

    def test_names_of_fields_are_bold_in_formatted_text(self, local, open_viewer):
        panel = formatted(open_viewer(local), "invoice.png")
        expect(panel.locator(".formatted strong").first).to_be_visible()
