// The results beside the pages: a tab for each part, in it a section for each page, filled when it comes near the view.

import { byId, copy, el, onceAFrame, plural } from "./dom.js";
import { checkable, isDoubtful, isUnsure, stateOf, valueOf } from "./doubts.js";
import { cellGrid, optionList } from "./lists.js";
import { PARTS } from "./model.js";
import { cellOf, percent, rowOf, spoken } from "./rows.js";
import { changed, state } from "./state.js";
import { tableText } from "./tables.js";
import { Tabs } from "./tabs.js";

const CHECK = { title: "To check", none: "Nothing is left to check." };
const SHOWN = { check: CHECK, ...PARTS };
/** Parts that have to be asked for to be of interest. */
const ON_DEMAND = new Set(["queries", "layout"]);

const itemsOf = (page, part) => (part === "check" ? checkable(page).filter(isUnsure) : page.items[part]);
const rowId = (part, item) => (part === "check" ? `check-${item.id}` : item.id);

export class Results {
  /** `onSelect(item)` is called when an item is chosen. `extra` are further tabs, or what stands above a part: {name, title, panel}. */
  constructor({ onSelect, extra }) {
    this.onSelect = onSelect;
    this.tabs = new Tabs(byId("tabs"), byId("panels"), (part) => this.open(part));
    this.pages = new Map();
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
    const sections = {};
    for (const part of Object.keys(SHOWN)) {
      if ((part === "check" ? checkable(page) : page.items[part]).length === 0) continue;
      const node = el("section", { class: "of-page", "data-page": page.number }, el("h3", {}, `Page ${page.number}`));
      const section = { node, page, part, filled: false };
      node.section = section;
      const holder = this.tabs.get(part).panel.querySelector(".sections");
      const after = [...holder.children].find((other) => Number(other.dataset.page) > page.number);
      holder.insertBefore(node, after ?? null);
      sections[part] = section;
      this.#sift(section);
      this.observer.observe(node);
    }
    this.pages.set(page.number, { page, sections });
    byId("panels").classList.toggle("several", this.pages.size > 1);
    this.count();
  }

  /** Show what passes now: what is looked for has changed, or, where `anew`, what is doubted. */
  look({ anew = false } = {}) {
    for (const { sections } of this.pages.values()) {
      for (const section of Object.values(sections)) {
        if (anew) this.#empty(section);
        this.#sift(section);
      }
    }
    this.count();
  }

  /** Show an item's rows as it is now. */
  refresh(item) {
    const { page, sections } = this.pages.get(item.page);
    for (const part of ["check", item.part]) {
      const row = document.getElementById(rowId(part, item));
      if (!row || !sections[part]) continue;
      row.replaceChildren(...[part === "tables" ? cellOf(item) : rowOf(part, item, page)].flat().filter((one) => one !== null));
      tone(row, item);
    }
    this.count();
  }

  /** Show a part's tab. */
  open(part) {
    state.part = part;
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
    if (part === "blocks" && this.types.value !== "" && this.types.value !== item.type) {
      this.types.value = "";
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

  /** The item of a box that the open part shows, else the one that shows it first; with its part. */
  itemOf(page, box, home) {
    const inCheck = state.part === "check" && checkable(page).filter(isUnsure).find(({ boxes }) => boxes.includes(box.id));
    if (inCheck) return { item: inCheck, part: "check" };
    const part = [state.part, home, ...Object.keys(box.items)].find((name) => box.items[name] !== undefined);
    return part ? { item: this.#find(page, part, box.items[part]), part } : null;
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

  /** The boxes of a page that the open tab shows: [{box, unsure}]. */
  boxesOf(page) {
    const { part } = state;
    if (!(part in SHOWN)) return [];
    const found = new Map();
    const add = (item) => {
      for (const id of item.boxes) found.set(id, { box: page.boxes.get(id), unsure: part !== "blocks" && part !== "layout" && isDoubtful(item) });
    };
    for (const item of itemsOf(page, part)) {
      if (!this.#passes(item, part)) continue;
      add(item);
      for (const cell of item.cells ?? []) if (!state.find || has(cell)) add(cell);
    }
    return [...found.values()];
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

  #find(page, part, id) {
    const items = page.items[part];
    return items.find((item) => item.id === id) ?? items.flatMap((item) => item.cells ?? []).find((cell) => cell.id === id);
  }

  #typeFilter() {
    this.types = el("select", { change: () => {
      this.look();
      changed("looking");
    } });
    this.tabs.get("blocks").panel.querySelector(".sections").before(el("p", { class: "sieve" }, el("label", {}, "Blocks of type ", this.types)));
  }

  #fill(section) {
    if (section.filled) return;
    section.filled = true;
    section.node.classList.add("filled");
    this.observer.unobserve(section.node);
    const { page, part, node } = section;
    const items = itemsOf(page, part);
    const choose = (item) => this.onSelect(item, part);
    const name = `${SHOWN[part].title}, page ${page.number}`;
    if (part === "tables") node.append(...items.map((table, i) => tableOf(table, i, choose)));
    else {
      node.append(optionList(name, items, choose, (item) => rowOf(part, item, page), {
        idOf: (item) => rowId(part, item),
        row: part === "text" ? (item) => item.row : null,
        group: part === "selection_elements" ? (item) => item.group : null,
        css: part === "text" ? "prose" : part,
      }));
    }
    if (part !== "blocks") for (const item of items.flatMap((one) => one.cells ?? [one])) tone(document.getElementById(rowId(part, item)), item);
    this.#sift(section);
  }

  #empty(section) {
    if (!section.filled) return;
    section.filled = false;
    section.node.classList.remove("filled");
    section.node.querySelector("h3").nextSibling?.remove();
    for (const other of [...section.node.children].slice(1)) other.remove();
    this.observer.observe(section.node);
  }

  /** Hide the rows that are not looked for, and the section where there are no others. */
  #sift(section) {
    const { page, part, node, filled } = section;
    const items = itemsOf(page, part);
    let passing = 0;
    for (const item of items) {
      const passes = this.#passes(item, part);
      if (passes) passing += 1;
      if (!filled) continue;
      document.getElementById(rowId(part, item)).hidden = !passes;
      for (const cell of item.cells ?? []) document.getElementById(cell.id)?.classList.toggle("found", state.find !== "" && has(cell));
    }
    section.passing = passing;
    node.hidden = passing === 0;
    node.style.setProperty("--rows", String(passing));
    if (filled) for (const group of node.querySelectorAll(".group")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
  }

  #passes(item, part) {
    if (part === "blocks" && this.types.value !== "" && item.type !== this.types.value) return false;
    return state.find === "" || has(item) || (item.cells ?? []).some(has);
  }

  #count() {
    if (state.part === "blocks") this.#countTypes();
    for (const [part, { title, feature, none }] of Object.entries(SHOWN)) {
      const { tab, panel } = this.tabs.get(part);
      const count = tab.querySelector(".count");
      const sections = [...this.pages.values()].map((one) => one.sections[part]).filter(Boolean);
      const all = sections.reduce((sum, section) => sum + itemsOf(section.page, part).length, 0);
      let passing = sections.reduce((sum, section) => sum + section.passing, 0);
      const left = part === "check" ? sections.reduce((sum, { page }) => sum + itemsOf(page, part).filter(isDoubtful).length, 0) : passing;
      const quiet = part === "blocks" || (part === "text" && state.find === "") || this.pages.size === 0;
      count.textContent = quiet || left === 0 ? "" : String(left);
      tab.classList.toggle("doubt", part === "check" && left > 0);
      tab.setAttribute("aria-label", quiet ? title : `${title}, ${left}`);
      const asked = !feature || this.features.includes(feature);
      const empty = panel.querySelector(".empty");
      empty.hidden = passing > 0 || this.pages.size === 0;
      if (all > 0) empty.textContent = `${plural(all, "entry", "entries")}, none with “${state.find}”.`;
      else empty.textContent = asked ? none : `${title} were not looked for: choose them under “Documents and options” and analyse again.`;
    }
  }

  #countTypes() {
    const types = new Map();
    for (const { page } of this.pages.values()) {
      for (const { type } of page.items.blocks) types.set(type, (types.get(type) ?? 0) + 1);
    }
    const chosen = this.types.value;
    this.types.replaceChildren(
      el("option", { value: "" }, "all"),
      ...[...types].sort().map(([type, count]) => el("option", { value: type ?? "" }, `${type} (${count})`)),
    );
    this.types.value = types.has(chosen) ? chosen : "";
  }
}

/** Whether an item has what is looked for. */
function has(item) {
  const text = [item.name, valueOf(item), item.text, item.label, item.title].filter((one) => typeof one === "string").join("\n");
  return text.toLowerCase().includes(state.find);
}

function tone(row, item) {
  row?.classList.toggle("doubt", isDoubtful(item));
  row?.classList.toggle("fixed", stateOf(item) !== null);
}

function tableOf(table, i, choose) {
  const about = [
    `${table.row_count} × ${table.column_count}`,
    table.kind ? spoken(table.kind) : null,
    table.confidence === null ? null : percent(table.confidence),
  ].filter(Boolean);
  const name = table.title || `Table ${i + 1}`;
  const caption = el("figcaption", {},
    el("button", { type: "button", class: "link", click: () => choose(table) }, name),
    el("span", { class: "sure" }, about.join(" · ")),
    el("button", { type: "button", class: "quiet", "aria-label": `Copy ${name} for a spreadsheet`, click: async (event) => {
      const button = event.currentTarget;
      await copy(tableText(table));
      button.textContent = "Copied";
    } }, "Copy"));
  const footers = table.footers.map((text) => el("p", { class: "hint" }, text));
  return el("figure", { id: table.id }, caption, cellGrid(table, choose, cellOf), ...footers);
}
