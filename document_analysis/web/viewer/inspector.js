// The chosen row, large: its piece of the page, what was read there, and a field to correct it.

import { cutout } from "./cutouts.js";
import { byId, el } from "./dom.js";
import { selectedOf, stateOf, valueOf } from "./doubts.js";
import { percent, tick } from "./rows.js";

export class Inspector {
  /** `onSaid(item, said)` is called with {value}, {selected}, {right: true} or null (as it was read); `onDone(item)` behind it. */
  constructor({ onSaid, onDone }) {
    this.form = byId("inspector");
    this.onSaid = onSaid;
    this.item = null;
    this.field = byId("inspector-value");
    this.choice = byId("inspector-selected");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { item } = this;
      onSaid(item, this.#said());
      this.show(item, this.page);
      onDone(item);
    });
    byId("inspector-undo").addEventListener("click", () => {
      onSaid(this.item, null);
      this.show(this.item, this.page);
    });
    this.form.addEventListener("input", () => this.#buttons());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.form.requestSubmit();
      } else if (event.key === "Escape") {
        this.field.value = valueOf(this.item);
        onDone(null);
      }
    });
  }

  /** Show an item of a page; null, or one that has nothing to be said of, hides it. */
  show(item, page) {
    const plain = !item || item.part === "blocks" || item.part === "layout" || item.part === "labels" || item.cells;
    this.form.hidden = plain;
    [this.item, this.page] = plain ? [null, null] : [item, page];
    byId("inspector-cut").replaceChildren();
    if (plain) return;
    const picture = cutout(page, item.place, { width: 420, height: 84 });
    if (picture) byId("inspector-cut").append(picture);
    byId("inspector-name").textContent = item.name || "Value";
    const [text, ticked] = [item.value !== null, item.value === null && item.selected !== null];
    this.field.hidden = !text;
    this.choice.hidden = !ticked;
    byId("inspector-name").htmlFor = ticked ? this.choice.id : this.field.id;
    this.field.value = text ? valueOf(item) : "";
    this.field.rows = Math.min(4, this.field.value.split("\n").length);
    this.choice.value = String(selectedOf(item));
    const read = text ? `“${item.value}”` : ticked ? tick(item.selected) : "there is one";
    byId("inspector-read").replaceChildren(
      `Read: ${read}, ${percent(item.confidence)} sure`,
      item.doubt !== item.confidence && item.doubt !== null ? `, its least sure word ${percent(item.doubt)}` : "",
      stateOf(item) ? el("strong", {}, ` · ${stateOf(item)}`) : "",
    );
    this.#buttons();
  }

  focus() {
    if (this.form.hidden) return false;
    const to = [this.field, this.choice].find((one) => !one.hidden) ?? byId("inspector-save");
    to.focus();
    if (to === this.field) to.select();
    return true;
  }

  /** What the form says of the item. */
  #said() {
    const { item } = this;
    if (!this.field.hidden) return this.field.value === item.value ? { right: true } : { value: this.field.value };
    if (!this.choice.hidden) return String(item.selected) === this.choice.value ? { right: true } : { selected: this.choice.value === "true" };
    return { right: true };
  }

  #buttons() {
    byId("inspector-save").textContent = this.#said().right ? "It is right" : "Save";
    byId("inspector-undo").hidden = stateOf(this.item) === null;
  }
}
