// The pages' pictures with their boxes. A picture and its overlay are in the document only while they are near the view.

import { byId, calm, el, svg } from "./dom.js";
import { LAYERS } from "./model.js";

const ZOOMS = [25, 33, 50, 67, 80, 100, 125, 150, 200, 300, 400, 600];

export class Pages {
  /** `shown` are the layers drawn at first; `onSelect(page, box)` is called when a box is clicked. */
  constructor(shown, onSelect) {
    this.pane = byId("sheets");
    this.list = this.pane.querySelector("ol");
    this.onSelect = onSelect;
    this.shown = new Set(shown);
    this.least = 0;
    this.sheets = new Map();
    this.selected = null;
    this.current = 1;
    this.zoom = 100;
    this.observer = new IntersectionObserver((entries) => this.#seen(entries), { root: this.pane, rootMargin: "100% 0px" });
    this.#tools();
  }

  clear() {
    for (const sheet of this.sheets.values()) this.#leave(sheet);
    this.observer.disconnect();
    this.sheets.clear();
    this.list.replaceChildren();
    byId("goto").replaceChildren();
    byId("goto-field").hidden = true;
    this.selected = null;
    this.#see(1);
  }

  /** Put a page's model in its place; pages come in any order. */
  add(page) {
    const paper = el("div", { class: "paper" });
    paper.style.aspectRatio = `${page.width} / ${page.height}`;
    const sure = page.confidence === null ? "" : ` · mean confidence ${page.confidence.toFixed(1)} %`;
    const item = el("li", { class: "sheet" }, el("h3", {}, `Page ${page.number}`, el("span", {}, sure)), paper);
    const sheet = { page, item, paper, near: false };
    if (page.error) {
      paper.classList.add("failed");
      paper.append(el("p", {}, page.error.detail), el("p", {}, el("code", {}, page.error.code)));
    }
    const numbers = [...this.sheets.keys()];
    const after = numbers.filter((number) => number > page.number).sort((a, b) => a - b)[0];
    this.list.insertBefore(item, after === undefined ? null : this.sheets.get(after).item);
    this.sheets.set(page.number, sheet);
    const option = el("option", { value: page.number }, page.number);
    byId("goto").insertBefore(option, byId("goto").querySelector(`option[value="${after}"]`));
    byId("goto-field").hidden = this.sheets.size < 2;
    item.sheet = sheet;
    this.observer.observe(item);
  }

  /** Show only boxes of at least this confidence. */
  filter(least) {
    this.least = least;
    this.#redraw();
  }

  /** Mark these boxes of a page, and bring the first into view; null marks none. */
  select(selection) {
    this.selected = selection;
    this.#redraw();
    if (selection) this.#bringIntoView(selection);
  }

  #tools() {
    const fieldset = byId("layers").querySelector("fieldset");
    for (const [name, { title, kinds }] of Object.entries(LAYERS)) {
      const box = el("input", { type: "checkbox", checked: this.shown.has(name), value: name });
      box.addEventListener("change", () => {
        if (box.checked) this.shown.add(name);
        else this.shown.delete(name);
        this.#redraw();
      });
      const swatches = kinds.map((kind) => el("i", { class: `swatch ${kind}` }));
      fieldset.append(el("label", {}, box, el("span", { class: "swatches" }, swatches), title));
    }
    const layers = byId("layers");
    document.addEventListener("click", (event) => {
      if (!layers.contains(event.target)) layers.open = false;
    });
    layers.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      layers.open = false;
      layers.querySelector("summary").focus();
    });
    byId("zoom-in").addEventListener("click", () => this.#step(1));
    byId("zoom-out").addEventListener("click", () => this.#step(-1));
    byId("zoom-fit").addEventListener("click", () => this.#zoomTo(100));
    byId("goto").addEventListener("change", (event) => this.#goTo(Number(event.target.value)));
    this.pane.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const act = { "+": () => this.#step(1), "=": () => this.#step(1), "-": () => this.#step(-1), 0: () => this.#zoomTo(100) };
      if (!act[event.key]) return;
      event.preventDefault();
      act[event.key]();
    });
    this.pane.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.#step(event.deltaY < 0 ? 1 : -1);
    }, { passive: false });
    this.pane.addEventListener("scroll", () => this.#follow(), { passive: true });
  }

  #step(by) {
    const next = by > 0 ? ZOOMS.find((zoom) => zoom > this.zoom) : ZOOMS.findLast((zoom) => zoom < this.zoom);
    if (next) this.#zoomTo(next);
  }

  /** Zoom so that what is in the middle of the pane stays there. */
  #zoomTo(percent) {
    const pane = this.pane;
    const [x, y] = [
      (pane.scrollLeft + pane.clientWidth / 2) / pane.scrollWidth,
      (pane.scrollTop + pane.clientHeight / 2) / pane.scrollHeight,
    ];
    this.zoom = percent;
    pane.style.setProperty("--zoom", String(percent / 100));
    byId("zoom-fit").textContent = `${percent} %`;
    byId("zoom-in").disabled = percent === ZOOMS.at(-1);
    byId("zoom-out").disabled = percent === ZOOMS[0];
    pane.scrollLeft = x * pane.scrollWidth - pane.clientWidth / 2;
    pane.scrollTop = y * pane.scrollHeight - pane.clientHeight / 2;
  }

  #seen(entries) {
    for (const entry of entries) {
      const { sheet } = entry.target;
      if (!this.sheets.has(sheet.page.number)) continue;
      if (entry.isIntersecting) this.#enter(sheet);
      else this.#leave(sheet);
    }
  }

  #enter(sheet) {
    const { page, paper } = sheet;
    if (sheet.near || page.error) return;
    sheet.near = true;
    if (page.picture) {
      sheet.address = URL.createObjectURL(page.picture);
      paper.append(el("img", { src: sheet.address, alt: `Page ${page.number}`, draggable: "false" }));
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

  #redraw() {
    for (const sheet of this.sheets.values()) if (sheet.near) this.#draw(sheet);
  }

  /** The larger boxes first, so that those inside them can be reached. */
  #draw({ page, overlay }) {
    const shape = (box, more) =>
      svg("polygon", {
        class: `box ${box.kind}${box.selected ? " filled" : ""}${more}`,
        points: box.points.map(([x, y]) => `${x * page.width},${y * page.height}`).join(" "),
        "data-id": box.id,
      });
    const shown = [...page.boxes.values()]
      .filter((box) => this.shown.has(box.layer) && (box.confidence === null || box.confidence >= this.least))
      .sort((a, b) => b.area - a.area);
    const marked = this.selected?.page === page.number ? this.selected.boxes : [];
    overlay.replaceChildren(
      ...shown.map((box) => shape(box, "")),
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
    const points = boxes.flatMap((id) => sheet.page.boxes.get(id).points);
    if (points.length) {
      const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
      [left, right] = [Math.min(...xs), Math.max(...xs)].map((x) => paper.left + x * paper.width);
      [top, bottom] = [Math.min(...ys), Math.max(...ys)].map((y) => paper.top + y * paper.height);
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

  #goTo(number) {
    const top = this.sheets.get(number).item.offsetTop - this.list.offsetTop;
    this.pane.scrollTo({ top, behavior: calm() ? "auto" : "smooth" });
  }

  /** Which page is at the middle of the view. */
  #follow() {
    const middle = this.pane.getBoundingClientRect().top + this.pane.clientHeight / 2;
    const under = [...this.sheets.values()].filter(({ item }) => item.getBoundingClientRect().top <= middle);
    this.#see(Math.max(...under.map(({ page }) => page.number), Math.min(...this.sheets.keys())));
  }

  #see(number) {
    if (number === this.current || !Number.isFinite(number)) return;
    this.current = number;
    byId("goto").value = String(number);
  }
}
