// The results beside the pages: a tab for each part, in it a section for each page, filled when it comes near the view.

import { byId, el, onceAFrame, plural } from "./dom.js";
import { isDoubtful } from "./doubts.js";
import { PARTS } from "./model.js";
import { Section } from "./section.js";
import { SHOWN, hasAny, itemsOf, rowId } from "./shown.js";
import { changed, state } from "./state.js";
import { Tabs } from "./tabs.js";

/** Parts that have to be asked for to be of interest. */
const ON_DEMAND = new Set(["queries", "layout"]);

export class Results {
  /** `onSelect(item, part)` is called when an item is chosen. `extra` are further tabs, or what stands above a part: {name, title, panel}. */
  constructor({ onSelect, extra }) {
    this.onSelect = onSelect;
    this.tabs = new Tabs(byId("tabs"), byId("panels"), (part) => this.open(part));
    this.pages = new Map(); // by number: {page, sections: {part: Section}}
    this.features = [];
    this.count = onceAFrame(() => this.#count());
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) this.#fill(entry.target.section);
    }, { rootMargin: "50% 0px" });
    const own = new Map(extra.map((one) => [one.name, one]));
    for (const [part, { title }] of Object.entries(SHOWN)) {
      if (part === "blocks") for (const { name, title: other, panel } of extra) if (!(name in SHOWN)) this.tabs.add(name, other, panel);
      const sections = el("div", { class: "sections" });
      this.tabs.add(part, title, [el("p", { class: "empty", hidden: true }), own.get(part)?.panel, sections].filter(Boolean), el("span", { class: "count" }));
    }
    this.#typeFilter();
    this.open("text");
  }

  /** Begin anew, for an analysis with these features that can give these parts. */
  clear(features, parts) {
    this.features = features;
    this.pages.clear();
    this.observer.disconnect();
    for (const part of Object.keys(SHOWN)) {
      const { tab, panel } = this.tabs.get(part);
      const unasked = ON_DEMAND.has(part) && !features.includes(PARTS[part].feature);
      tab.hidden = unasked || !(part === "check" ? parts.includes("text") : part === "blocks" || parts.includes(part));
      panel.querySelector(".sections").replaceChildren();
    }
    const own = ["expenses", "identities", "labels"].find((part) => parts.includes(part));
    if (own) this.open(own);
    else if (this.tabs.get(state.part).tab.hidden) this.open("text");
    this.#count();
  }

  add(page) {
    if (page.error) return;
    const one = { page, sections: {} };
    this.pages.set(page.number, one);
    for (const part of Object.keys(SHOWN)) if (part !== "blocks" || state.part === "blocks") this.#addSection(one, part);
    byId("panels").classList.toggle("several", this.pages.size > 1);
    this.count();
  }

  /** Show what passes now: what is looked for has changed, or, where `anew`, what is doubted. */
  look({ anew = false } = {}) {
    for (const { sections } of this.pages.values()) {
      for (const section of Object.values(sections)) {
        if (anew && section.filled) {
          section.empty();
          this.observer.observe(section.node);
        }
        section.sift();
      }
    }
    this.count();
  }

  /** Show an item's rows as it is now. */
  refresh(item) {
    const { sections } = this.pages.get(item.page);
    for (const one of [item, item.twin, item.line].filter(Boolean)) for (const part of ["check", one.part]) sections[part]?.refresh(one);
    this.count();
  }

  /** Show a part's tab. */
  open(part) {
    state.part = part;
    if (part === "blocks") for (const one of this.pages.values()) if (!one.sections.blocks) this.#addSection(one, "blocks");
    this.tabs.show(part);
    const first = this.tabs.get(part).panel.querySelector(".of-page:not([hidden])");
    if (first) this.#fill(first.section); // at once, for who goes on with the keyboard
    this.count();
    changed("part", part);
  }

  /** Mark an item's row in a part and bring it into view. */
  show(item, part = item.part) {
    if (state.part !== part) this.open(part);
    const section = this.pages.get(item.page)?.sections[part];
    if (!section) return;
    if (part === "blocks" && state.type !== "" && state.type !== item.type) {
      state.type = "";
      this.look();
    }
    this.#fill(section);
    this.mark(item, part);
    document.getElementById(rowId(part, item))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Mark an item's row, and no other. */
  mark(item, part = state.part) {
    for (const other of byId("panels").querySelectorAll(".marked")) {
      other.classList.remove("marked");
      if (other.list) other.setAttribute("aria-selected", "false");
    }
    const row = item && document.getElementById(rowId(part, item));
    row?.classList.add("marked");
    if (!row?.list) return;
    row.setAttribute("aria-selected", "true");
    row.list.moveTo(row);
  }

  /** The next item to be checked behind `item`, or null. */
  next(item) {
    const all = [...this.pages.values()].sort((a, b) => a.page.number - b.page.number).flatMap(({ page }) => itemsOf(page, "check"));
    const at = all.findIndex(({ id }) => id === item.id);
    return [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))].find(isDoubtful) ?? null;
  }

  focus(item, part = state.part) {
    document.getElementById(rowId(part, item))?.focus({ preventScroll: true });
  }

  /** Bring a page's section into view where nothing of it is. */
  follow(number) {
    const section = this.pages.get(number)?.sections[state.part];
    const view = byId("panels");
    if (!section || section.node.hidden || view.scrollHeight <= view.clientHeight) return;
    const [inner, outer] = [section.node.getBoundingClientRect(), view.getBoundingClientRect()];
    if (inner.bottom > outer.top + 24 && inner.top < outer.bottom - 24) return;
    // With the one above it, which would come near the view with it and move it.
    for (const near of [section.node.previousElementSibling, section.node]) if (near?.section) this.#fill(near.section);
    view.scrollTop += section.node.getBoundingClientRect().top - outer.top;
  }

  #addSection({ page, sections }, part) {
    if (!hasAny(page, part)) return;
    const section = new Section(page, part, (item) => this.onSelect(item, part));
    const holder = this.tabs.get(part).panel.querySelector(".sections");
    const after = [...holder.children].find((other) => Number(other.dataset.page) > page.number);
    holder.insertBefore(section.node, after ?? null);
    sections[part] = section;
    this.observer.observe(section.node);
  }

  #fill(section) {
    section.fill();
    this.observer.unobserve(section.node);
  }

  #typeFilter() {
    this.types = el("select", { change: () => {
      state.type = this.types.value;
      this.look();
      changed("looking");
    } });
    this.tabs.get("blocks").panel.querySelector(".sections").before(el("p", { class: "sieve" }, el("label", {}, "Blocks of type ", this.types)));
  }

  #count() {
    if (state.part === "blocks") this.#countTypes();
    for (const [part, { title, feature, none }] of Object.entries(SHOWN)) {
      const { tab, panel } = this.tabs.get(part);
      const sections = [...this.pages.values()].map((one) => one.sections[part]).filter(Boolean);
      const passing = sections.reduce((sum, section) => sum + section.passing, 0);
      const left = part === "check" ? sections.reduce((sum, { items }) => sum + items.filter(isDoubtful).length, 0) : passing;
      const quiet = part === "blocks" || (part === "text" && state.find === "") || this.pages.size === 0;
      tab.querySelector(".count").textContent = quiet || left === 0 ? "" : String(left);
      tab.classList.toggle("doubt", part === "check" && left > 0);
      tab.setAttribute("aria-label", quiet ? title : `${title}, ${left}`);
      const empty = panel.querySelector(".empty");
      empty.hidden = passing > 0 || this.pages.size === 0;
      if (empty.hidden) continue;
      const all = sections.reduce((sum, { items }) => sum + items.length, 0);
      if (all > 0) empty.textContent = `${plural(all, "entry", "entries")}, none with “${state.find}”.`;
      else if (!feature || this.features.includes(feature)) empty.textContent = none;
      else empty.textContent = `${title} were not looked for: choose them under “Documents and options” and analyse again.`;
    }
  }

  #countTypes() {
    const types = new Map();
    for (const { page } of this.pages.values()) {
      for (const { type } of page.items.blocks) types.set(type, (types.get(type) ?? 0) + 1);
    }
    this.types.replaceChildren(
      el("option", { value: "" }, "all"),
      ...[...types].sort().map(([type, count]) => el("option", { value: type ?? "" }, `${type} (${count})`)),
    );
    if (!types.has(state.type)) state.type = "";
    this.types.value = state.type;
  }
}
