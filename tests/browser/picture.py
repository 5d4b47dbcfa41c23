"""Write the pictures of the page into a folder: `python -m tests.browser.picture docs`."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.fixtures import CHROMIUM, SWITCHES, Service
from tests.browser.viewer import Viewer
from tests.conftest import IMAGES

SIZE = {"width": 1280, "height": 860}
PATIENCE_MS = 120_000


def main(folder: Path) -> None:
    service = Service()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            for name, scheme, show in (("page.png", "light", form), ("page-dark.png", "dark", documents)):
                page = browser.new_page(viewport=SIZE, color_scheme=scheme, reduced_motion="reduce")
                page.set_default_timeout(PATIENCE_MS)
                page.goto(service.url)
                show(Viewer(page))
                page.mouse.move(0, 0)
                page.wait_for_timeout(1000)  # pieces of the picture are drawn when they come into view
                picture = Image.open(io.BytesIO(page.screenshot()))
                # The page has few colours: a palette keeps them and a third of the bytes.
                small = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
                small.save(folder / name, "PNG", optimize=True)
            browser.close()
    finally:
        service.kill()


def form(viewer: Viewer) -> None:
    viewer.sample("application-form.png")
    viewer.read()
    viewer.tab("To check").get_by_role("option").filter(has_text="E-mail").click()


def documents(viewer: Viewer) -> None:
    viewer.choose(*(IMAGES / name for name in ("report.pdf", "invoice.png", "letter.png")))
    viewer.read()
    viewer.tab("Tables").get_by_role("gridcell").filter(has_text="Mill race").first.click()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
