// One page's paper: its picture, and over it the boxes. Both are in the document only while the page is near the view; a small
// picture holds their place where a page is only passed.

import { el, svg } from "./dom.js";

export class Sheet {
  /** Of a page's model. `onClick(page, box)` is called when a box is clicked. */
  constructor(page, onClick) {
    Object.assign(this, { page, onClick, wanted: false, shown: false, overlay: null, address: null });
    this.paper = el("div", { class: "paper" });
    this.paper.style.aspectRatio = `${page.width} / ${page.height}`;
    if (page.error) {
      this.paper.classList.add("failed");
      this.paper.append(el("p", {}, "This page could not be read."), el("p", { class: "hint" }, page.error.detail));
    }
    this.item = el("li", { class: "sheet" }, el("h3", {}, `Page ${page.number}`), this.paper);
    this.item.sheet = this;
  }

  /** Put a small picture there, if there is one, until the page's own is. */
  sketch(address) {
    if (!address || this.shown || this.page.error || this.paper.firstChild) return;
    this.paper.append(el("img", { class: "sketch", src: address, alt: "", draggable: "false" }));
  }

  /** Show the picture; the boxes are drawn by `draw`. */
  enter() {
    const { page, paper } = this;
    this.shown = true;
    if (page.picture) {
      this.address = URL.createObjectURL(page.picture);
      paper.append(el("img", { src: this.address, alt: `Picture of page ${page.number}`, draggable: "false", decoding: "async" }));
    }
    this.overlay = svg("svg", {
      viewBox: `0 0 ${page.width} ${page.height}`, preserveAspectRatio: "none", "aria-hidden": "true",
      click: (event) => this.#clicked(event),
    });
    paper.append(this.overlay);
  }

  leave() {
    if (this.page.error) return;
    this.paper.replaceChildren();
    this.shown = false;
    this.overlay = null;
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = null;
  }

  /** Draw boxes, [{box, unsure}], and mark those with the ids `marked`. The larger come first, so that those inside them can be reached. */
  draw(boxes, marked) {
    const { page } = this;
    const shape = (box, more) =>
      svg("polygon", {
        class: `box ${box.kind}${box.selected ? " filled" : ""}${more}`,
        points: box.points.map(([x, y]) => `${x * page.width},${y * page.height}`).join(" "),
        "data-id": box.id,
      });
    this.overlay.replaceChildren(
      ...boxes.sort((a, b) => b.box.area - a.box.area).map(({ box, unsure }) => shape(box, unsure ? " doubt" : "")),
      ...marked.map((id) => shape(page.boxes.get(id), " marked")),
    );
  }

  #clicked(event) {
    const id = event.target.getAttribute("data-id");
    if (id !== null) this.onClick(this.page, this.page.boxes.get(id));
  }
}
