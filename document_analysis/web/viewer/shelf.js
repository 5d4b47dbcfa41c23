// The documents of the tab as a row of tabs of their own, with how far each is; and what is being read now.

import { byId, el, plural } from "./dom.js";
import { state } from "./state.js";

const SAID = { waiting: "waits", stopped: "stopped", failed: "could not be read" };

export class Shelf {
  /** `onOpen(one)`, `onRemove(one)` are called with a document, `onAgain(one)` to read it after all. */
  constructor({ onOpen, onRemove, onAgain }) {
    Object.assign(this, { onOpen, onRemove, onAgain, entries: new Map() });
    this.list = byId("shelf").querySelector("ul");
  }

  show() {
    const { documents } = state;
    byId("shelf").hidden = documents.length < 2 && !documents.some(({ status }) => status === "stopped" || status === "failed");
    for (const [id, entry] of this.entries) {
      if (documents.some((one) => one.id === id)) continue;
      entry.remove();
      this.entries.delete(id);
    }
    for (const one of documents) this.#update(one);
    this.#working();
  }

  #update(one) {
    let entry = this.entries.get(one.id);
    if (!entry) {
      entry = this.#made(one);
      this.entries.set(one.id, entry);
      this.list.append(entry);
    }
    const open = one.id === state.open && document.body.classList.contains("reading");
    entry.dataset.status = one.status;
    entry.classList.toggle("open", open);
    const [button] = entry.children;
    if (open) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    button.querySelector(".how").textContent = howFar(one);
    const bar = entry.querySelector("progress");
    bar.hidden = one.status !== "reading";
    if (one.total) Object.assign(bar, { max: one.total, value: one.done });
    entry.querySelector(".again").hidden = one.status !== "stopped" && one.status !== "failed";
  }

  #made(one) {
    return el("li", {},
      el("button", { type: "button", class: "name", click: () => this.onOpen(one) },
        el("strong", {}, one.name.replace(/^.*\//, "")), el("span", { class: "how" })),
      el("progress", { hidden: true, "aria-label": `Progress of ${one.name}` }),
      el("button", { type: "button", class: "again link", click: () => this.onAgain(one) }, "Read it"),
      el("button", { type: "button", class: "quiet close", "aria-label": `Close ${one.name}`, click: () => this.onRemove(one) }, "×"));
  }

  /** What is being read, above everything. */
  #working() {
    const one = state.documents.find(({ status }) => status === "reading");
    const waiting = state.documents.filter(({ status }) => status === "waiting").length;
    byId("progress").hidden = !one;
    document.body.toggleAttribute("data-busy", Boolean(one) || waiting > 0);
    if (!one) return;
    const bar = byId("progress-bar");
    const far = one.total ? `${one.done} of ${plural(one.total, "page")}` : one.source.job ? "waiting for the service" : "sending";
    byId("progress-text").textContent = `${one.name}: ${far}${waiting ? `, ${plural(waiting, "document")} behind it` : ""}`;
    if (one.total) Object.assign(bar, { max: one.total, value: one.done });
    else bar.removeAttribute("value");
    byId("away").hidden = !one.source.job;
  }
}

function howFar(one) {
  if (one.status === "reading") return one.total ? `${one.done} of ${one.total}` : "…";
  if (one.status !== "done") return SAID[one.status];
  return one.end?.status === "partial" ? "some pages missing" : plural(one.done, "page");
}
