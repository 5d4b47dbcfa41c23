// What is to be checked, and what people said of it: the corrections, and "it is right".

import { openDocument, state } from "./state.js";

const NONE = {};
const fixedOf = (item, fixed) => (fixed ?? openDocument()?.fixed ?? NONE)[item.id];

/** An item's value with what was corrected, a line's with its words; `fixed` are the corrections of its document, else those of the open one. */
export function valueOf(item, fixed) {
  return fixedOf(item, fixed)?.value ?? ofWords(item, fixed) ?? item.value;
}

/** A line's value with its corrected words, undefined where there are none. */
function ofWords({ words, value }, fixed) {
  const said = words?.map((word) => fixedOf(word, fixed)?.value);
  if (!said?.some((one) => one !== undefined) || words.map(({ text }) => text).join(" ") !== value) return undefined;
  return words.map(({ text }, i) => said[i] ?? text).join(" ");
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

/** Whether somebody should look at it still; a line is seen to by itself or word by word. */
export function isDoubtful(item) {
  if (!isUnsure(item) || stateOf(item) !== null) return false;
  return !item.words?.length || item.words.some((word) => isUnsure({ doubt: word.confidence }) && stateOf(word) === null);
}

/** What of a page is to be checked, from top to bottom. */
export function toCheck(page) {
  if (page.checked?.below !== state.below) {
    page.checked = { below: state.below, items: page.review.under(state.below).sort((a, b) => topOf(page, a) - topOf(page, b)) };
  }
  return page.checked.items;
}

function topOf(page, item) {
  const box = page.boxes.get(item.place[0]);
  return box ? box.points[0][1] : 0;
}
