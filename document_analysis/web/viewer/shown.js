// What of a page each tab shows: its items, those that are looked for, and their boxes.

import { isDoubtful, toCheck, valueOf } from "./doubts.js";
import { PARTS } from "./model.js";
import { state } from "./state.js";

/** The tabs that show items, by name: {title, feature, none}. */
export const SHOWN = { check: { title: "To check", none: "Nothing is left to check." }, ...PARTS };

export const itemsOf = (page, part) => (part === "check" ? toCheck(page) : page.items[part]);

/** Whether a page can have items in a part. */
export const hasAny = (page, part) => part === "blocks" || part === "check" || page.items[part].length > 0;

/** The id of an item's row in a tab. */
export const rowId = (part, item) => (part === "check" ? `check-${item.id}` : item.id);

/** Whether an item itself has what is looked for. */
export function isFound(item) {
  const text = [item.name, valueOf(item), item.text, item.label, item.title].filter((one) => typeof one === "string").join("\n");
  return text.toLowerCase().includes(state.find);
}

/** Whether a tab shows an item: what is looked for is in it, or in one of its cells. */
export function passes(item, part) {
  if (part === "blocks" && state.type !== "" && item.type !== state.type) return false;
  return state.find === "" || isFound(item) || (item.cells ?? []).some(isFound);
}

/** The boxes of a page that the open tab shows: [{box, unsure}]. */
export function boxesOf(page) {
  const { part } = state;
  if (!(part in SHOWN)) return [];
  const found = new Map();
  const add = (item) => {
    for (const id of item.boxes) found.set(id, { box: page.boxes.get(id), unsure: part !== "blocks" && part !== "layout" && isDoubtful(item) });
  };
  for (const item of itemsOf(page, part)) {
    if (!passes(item, part)) continue;
    add(item);
    for (const cell of item.cells ?? []) if (!state.find || isFound(cell)) add(cell);
  }
  return [...found.values()];
}

/** The item of a box that the open tab shows, else the one that shows it first; with its part. */
export function itemOf(page, box, home) {
  const inCheck = state.part === "check" && itemsOf(page, "check").find(({ boxes }) => boxes.includes(box.id));
  if (inCheck) return { item: inCheck, part: "check" };
  const part = [state.part, home, ...Object.keys(box.items)].find((name) => box.items[name] !== undefined);
  if (!part) return null;
  const items = page.items[part];
  const id = box.items[part];
  return { item: items.find((item) => item.id === id) ?? items.flatMap((item) => item.cells ?? []).find((cell) => cell.id === id), part };
}
