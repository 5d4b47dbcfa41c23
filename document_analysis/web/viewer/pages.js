// The pages' pictures with the boxes of what is shown beside them. What comes near the view is shown when scrolling rests or is
// slow enough to be looked at: pages that only fly past are not drawn.

import { byId, calm, el, onceAFrame } from "./dom.js";
import { boundsOf } from "./model.js";
import { Sheet } from "./sheet.js";
import { state } from "./state.js";
import { Thumbnails } from "./thumbnails.js";
import { Zoom } from "./zoom.js";

// How long the same page must be at the middle before pages are drawn, and what stands beside them follows.
const RESTS_MS = 100;

export class Pages {
  /**
   * `boxesOf(page)` gives the boxes to draw, [{box, unsure}]; `onSelect(page, box)` is called when one is clicked, `onSee(number)`
   * when another page is at the middle of the view.
   */
  constructor({ boxesOf, onSelect, onSee }) {
    this.pane = byId("sheets");
    this.list = this.pane.querySelector("ol");
    Object.assign(this, { boxesOf, onSelect, onSee, sheets: new Map(), selected: null, moving: null });
    this.redraw = onceAFrame(() => {
      for (const sheet of this.sheets.values()) if (sheet.shown) this.#draw(sheet);
    });
    this.load = onceAFrame(() => this.#load());
    this.near = new IntersectionObserver((entries) => this.#came(entries), { root: this.pane, rootMargin: "75% 0px" });
    this.middle = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) this.#see(target.sheet.page.number);
    }, { root: this.pane, rootMargin: "-50% 0px" });
    this.thumbnails = new Thumbnails((number) => this.goTo(number));
    this.zoom = new Zoom(this.pane);
    byId("goto").addEventListener("change", (event) => this.goTo(Number(event.target.value)));
    byId("boxes").addEventListener("change", () => this.redraw());
  }

  clear() {
    clearTimeout(this.moving);
    this.moving = null;
    for (const observer of [this.near, this.middle]) observer.disconnect();
    for (const sheet of this.sheets.values()) sheet.leave();
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
    const sheet = new Sheet(page, this.onSelect);
    const after = [...this.sheets.keys()].filter((number) => number > page.number).sort((a, b) => a - b)[0];
    this.list.insertBefore(sheet.item, after === undefined ? null : this.sheets.get(after).item);
    this.sheets.set(page.number, sheet);
    const option = el("option", { value: page.number }, page.number);
    byId("goto").insertBefore(option, byId("goto").querySelector(`option[value="${after}"]`));
    byId("goto-field").hidden = this.sheets.size < 2;
    this.thumbnails.add(page);
    if (this.sheets.size === 1) state.page = page.number;
    this.thumbnails.see(state.page);
    for (const observer of [this.near, this.middle]) observer.observe(sheet.item);
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

  #came(entries) {
    for (const { isIntersecting, target } of entries) {
      const { sheet } = target;
      if (this.sheets.get(sheet.page.number) !== sheet) continue;
      sheet.wanted = isIntersecting;
      if (isIntersecting) sheet.sketch(this.thumbnails.addressOf(sheet.page.number));
      else sheet.leave();
    }
    this.load();
  }

  /** Show one of the pages that have come near, the nearest first; the others in the next frames, so that scrolling goes on. */
  #load() {
    if (this.moving) return;
    const waiting = [...this.sheets.values()].filter(({ wanted, shown, page }) => wanted && !shown && !page.error);
    if (waiting.length === 0) return;
    const far = ({ page }) => Math.abs(page.number - state.page);
    const next = waiting.reduce((nearest, sheet) => (far(sheet) < far(nearest) ? sheet : nearest));
    next.enter();
    this.#draw(next);
    if (waiting.length > 1) this.load();
  }

  #draw(sheet) {
    const boxes = byId("boxes").checked ? this.boxesOf(sheet.page) : [];
    sheet.draw(boxes, this.selected?.page === sheet.page.number ? this.selected.boxes : []);
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

  /** A page is at the middle of the view. */
  #see(number) {
    if (number === state.page) return;
    state.page = number;
    byId("goto").value = String(number);
    this.thumbnails.see(number);
    clearTimeout(this.moving);
    this.moving = setTimeout(() => {
      this.moving = null;
      this.load();
      this.thumbnails.go();
      this.onSee(number);
    }, RESTS_MS);
    this.thumbnails.wait();
  }
}
