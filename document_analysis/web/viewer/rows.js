// What a row of the results shows: names, values with what was corrected, how sure, and a piece of the picture beside what is not.

import { cutout } from "./cutouts.js";
import { el } from "./dom.js";
import { isUnsure, selectedOf, stateOf, valueOf } from "./doubts.js";

export const percent = (confidence) => (confidence === null ? "–" : `${confidence.toFixed(1)} %`);
export const spoken = (type) => type.toLowerCase().replaceAll("_", " ");
export const tick = (selected) => (selected ? "☑ selected" : "☐ not selected");

const none = (what) => el("i", { class: "none" }, what);
const value = (item, empty = "empty") => el("span", { class: "value" }, valueOf(item) || none(empty));
const term = (text, missing) => el("span", { class: "term" }, text || none(missing));
const kind = (text) => el("span", { class: "kind" }, text);
const wide = (text) => el("span", { class: "wide" }, text);

const ROWS = {
  forms: (pair) => [
    term(pair.key, "no key"),
    pair.value === null ? el("span", { class: "value" }, tick(selectedOf(pair))) : value(pair),
  ],
  selection_elements: (found) => [el("span", { class: "value" }, tick(selectedOf(found))), wide(found.label ?? none("no label"))],
  signatures: (found) => [wide(found.label ?? none("no label"))],
  queries: (found) => [term(found.name), value(found, "no answer")],
  layout: (found) => [kind(spoken(found.type)), wide(found.text)],
  expenses: (found) => [kind(spoken(found.type)), found.label_text ? term(found.label_text) : null, value(found)],
  identities: (found) => [kind(spoken(found.type)), found.normalized ? term(found.normalized) : null, value(found)],
  labels: (found) => [term(found.type), wide(found.text)],
  blocks: (block) => [
    kind([block.type ?? "?", ...(block.entity_types ?? [])].join(" ")),
    wide(typeof block.shown === "boolean" ? tick(block.shown) : block.text ?? ""),
  ],
};

/** What the row of an item shows in its part. */
export function rowOf(part, item, page) {
  if (part === "text") return textOf(item);
  if (part === "check") return checkRow(item, page);
  const large = part === "signatures";
  const picture = large || (part !== "blocks" && part !== "layout" && part !== "labels" && isUnsure(item))
    ? cutout(page, item.place, large ? { width: 300, height: 90 } : {})
    : null;
  return [...ROWS[part](item).filter(Boolean), picture, sureness(item)];
}

export const cellOf = (cell) => valueOf(cell);

function checkRow(item, page) {
  const own = item.value === null ? el("span", { class: "value" }, tick(selectedOf(item))) : value(item);
  return [
    el("span", { class: "seen" }, cutout(page, item.place) ?? none("no picture")),
    el("span", { class: "read" }, el("span", { class: "term" }, item.name), own),
    sureness(item),
  ];
}

/** A line, its unsure words marked. */
function textOf(item) {
  const whole = valueOf(item);
  const together = item.words.map(({ text }) => text).join(" ");
  if (stateOf(item) || !isUnsure(item) || together !== whole) return whole;
  return item.words.flatMap(({ text, confidence }, i) => [
    i > 0 ? " " : null,
    isUnsure({ doubt: confidence }) ? el("span", { class: "word-doubt" }, text) : text,
  ]);
}

function sureness(item) {
  const said = stateOf(item);
  return el("span", { class: `sure ${said ?? ""}` }, said ?? percent(item.words ? item.doubt : item.confidence));
}
