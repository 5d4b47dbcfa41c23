"""Write README's picture of the page: `python -m tests.browser.picture docs/page.png`."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.fixtures import CHROMIUM, SWITCHES, Service
from tests.browser.viewer import Viewer

SIZE = {"width": 1280, "height": 860}


def main(target: Path) -> None:
    service = Service()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
            page.goto(service.url)
            viewer = Viewer(page)
            viewer.sample("application-form.png")
            viewer.read()
            viewer.tab("Forms").get_by_role("option").filter(has_text="Address").first.click()
            page.mouse.move(0, 0)
            picture = Image.open(io.BytesIO(page.screenshot()))
            browser.close()
    finally:
        service.kill()
    # The page has few colours: a palette keeps them and a third of the bytes.
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
