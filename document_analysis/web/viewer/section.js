// What a tab shows of one page: rows that are made when they come near the view, hidden where they are not looked for.

import { copy, el } from "./dom.js";
import { isDoubtful, stateOf } from "./doubts.js";
import { cellGrid, optionList } from "./lists.js";
import { cellOf, percent, rowOf, spoken } from "./rows.js";
import { SHOWN, isFound, itemsOf, passes, rowId } from "./shown.js";
import { state } from "./state.js";
import { tableText } from "./tables.js";

export class Section {
  /** Of a page in a part; `choose(item)` is called when a row is chosen. */
  constructor(page, part, choose) {
    Object.assign(this, { page, part, choose, filled: false, passing: 0 });
    this.node = el("section", { class: "of-page", "data-page": page.number }, el("h3", {}, `Page ${page.number}`));
    this.node.section = this;
    this.sift();
  }

  get items() {
    return itemsOf(this.page, this.part);
  }

  fill() {
    if (this.filled) return;
    this.filled = true;
    this.node.classList.add("filled");
    const { page, part, node, items, choose } = this;
    const name = `${SHOWN[part].title}, page ${page.number}`;
    if (part === "tables") node.append(...items.map((table, i) => tableOf(table, i, choose)));
    else {
      node.append(optionList(name, items, choose, (item) => rowOf(part, item, page), {
        idOf: (item) => rowId(part, item),
        row: part === "text" ? (item) => item.row : null,
        group: part === "selection_elements" || part === "expenses" ? (item) => item.group : null,
        css: part === "text" ? "prose" : part,
      }));
    }
    if (part !== "blocks") for (const item of items.flatMap((one) => one.cells ?? [one])) tone(document.getElementById(rowId(part, item)), item);
    this.sift();
  }

  empty() {
    this.filled = false;
    this.node.classList.remove("filled");
    for (const other of [...this.node.children].slice(1)) other.remove();
  }

  /** Hide the rows that are not looked for, and the section where there are no others. */
  sift() {
    const { part, node, filled } = this;
    this.passing = 0;
    for (const item of this.items) {
      const shows = passes(item, part);
      if (shows) this.passing += 1;
      if (!filled) continue;
      document.getElementById(rowId(part, item)).hidden = !shows;
      for (const cell of item.cells ?? []) document.getElementById(cell.id)?.classList.toggle("found", state.find !== "" && isFound(cell));
    }
    node.hidden = this.passing === 0;
    node.style.setProperty("--rows", String(this.passing));
    if (filled) for (const group of node.querySelectorAll(".group")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
  }

  /** Show an item's row as the item is now. */
  refresh(item) {
    const row = document.getElementById(rowId(this.part, item));
    if (!row) return;
    row.replaceChildren(...[this.part === "tables" ? cellOf(item) : rowOf(this.part, item, this.page)].flat().filter((one) => one !== null));
    tone(row, item);
  }
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
