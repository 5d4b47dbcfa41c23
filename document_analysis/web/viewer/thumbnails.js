// A strip of small pages beside a document of several: made one after the other when there is time, those in view first.

import { byId, el } from "./dom.js";

const WIDTH = 84;
const PATIENCE_MS = 500; // a busy page makes them nevertheless

export class Thumbnails {
  /** `onChoose(number)` is called with the page that was chosen. */
  constructor(onChoose) {
    this.strip = byId("thumbnails");
    this.list = this.strip.querySelector("ol");
    Object.assign(this, { onChoose, entries: new Map(), seen: null, waits: false, working: false });
    this.observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) target.entry.inView = isIntersecting;
    }, { root: this.strip });
  }

  clear() {
    this.observer.disconnect();
    for (const { address } of this.entries.values()) if (address) URL.revokeObjectURL(address);
    this.entries.clear();
    this.list.replaceChildren();
    this.strip.hidden = true;
    Object.assign(this, { seen: null, waits: false });
  }

  add(page) {
    const height = Math.min(4 * WIDTH, Math.round((WIDTH * page.height) / page.width));
    const leaf = el("span", { class: "leaf" });
    leaf.style.aspectRatio = `${WIDTH} / ${height}`;
    const button = el("button", { type: "button", "aria-label": `Page ${page.number}`, click: () => this.onChoose(page.number) },
      leaf, el("span", {}, page.number));
    const item = el("li", { "data-page": page.number, class: page.error ? "failed" : null }, button);
    const after = [...this.list.children].find((other) => Number(other.dataset.page) > page.number);
    this.list.insertBefore(item, after ?? null);
    const entry = { page, leaf, height, item, button, made: !page.picture, address: null, inView: false };
    this.entries.set(page.number, entry);
    this.strip.hidden = this.entries.size < 2;
    item.entry = entry;
    this.observer.observe(item);
    this.go();
  }

  /** The address of a page's small picture, null while it is not made. */
  addressOf(number) {
    return this.entries.get(number).address;
  }

  /** Mark the page that is seen. */
  see(number) {
    const entry = this.entries.get(number);
    if (!entry || entry === this.seen) return;
    const { offsetTop: top, offsetHeight: height } = entry.item; // before anything is changed, so that nothing is laid out for it
    const { scrollTop, clientHeight } = this.strip;
    this.seen?.button.removeAttribute("aria-current");
    entry.button.setAttribute("aria-current", "page");
    this.seen = entry;
    if (top < scrollTop) this.strip.scrollTop = top;
    else if (top + height > scrollTop + clientHeight) this.strip.scrollTop = top + height - clientHeight;
  }

  /** Make none while the pages are scrolled. */
  wait() {
    this.waits = true;
  }

  async go() {
    this.waits = false;
    if (this.working) return;
    this.working = true;
    for (;;) {
      await idle();
      const missing = [...this.entries.values()].filter(({ made }) => !made && this.entries.size > 1);
      const entry = missing.find(({ inView }) => inView) ?? missing[0];
      if (this.waits || !entry) break;
      entry.made = true;
      const small = await smaller(entry.page.picture, WIDTH, entry.height);
      if (!small || this.entries.get(entry.page.number) !== entry) continue;
      entry.address = URL.createObjectURL(small);
      entry.leaf.append(el("img", { src: entry.address, alt: "", draggable: "false" }));
    }
    this.working = false;
  }
}

const idle = () => new Promise((resolve) => {
  if (globalThis.requestIdleCallback) requestIdleCallback(resolve, { timeout: PATIENCE_MS });
  else setTimeout(resolve, 20);
});

/** A picture in another size, as a Blob; null for one that the browser cannot draw: its number stands there. */
async function smaller(picture, width, height) {
  try {
    const small = await createImageBitmap(picture, { resizeWidth: width, resizeHeight: height, resizeQuality: "medium" });
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d").drawImage(small, 0, 0);
    small.close();
    return await canvas.convertToBlob();
  } catch {
    return null;
  }
}
