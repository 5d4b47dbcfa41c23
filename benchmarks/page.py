"""Figures of the page in Chromium: `scripts/page-figures`.

Frames while a document of 100 pages is scrolled, and the tab's memory while 20 documents are opened in turn. Frames are
wall-clock time, which a busy machine makes longer; what the page's own thread computes for a frame is CPU time.
"""

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.browser.fixtures import CHROMIUM, KEY, SWITCHES, cloud_service
from tests.browser.viewer import Viewer
from tests.fakes.textract_server import Call, FakeTextract
from tests.written import WrittenPage

PAGES, DOCUMENTS, PAGES_EACH = 100, 20, 3
LINES, WORDS = 45, 9
# What each frame took, while `window.watching`.
WATCH = """() => {
  window.frames = [];
  let last = performance.now();
  const step = now => {
    window.frames.push(now - last);
    last = now;
    if (window.watching) requestAnimationFrame(step);
  };
  window.watching = true;
  requestAnimationFrame(now => { last = now; requestAnimationFrame(step); });
}"""


def answer(_call: Call) -> dict[str, Any]:
    """A dense page: lines, a table, pairs; some of it unsure."""
    page = WrittenPage()
    for row in range(LINES):
        text = " ".join(f"word{row}x{i}" for i in range(WORDS))
        page.line(text, 0.08, 0.04 + 0.02 * row)
    page.table([[f"cell {row} {column}" for column in range(4)] for row in range(8)], headers=1)
    for word in [block for block in page.blocks if block["BlockType"] == "WORD"][::40]:
        word["Confidence"] = 55.0
    return page.response()


def document(path: Path, pages: int, stamp: str) -> Path:
    font = ImageFont.load_default(size=17)
    sheets = []
    for number in range(pages):
        sheet = Image.new("L", (1000, 1414), 255)
        pen = ImageDraw.Draw(sheet)
        for row in range(60):
            pen.text(
                (60, 40 + 22 * row),
                f"{stamp} page {number} line {row} " + "lorem ipsum dolor sit " * 3,
                fill=0,
                font=font,
            )
        sheets.append(sheet)
    sheets[0].save(path, save_all=True, append_images=sheets[1:])
    return path


def scrolled(
    browser: Browser, page: Page, pane: str, *, steps: int = 120, by: int = 900
) -> tuple[list[float], list[float]]:
    """Milliseconds of each frame, and of CPU of each task of the page's thread, while `pane` is scrolled.

    `by` are pixels for each turn of the wheel, some thirty a second; in the end it is turned back faster.
    """
    box = page.locator(pane).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    browser.start_tracing(page=page, categories=["toplevel"])
    page.evaluate(WATCH)
    for step in range(steps):
        page.mouse.wheel(0, by if step < steps * 0.7 else -by * 5 // 3)
        page.wait_for_timeout(30)
    page.wait_for_timeout(500)
    page.evaluate("window.watching = false")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [event["tdur"] / 1000 for event in events if (event["pid"], event["tid"]) in threads and "tdur" in event]
    return page.evaluate("window.frames"), tasks


def told(name: str, frames: list[float], tasks: list[float]) -> None:
    ordered = sorted(frames)
    print(
        f"{name}: {len(frames)} frames, median {statistics.median(frames):.0f} ms, "
        f"99 % {ordered[int(len(ordered) * 0.99)]:.0f} ms, longest {ordered[-1]:.0f} ms, "
        f"{sum(frame > 100 for frame in frames)} over 100 ms; "
        f"of {len(tasks)} tasks the longest took {max(tasks, default=0):.0f} ms of CPU",
        flush=True,
    )


def heap(session: CDPSession) -> tuple[float, int]:
    """Megabytes of the script's heap and nodes of the document, behind a collection of garbage."""
    session.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return metrics["JSHeapUsedSize"] / 1e6, int(metrics["Nodes"])


def renderer_mb() -> float:
    """Resident megabytes of the largest renderer."""
    sizes = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if b"--type=renderer" not in (status.parent / "cmdline").read_bytes():
                continue
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        sizes.append(int(lines.get("VmRSS", "0 kB").split()[0]) / 1000)
    return max(sizes)


def main() -> None:
    textract = FakeTextract()
    textract.answers = answer
    service = cloud_service(textract)
    folder = Path(tempfile.mkdtemp())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.set_default_timeout(300_000)
            page.goto(service.url + "health")
            page.evaluate("key => sessionStorage.setItem('api-key', key)", KEY)
            page.goto(service.url)
            viewer = Viewer(page)
            page.locator("body[data-ready]").wait_for()
            page.evaluate(WATCH)
            page.wait_for_timeout(2000)
            page.evaluate("window.watching = false")
            told("at rest", page.evaluate("window.frames"), [])
            viewer.choose(document(folder / "long.pdf", PAGES, "long"))
            page.get_by_role("button", name="Analyse for at most").click()
            viewer.read()
            told(f"{PAGES} pages, pictures flung", *scrolled(browser, page, "#sheets"))
            told(f"{PAGES} pages, pictures leafed through", *scrolled(browser, page, "#sheets", by=200))
            for tab in ("Text", "Tables", "To check"):
                viewer.tab(tab)
                told(f"{PAGES} pages, {tab.lower()}", *scrolled(browser, page, "#panels"))
            page.get_by_role("button", name="Documents and options").click()
            many = [document(folder / f"{i}.pdf", PAGES_EACH, f"d{i}") for i in range(DOCUMENTS)]
            viewer.choose(*many)
            page.get_by_role("button", name="Analyse for at most").click()
            viewer.read()
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            figures = []
            for number in range(DOCUMENTS):
                viewer.shelf.nth(number + 1).locator(".name").click()
                page.locator(".paper img").first.wait_for()
                page.wait_for_timeout(300)
                figures.append((*heap(session), renderer_mb()))
            for number in (0, 4, 9, 14, 19):
                megabytes, nodes, resident = figures[number]
                sizes = f"heap {megabytes:.1f} MB, {nodes} nodes, renderer {resident:.0f} MB"
                print(f"document {number + 1} of {DOCUMENTS} open: {sizes}", flush=True)
            browser.close()
    finally:
        service.kill()
        textract.close()


if __name__ == "__main__":
    main()
