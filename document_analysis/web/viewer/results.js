// The results beside the pages: a tab for each part, in it a section for each page, filled when it comes near the view.

import { byId, el, plural } from "./dom.js";
import { PARTS } from "./model.js";
import { cellGrid, optionList } from "./lists.js";

const percent = (confidence) => (confidence === null ? "–" : `${confidence.toFixed(1)} %`);

const ROWS = {
  forms: (pair) => [
    el("span", { class: "term" }, pair.key || none("no key")),
    el("span", { class: "value" }, pair.selected === null ? pair.value || none("empty") : tick(pair.selected)),
  ],
  selection_elements: (found) => [
    el("span", { class: "value" }, tick(found.selected)),
    el("span", { class: "wide" }, found.label ?? none("no label")),
  ],
  signatures: (found) => [el("span", { class: "wide" }, found.label ?? none("no label"))],
  queries: (found) => [
    el("span", { class: "term" }, found.text),
    el("span", { class: "value" }, found.answer ?? none("no answer")),
  ],
  layout: (found) => [el("span", { class: "kind" }, spoken(found.type)), el("span", { class: "wide" }, found.text)],
  expenses: (found) => named(found),
  identities: (found) => named(found),
  labels: (found) => [el("span", { class: "term" }, found.type), el("span", { class: "wide" }, found.text)],
  blocks: (block) => [
    el("span", { class: "kind" }, [block.type ?? "?", ...(block.entity_types ?? [])].join(" ")),
    el("span", { class: "wide" }, block.selected === null || block.selected === undefined ? block.text ?? "" : tick(block.selected)),
  ],
};

const named = (found) => [
  el("span", { class: "kind" }, spoken(found.type)),
  found.name ? el("span", { class: "term" }, found.name) : null,
  el("span", { class: "value" }, found.text || none("empty")),
].filter(Boolean);
const spoken = (type) => type.toLowerCase().replaceAll("_", " ");
const none = (what) => el("i", { class: "none" }, what);
const tick = (selected) => (selected ? "☑ selected" : "☐ not selected");

export class Results {
  /** `onSelect(item)` is called when an item is chosen. `extra` are further tabs: {name, title, panel}. */
  constructor({ onSelect, extra }) {
    this.onSelect = onSelect;
    this.tabs = new Map();
    this.pages = new Map();
    this.least = 0;
    this.features = [];
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) this.#fill(entry.target.section);
    }, { rootMargin: "50% 0px" });
    for (const [part, { title }] of Object.entries(PARTS)) {
      this.#addTab(part, title, el("div", { class: "sections" }), el("span", { class: "count" }));
    }
    for (const { name, title, panel } of extra) this.#addTab(name, title, panel, null);
    this.#typeFilter();
    this.open("text");
  }

  /** Begin anew, for an analysis with these features that can give these parts. */
  clear(features, parts) {
    this.features = features;
    this.pages.clear();
    this.observer.disconnect();
    for (const part of Object.keys(PARTS)) {
      const { tab, panel } = this.tabs.get(part);
      const unasked = (part === "queries" || part === "layout") && !features.includes(PARTS[part].feature);
      tab.hidden = unasked || !parts.includes(part);
      panel.querySelector(".sections").replaceChildren();
    }
    const own = ["expenses", "identities", "labels"].find((part) => parts.includes(part));
    if (own || this.tabs.get(this.part)?.tab.hidden) this.open(own ?? "text");
    this.#count();
  }

  add(page) {
    if (page.error) return;
    const sections = {};
    for (const part of Object.keys(PARTS)) {
      if (page.items[part].length === 0) continue;
      const node = el("section", { class: "of-page", "data-page": page.number }, el("h3", {}, `Page ${page.number}`));
      const section = { node, page, part, filled: false };
      node.section = section;
      node.style.setProperty("--rows", String(page.items[part].length));
      const holder = this.tabs.get(part).panel.querySelector(".sections");
      const after = [...holder.children].find((other) => Number(other.dataset.page) > page.number);
      holder.insertBefore(node, after ?? null);
      this.observer.observe(node);
      sections[part] = section;
    }
    this.pages.set(page.number, { page, sections });
    byId("panels").classList.toggle("several", this.pages.size > 1);
    this.#count();
  }

  filter(least) {
    this.least = least;
    for (const { sections } of this.pages.values()) {
      for (const section of Object.values(sections)) this.#sift(section);
    }
    this.#count();
  }

  /** Show a part's tab. */
  open(part, focus = false) {
    this.part = part;
    for (const [name, { tab, panel }] of this.tabs) {
      const chosen = name === part;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      panel.hidden = !chosen;
      if (chosen && focus) tab.focus();
    }
    const first = this.tabs.get(part).panel.querySelector(".of-page");
    if (first) this.#fill(first.section); // at once, for who goes on with the keyboard
  }

  /** Mark an item's row and bring it into view. */
  show({ part, id }, number) {
    if (this.part !== part) this.open(part);
    const section = this.pages.get(number)?.sections[part];
    if (!section) return;
    if (part === "blocks") this.#showAllTypes();
    this.#fill(section);
    this.mark(id);
    document.getElementById(id)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Mark an item's row, and no other. */
  mark(id) {
    for (const other of byId("panels").querySelectorAll(".marked")) {
      other.classList.remove("marked");
      if (other.list) other.setAttribute("aria-selected", "false");
    }
    const row = document.getElementById(id);
    row?.classList.add("marked");
    if (!row?.list) return;
    row.setAttribute("aria-selected", "true");
    row.list.moveTo(row);
  }

  item(id, part, number) {
    const items = this.pages.get(number)?.page.items[part] ?? [];
    return items.find((item) => item.id === id) ?? items.flatMap((item) => item.cells ?? []).find((cell) => cell.id === id);
  }

  #addTab(name, title, content, count) {
    const tab = el("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`,
      click: () => this.open(name), keydown: (event) => this.#arrows(event),
    }, title, count);
    const panel = el("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": tab.id },
      count ? el("p", { class: "empty", hidden: true }) : null, content);
    this.tabs.set(name, { tab, panel, count });
    byId("tabs").append(tab);
    byId("panels").append(panel);
  }

  #arrows(event) {
    const names = [...this.tabs.keys()].filter((name) => !this.tabs.get(name).tab.hidden);
    const at = names.indexOf(this.part);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.open(names[(to + names.length) % names.length], true);
  }

  #typeFilter() {
    const choice = el("select", { change: () => this.filter(this.least) });
    this.types = choice;
    this.tabs.get("blocks").panel.prepend(el("p", { class: "sieve" }, el("label", {}, "Type ", choice)));
  }

  #showAllTypes() {
    if (this.types.value === "") return;
    this.types.value = "";
    this.filter(this.least);
  }

  #fill(section) {
    if (section.filled) return;
    section.filled = true;
    this.observer.unobserve(section.node);
    const { page, part, node } = section;
    const items = page.items[part];
    const choose = (item) => this.onSelect(item);
    const name = `${PARTS[part].title}, page ${page.number}`;
    if (part === "tables") node.append(...items.map((table, i) => tableOf(table, i, choose)));
    else if (part === "text") node.append(optionList(name, items, choose, (item) => item.text, { group: (item) => item.row, css: "prose" }));
    else node.append(optionList(name, items, choose, (item) => [...ROWS[part](item), sureness(item)], { css: part }));
    this.#sift(section);
  }

  /** Hide the rows that are not sure enough, or of another type than was chosen. */
  #sift(section) {
    if (!section.filled) return;
    for (const item of section.page.items[section.part]) {
      document.getElementById(item.id).hidden = !this.#passes(item);
    }
  }

  #passes(item) {
    if (item.part === "blocks" && this.types.value !== "" && item.type !== this.types.value) return false;
    return item.confidence === null || item.confidence >= this.least;
  }

  #count() {
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
    for (const [part, { title, feature, none }] of Object.entries(PARTS)) {
      const { tab, panel, count } = this.tabs.get(part);
      const all = [...this.pages.values()].flatMap(({ page }) => page.items[part]);
      const passing = all.filter((item) => this.#passes(item)).length;
      count.textContent = part === "text" || this.pages.size === 0 ? "" : String(passing);
      tab.setAttribute("aria-label", part === "text" ? title : `${title}, ${passing}`);
      const asked = !feature || this.features.includes(feature);
      const empty = panel.querySelector(".empty");
      empty.hidden = passing > 0 || this.pages.size === 0;
      if (all.length > 0) empty.textContent = `${plural(all.length, "entry", "entries")}, none with that confidence.`;
      else empty.textContent = asked ? none : `${title} were not asked for: choose “${feature.toLowerCase()}” and analyse again.`;
    }
  }
}

const sureness = (item) => el("span", { class: "sure" }, percent(item.confidence));

function tableOf(table, i, choose) {
  const about = [
    `${table.row_count} × ${table.column_count}`,
    table.kind ? spoken(table.kind) : null,
    table.confidence === null ? null : percent(table.confidence),
  ].filter(Boolean);
  const caption = el("figcaption", {},
    el("button", { type: "button", class: "link", click: () => choose(table) }, table.title || `Table ${i + 1}`),
    el("span", { class: "sure" }, about.join(" · ")));
  const footers = table.footers.map((text) => el("p", { class: "hint" }, text));
  return el("figure", { id: table.id }, caption, cellGrid(table, choose), ...footers);
}
