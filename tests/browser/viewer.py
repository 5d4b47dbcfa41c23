"""The page as its user sees it: what the tests do and look at, in its words."""

from pathlib import Path

from playwright.sync_api import Locator, Page


class Viewer:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.facts = page.locator("#facts")
        self.problem = page.get_by_role("alert")
        self.sheets = page.locator(".sheet")
        self.marked_boxes = page.locator("svg .box.marked")
        self.marked_row = page.locator("#panels .marked:visible")

    def sample(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def choose(self, path: Path) -> None:
        self.page.locator("#file").set_input_files(path)

    def drop(self, path: Path, media_type: str) -> None:
        """As a hand does it: a file dragged from outside and let go over the page."""
        transfer = self.page.evaluate_handle(
            """([name, type, bytes]) => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
              return transfer;
            }""",
            [path.name, media_type, list(path.read_bytes())],
        )
        for event in ("dragenter", "dragover", "drop"):
            self.page.dispatch_event("main", event, {"dataTransfer": transfer})

    def read(self) -> str:
        """Wait until the document is read; what the page says of it."""
        self.page.locator("#facts:not(:empty), [role=alert]").first.wait_for()
        assert not self.problem.count(), self.problem.inner_text()
        self.page.locator("#progress").wait_for(state="hidden")
        return self.facts.inner_text()

    def tab(self, name: str) -> Locator:
        """Open a tab; its panel."""
        self.page.get_by_role("tab", name=name).click()
        return self.page.locator("[role=tabpanel]:visible")

    def boxes(self, kind: str) -> Locator:
        return self.page.locator(f"svg .box.{kind}:not(.marked)")

    def slide(self, confidence: int) -> None:
        self.page.get_by_label("Confidence at least").fill(str(confidence))
