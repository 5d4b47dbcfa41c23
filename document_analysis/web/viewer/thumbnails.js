// A strip of small pages beside a document of several, each drawn when it comes into view, one at a time.

import { byId, el } from "./dom.js";

const WIDTH = 84;

export class Thumbnails {
  /** `onChoose(number)` is called with the page that was chosen. */
  constructor(onChoose) {
    this.strip = byId("thumbnails");
    this.list = this.strip.querySelector("ol");
    this.onChoose = onChoose;
    this.buttons = new Map();
    this.drawing = Promise.resolve();
    this.observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        this.observer.unobserve(target);
        this.drawing = this.drawing.then(() => drawn(target.page, target));
      }
    }, { root: this.strip, rootMargin: "200px 0px" });
  }

  clear() {
    this.observer.disconnect();
    this.buttons.clear();
    this.list.replaceChildren();
    this.strip.hidden = true;
  }

  add(page) {
    const canvas = el("canvas", { "aria-hidden": "true" });
    canvas.page = page;
    canvas.width = WIDTH;
    canvas.height = Math.min(4 * WIDTH, Math.round((WIDTH * page.height) / page.width));
    const button = el("button", { type: "button", "aria-label": `Page ${page.number}`, click: () => this.onChoose(page.number) },
      canvas, el("span", {}, page.number));
    const item = el("li", { "data-page": page.number, class: page.error ? "failed" : null }, button);
    const after = [...this.list.children].find((other) => Number(other.dataset.page) > page.number);
    this.list.insertBefore(item, after ?? null);
    this.buttons.set(page.number, button);
    this.strip.hidden = this.buttons.size < 2;
    if (page.picture) this.observer.observe(canvas);
  }

  /** Mark the page that is seen. */
  see(number) {
    for (const [page, button] of this.buttons) {
      if (page === number) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    const button = this.buttons.get(number);
    if (!button || this.strip.hidden) return;
    const { offsetTop, offsetHeight } = button.parentElement;
    if (offsetTop < this.strip.scrollTop) this.strip.scrollTop = offsetTop;
    else if (offsetTop + offsetHeight > this.strip.scrollTop + this.strip.clientHeight) {
      this.strip.scrollTop = offsetTop + offsetHeight - this.strip.clientHeight;
    }
  }
}

async function drawn(page, canvas) {
  if (!canvas.isConnected) return;
  try {
    const small = await createImageBitmap(page.picture, { resizeWidth: canvas.width, resizeHeight: canvas.height, resizeQuality: "medium" });
    canvas.getContext("2d").drawImage(small, 0, 0);
    small.close();
  } catch {
    // a picture that the browser cannot draw: its number stands there
  }
}
