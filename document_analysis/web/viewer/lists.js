// Lists and tables whose entries can be chosen by mouse or arrow keys; one entry of each is in the order of the Tab key.

import { el } from "./dom.js";

class Roving {
  constructor(node, step) {
    this.node = node;
    this.step = step;
    node.addEventListener("keydown", (event) => this.#key(event));
  }

  moveTo(entry, focus = false) {
    this.node.querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    entry.setAttribute("tabindex", "0");
    if (focus) entry.focus();
  }

  #key(event) {
    const entries = [...this.node.querySelectorAll("[tabindex]")].filter((entry) => !entry.hidden);
    const at = entries.indexOf(document.activeElement);
    if (at < 0) return;
    const chosen = event.key === "Enter" || event.key === " " ? entries[at] : this.step(event.key, entries, at);
    if (!chosen) return;
    event.preventDefault();
    this.moveTo(chosen, true);
    chosen.click();
  }
}

const ends = (key, entries) => ({ Home: entries[0], End: entries.at(-1) })[key];

const upAndDown = (key, entries, at) =>
  ({ ArrowDown: entries[at + 1], ArrowUp: entries[at - 1] })[key] ?? ends(key, entries);

/** Among the cells: sideways to the neighbour, up and down to the nearest cell that is in the column. */
function inGrid(key, entries, at) {
  const cell = entries[at].item;
  const within = ({ item }) => item.column < cell.column + cell.column_span && cell.column < item.column + item.column_span;
  if (key === "ArrowRight") return entries[at + 1];
  if (key === "ArrowLeft") return entries[at - 1];
  if (key === "ArrowDown") return entries.find((entry) => entry.item.row >= cell.row + cell.row_span && within(entry));
  if (key === "ArrowUp") return entries.findLast((entry) => entry.item.row + entry.item.row_span <= cell.row && within(entry));
  return ends(key, entries);
}

function entry(node, id, item, list, choose) {
  node.id = id;
  node.item = item;
  node.list = list;
  node.setAttribute("aria-selected", "false");
  node.addEventListener("click", () => {
    if (!getSelection().isCollapsed) return; // text was marked, to be copied
    list.moveTo(node);
    choose(item);
  });
  return node;
}

/**
 * A list box of `items`; `content(item)` is what an entry shows, `idOf(item)` its id. `row(item)` names the row that it stands
 * in, `group(item)` the text above it and its neighbours.
 */
export function optionList(name, items, choose, content, { idOf = ({ id }) => id, row = null, group = null, css = "" } = {}) {
  const node = el("div", { role: "listbox", "aria-label": name, class: `list ${css}` });
  const list = new Roving(node, upAndDown);
  let [holder, last] = [node, undefined];
  for (const item of items) {
    const option = entry(el("div", { role: "option", tabindex: -1 }, content(item)), idOf(item), item, list, choose);
    const now = row?.(item) ?? group?.(item) ?? null;
    if (now !== last) {
      last = now;
      holder = node;
      if (row) holder = el("div", { class: "row", role: "presentation" });
      else if (now) holder = el("div", { class: "group", role: "group", "aria-label": now }, el("p", { "aria-hidden": "true" }, now));
      if (holder !== node) node.append(holder);
    }
    holder.append(option);
  }
  node.querySelector("[tabindex]")?.setAttribute("tabindex", "0");
  return node;
}

/** A table as a grid: merged cells span, column headers are headers, footers and sections look as what they are. */
export function cellGrid(table, choose, content) {
  const node = el("table", { role: "grid", "aria-label": table.title || "Table" });
  const list = new Roving(node, inGrid);
  const rows = Array.from({ length: table.row_count }, () => el("tr", { role: "row" }));
  for (const cell of table.cells) {
    const header = cell.entity_types.includes("COLUMN_HEADER");
    const kinds = cell.entity_types.map((type) => type.toLowerCase().replaceAll("_", "-"));
    const attributes = {
      role: header ? "columnheader" : "gridcell", tabindex: -1, class: kinds.join(" "),
      rowspan: cell.row_span > 1 ? cell.row_span : null, colspan: cell.column_span > 1 ? cell.column_span : null,
    };
    rows[cell.row - 1]?.append(entry(el(header ? "th" : "td", attributes, content(cell)), cell.id, cell, list, choose));
  }
  node.append(el("tbody", { role: "rowgroup" }, ...rows));
  node.querySelector("[tabindex]")?.setAttribute("tabindex", "0");
  return el("div", { class: "scroll" }, node);
}
