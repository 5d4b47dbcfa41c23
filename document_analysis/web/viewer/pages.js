// The pages' pictures with the boxes of what is shown beside them. A picture and its overlay are in the document only while they
// are near the view.

import { byId, calm, el, onceAFrame, svg } from "./dom.js";
import { boundsOf } from "./model.js";
import { state } from "./state.js";
import { Thumbnails } from "./thumbnails.js";
import { Zoom } from "./zoom.js";

// How long a page must stay before what stands beside it follows.
const SETTLED_MS = 120;

export class Pages {
  /**
   * `boxesOf(page)` gives the boxes to draw, [{box, unsure}]; `onSelect(page, box)` is called when one is clicked, `onSee(number)`
   * when another page is at the middle of the view.
   */
  constructor({ boxesOf, onSelect, onSee }) {
    this.pane = byId("sheets");
    this.list = this.pane.querySelector("ol");
    Object.assign(this, { boxesOf, onSelect, onSee });
    this.sheets = new Map();
    this.selected = null;
    this.redraw = onceAFrame(() => {
      for (const sheet of this.sheets.values()) if (sheet.near) this.#draw(sheet);
    });
    this.observer = new IntersectionObserver((entries) => this.#seen(entries), { root: this.pane, rootMargin: "75% 0px" });
    this.load = onceAFrame(() => this.#load());
    this.thumbnails = new Thumbnails((number) => this.goTo(number));
    const follow = onceAFrame(() => this.#follow());
    this.zoom = new Zoom(this.pane, follow);
    byId("goto").addEventListener("change", (event) => this.goTo(Number(event.target.value)));
    byId("boxes").addEventListener("change", () => this.redraw());
    this.pane.addEventListener("scroll", follow, { passive: true });
  }

  clear() {
    clearTimeout(this.settled);
    for (const sheet of this.sheets.values()) this.#leave(sheet);
    this.observer.disconnect();
    this.sheets.clear();
    this.list.replaceChildren();
    this.thumbnails.clear();
    byId("goto").replaceChildren();
    byId("goto-field").hidden = true;
    this.selected = null;
    state.page = 1;
  }

  /** Put a page's model in its place; pages come in any order. */
  add(page) {
    const paper = el("div", { class: "paper" });
    paper.style.aspectRatio = `${page.width} / ${page.height}`;
    const item = el("li", { class: "sheet" }, el("h3", {}, `Page ${page.number}`), paper);
    const sheet = { page, item, paper, near: false, wanted: false };
    if (page.error) {
      paper.classList.add("failed");
      paper.append(el("p", {}, "This page could not be read."), el("p", { class: "hint" }, page.error.detail));
    }
    const after = [...this.sheets.keys()].filter((number) => number > page.number).sort((a, b) => a - b)[0];
    this.list.insertBefore(item, after === undefined ? null : this.sheets.get(after).item);
    this.sheets.set(page.number, sheet);
    const option = el("option", { value: page.number }, page.number);
    byId("goto").insertBefore(option, byId("goto").querySelector(`option[value="${after}"]`));
    byId("goto-field").hidden = this.sheets.size < 2;
    this.thumbnails.add(page);
    if (this.sheets.size === 1) state.page = page.number;
    this.thumbnails.see(state.page);
    item.sheet = sheet;
    this.observer.observe(item);
  }

  /** Mark these boxes of a page, and bring the first into view; null marks none. */
  select(selection) {
    this.selected = selection;
    this.redraw();
    if (selection) this.#bringIntoView(selection);
  }

  goTo(number) {
    const top = this.sheets.get(number).item.offsetTop - this.list.offsetTop;
    this.pane.scrollTo({ top, behavior: calm() ? "auto" : "smooth" });
  }

  #seen(entries) {
    for (const entry of entries) {
      const { sheet } = entry.target;
      if (this.sheets.get(sheet.page.number) !== sheet) continue;
      sheet.wanted = entry.isIntersecting;
      if (!sheet.wanted) this.#leave(sheet);
    }
    this.load();
  }

  /** Show one of the pages that have come near, the nearest first; the others in the next frames, so that scrolling goes on. */
  #load() {
    const waiting = [...this.sheets.values()].filter(({ wanted, near, page }) => wanted && !near && !page.error);
    if (waiting.length === 0) return;
    const far = ({ page }) => Math.abs(page.number - state.page);
    this.#enter(waiting.reduce((nearest, sheet) => (far(sheet) < far(nearest) ? sheet : nearest)));
    if (waiting.length > 1) this.load();
  }

  #enter(sheet) {
    const { page, paper } = sheet;
    if (sheet.near || page.error) return;
    sheet.near = true;
    if (page.picture) {
      sheet.address = URL.createObjectURL(page.picture);
      paper.append(el("img", { src: sheet.address, alt: `Picture of page ${page.number}`, draggable: "false", decoding: "async" }));
    }
    sheet.overlay = svg("svg", {
      viewBox: `0 0 ${page.width} ${page.height}`, preserveAspectRatio: "none", "aria-hidden": "true",
      click: (event) => this.#clicked(page, event),
    });
    paper.append(sheet.overlay);
    this.#draw(sheet);
  }

  #leave(sheet) {
    if (!sheet.near) return;
    sheet.near = false;
    sheet.paper.replaceChildren();
    sheet.overlay = null;
    if (sheet.address) URL.revokeObjectURL(sheet.address);
    sheet.address = null;
  }

  /** The larger boxes first, so that those inside them can be reached. */
  #draw({ page, overlay }) {
    const shape = (box, more) =>
      svg("polygon", {
        class: `box ${box.kind}${box.selected ? " filled" : ""}${more}`,
        points: box.points.map(([x, y]) => `${x * page.width},${y * page.height}`).join(" "),
        "data-id": box.id,
      });
    const shown = byId("boxes").checked ? this.boxesOf(page).sort((a, b) => b.box.area - a.box.area) : [];
    const marked = this.selected?.page === page.number ? this.selected.boxes : [];
    overlay.replaceChildren(
      ...shown.map(({ box, unsure }) => shape(box, unsure ? " doubt" : "")),
      ...marked.map((id) => shape(page.boxes.get(id), " marked")),
    );
  }

  #clicked(page, event) {
    const id = event.target.getAttribute("data-id");
    if (id !== null) this.onSelect(page, page.boxes.get(id));
  }

  #bringIntoView({ page: number, boxes }) {
    const sheet = this.sheets.get(number);
    if (!sheet) return;
    const [paper, pane] = [sheet.paper.getBoundingClientRect(), this.pane.getBoundingClientRect()];
    let [left, right, top, bottom] = [paper.left, paper.right, paper.top, paper.top];
    if (boxes.length) {
      const bounds = boundsOf(boxes.map((id) => sheet.page.boxes.get(id).points));
      [left, right] = [bounds.left, bounds.right].map((x) => paper.left + x * paper.width);
      [top, bottom] = [bounds.top, bounds.bottom].map((y) => paper.top + y * paper.height);
    }
    const margin = 24;
    const inside = left >= pane.left && right <= pane.right && top >= pane.top + margin && bottom <= pane.bottom - margin;
    if (inside) return;
    this.pane.scrollBy({
      left: (left + right) / 2 - (pane.left + pane.right) / 2,
      top: bottom - top > pane.height ? top - pane.top - margin : (top + bottom) / 2 - (pane.top + pane.bottom) / 2,
      behavior: calm() ? "auto" : "smooth",
    });
  }

  /** Which page is at the middle of the view. */
  #follow() {
    const middle = this.pane.scrollTop + this.pane.clientHeight / 2 + this.list.offsetTop;
    const items = this.list.children;
    if (items.length === 0) return;
    let [first, last] = [0, items.length - 1];
    while (first < last) {
      const half = Math.ceil((first + last) / 2);
      if (items[half].offsetTop <= middle) first = half;
      else last = half - 1;
    }
    const { number } = items[first].sheet.page;
    if (number === state.page) return;
    state.page = number;
    byId("goto").value = String(number);
    this.thumbnails.see(number);
    clearTimeout(this.settled);
    this.settled = setTimeout(() => this.onSee(number), SETTLED_MS);
  }
}
