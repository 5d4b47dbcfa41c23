// What is to be checked, and what people said of it: the corrections, and "it is right".

import { openDocument, state } from "./state.js";

const NONE = {};
const fixedOf = (item, fixed) => (fixed ?? openDocument()?.fixed ?? NONE)[item.id];

/** An item's value with what was corrected; `fixed` are the corrections of its document, else those of the open one. */
export function valueOf(item, fixed) {
  return fixedOf(item, fixed)?.value ?? item.value;
}

export function selectedOf(item, fixed) {
  return fixedOf(item, fixed)?.selected ?? item.selected;
}

/** "corrected", "checked" or null. */
export function stateOf(item, fixed) {
  const said = fixedOf(item, fixed);
  if (!said) return null;
  return said.right ? "checked" : "corrected";
}

export const isUnsure = (item) => item.doubt !== null && item.doubt < state.below;

/** Whether somebody should look at it still. */
export const isDoubtful = (item) => isUnsure(item) && stateOf(item) === null;

/** What of a page can be doubted, each thing once, from top to bottom: fields, cells, check boxes, signatures, lines that stand alone. */
export function checkable(page) {
  page.checkable ??= [
    ...page.items.forms.filter(({ value }) => value !== null),
    ...page.items.tables.flatMap(({ cells }) => cells.filter(({ text }) => text)),
    ...["selection_elements", "signatures", "queries", "expenses", "identities"].flatMap((part) => page.items[part]),
    ...page.free,
  ].filter(({ doubt }) => doubt !== null).sort((a, b) => topOf(page, a) - topOf(page, b));
  return page.checkable;
}

function topOf(page, item) {
  const box = page.boxes.get(item.place[0]);
  return box ? box.points[0][1] : 0;
}
