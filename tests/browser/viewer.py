"""The page as its user sees it: what the tests do and look at, in its words."""

from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page


class Saved(NamedTuple):
    """A file that was downloaded."""

    name: str
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode("utf-8-sig")


class Viewer:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.facts = page.locator("#facts")
        self.name = page.locator("#document-name")
        self.problem = page.get_by_role("alert")
        self.sheets = page.locator(".sheet")
        self.shelf = page.locator("#shelf li")
        self.inspector = page.locator("#inspector")
        self.marked_boxes = page.locator("svg .box.marked")
        self.marked_row = page.locator("#panels .marked:visible")

    def sample(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def choose(self, *paths: Path) -> None:
        self.page.locator("#file").set_input_files(paths)

    def drop(self, *paths: Path, media_type: str = "image/png") -> None:
        """As a hand does it: files dragged from outside and let go over the page."""
        transfer = self.page.evaluate_handle(
            """files => {
              const transfer = new DataTransfer();
              for (const [name, type, bytes] of files) {
                transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
              }
              return transfer;
            }""",
            [[path.name, media_type, list(path.read_bytes())] for path in paths],
        )
        for event in ("dragenter", "dragover", "drop"):
            self.page.dispatch_event("main", event, {"dataTransfer": transfer})

    def read(self) -> str:
        """Wait until all documents are read; what the page says of the open one."""
        self.page.locator("body:not([data-busy])").wait_for()
        assert not self.problem.count(), self.problem.inner_text()
        self.page.locator("#facts:not(:empty)").wait_for()
        return self.facts.inner_text()

    def tab(self, name: str) -> Locator:
        """Open a tab; its panel."""
        self.page.get_by_role("tab", name=name).click()
        return self.page.locator("[role=tabpanel]:visible")

    def boxes(self, kind: str) -> Locator:
        return self.page.locator(f"svg .box.{kind}:not(.marked)")

    def doubt(self, below: int) -> None:
        self.page.get_by_label("To check below").fill(str(below))

    def saved(self, title: str) -> Saved:
        """What a button of the open panel gives to the browser's downloads."""
        with self.page.expect_download() as caught:
            self.page.get_by_role("button", name=f"Download {title}").click()
        return Saved(caught.value.suggested_filename, caught.value.path().read_bytes())
