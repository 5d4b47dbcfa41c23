// A page as the service sent it, made into what is shown: items (rows of the results) and boxes (on the picture), linked.

import { expenseRows, identityRows, labelRows } from "./kinds.js";

/** The tabs' parts: the heading, the feature that finds them, what to say when there is none. */
export const PARTS = {
  text: { title: "Text", none: "No text was found." },
  forms: { title: "Forms", feature: "FORMS", none: "No key–value pairs were found." },
  tables: { title: "Tables", feature: "TABLES", none: "No tables were found." },
  selection_elements: { title: "Check boxes", feature: "FORMS", none: "No check boxes were found." },
  signatures: { title: "Signatures", feature: "SIGNATURES", none: "No signatures were found." },
  queries: { title: "Queries", feature: "QUERIES", none: "No questions were asked." },
  layout: { title: "Layout", feature: "LAYOUT", none: "No layout was found." },
  expenses: { title: "Receipt, invoice", none: "No receipt and no invoice was found." },
  identities: { title: "Identity", none: "No field of an identity document was found." },
  labels: { title: "Labels", none: "Nothing that is known was seen." },
  blocks: { title: "Blocks", none: "There are no blocks." },
};

/** What can be drawn: the names are those of the option `annotate`; `kinds` are the colours in it. */
export const LAYERS = {
  forms: { title: "Keys and values", kinds: ["key", "value"] },
  tables: { title: "Tables", kinds: ["table"] },
  cells: { title: "Cells, merged cells", kinds: ["cell", "merged-cell"] },
  selection_elements: { title: "Check boxes", kinds: ["selection"] },
  signatures: { title: "Signatures", kinds: ["signature"] },
  queries: { title: "Query answers", kinds: ["query"] },
  layout: { title: "Layout", kinds: ["layout"] },
  expenses: { title: "Fields, labels, line items", kinds: ["field", "field-label", "line-item"] },
  identities: { title: "Fields of an identity document", kinds: ["field"] },
  labels: { title: "What is seen", kinds: ["instance"] },
  lines: { title: "Lines", kinds: ["line"] },
  words: { title: "Words", kinds: ["word"] },
};

const KINDS = {
  TABLE: ["table", "tables"],
  CELL: ["cell", "cells"],
  MERGED_CELL: ["merged-cell", "cells"],
  SELECTION_ELEMENT: ["selection", "selection_elements"],
  SIGNATURE: ["signature", "signatures"],
  QUERY_RESULT: ["query", "queries"],
  LINE: ["line", "lines"],
  WORD: ["word", "words"],
};

/** Which part shows a box's item first. */
const HOME = {
  key: "forms", value: "forms", table: "tables", cell: "tables", "merged-cell": "tables",
  field: "expenses", "field-label": "expenses", "line-item": "expenses", instance: "labels",
  selection: "selection_elements", signature: "signatures", query: "queries", layout: "layout", line: "text",
};

/**
 * The model of a page: its number, size, status, picture (a Blob or null), `boxes` and `items` by part.
 * An item is {id, part, page, boxes, confidence, …what its part shows}; a box {id, kind, layer, points, confidence, items}.
 */
export function pageModel(event) {
  const facts = event.pages[0];
  const page = {
    number: facts.page,
    error: facts.error,
    confidence: facts.mean_confidence,
    width: facts.width || 1,
    height: facts.height || Math.SQRT2,
    picture: facts.picture ? blobOf(facts.picture) : null,
    boxes: new Map(),
    items: {},
  };
  const blocks = event.blocks ?? [];
  for (const block of blocks) addBox(page, block);
  const places = new Places(page, blocks);
  page.items.text = textItems(page, event.text ?? "", places);
  page.items.forms = numbered(page, "forms", event.forms, (pair) => [pair.key_id, pair.value_id]);
  page.items.tables = tableItems(page, event.tables ?? [], places);
  for (const [part, types] of [
    ["selection_elements", ["SELECTION_ELEMENT"]],
    ["signatures", ["SIGNATURE"]],
    ["queries", ["QUERY_RESULT"]],
  ]) {
    page.items[part] = numbered(page, part, event[part], (found) => [places.take(types, found.box)]);
  }
  page.items.layout = numbered(page, "layout", event.layout, (found) => [
    places.take([`LAYOUT_${found.type}`, found.type], found.box),
  ]);
  const box = (kind, layer, place) => addPlace(page, kind, layer, place);
  const lines = blocks.filter(({ type }) => type === "LINE");
  for (const [part, rows] of [
    ["expenses", expenseRows(event.expenses, box)],
    ["identities", identityRows(event.identities, lines, box)],
    ["labels", labelRows(event.labels, box)],
  ]) {
    page.items[part] = numbered(page, part, rows, (row) => row.boxes);
  }
  page.items.blocks = numbered(page, "blocks", blocks, (block) => [block.id]);
  return page;
}

/** The part and the item that show a box; `open` is the part that is on show and comes first. */
export function itemOf(box, open) {
  if (box.items[open]) return { part: open, id: box.items[open] };
  const part = box.items[HOME[box.kind]] ? HOME[box.kind] : Object.keys(box.items)[0] ?? "blocks";
  return { part, id: box.items[part] };
}

function blobOf(picture) {
  const text = atob(picture.data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = text.charCodeAt(i);
  return new Blob([bytes], { type: picture.media_type });
}

function addBox(page, block) {
  const points = outline(block);
  if (!points) return;
  const [kind, layer] = kindOf(block);
  const [x, y] = [points.map((p) => p[0]), points.map((p) => p[1])];
  const area = (Math.max(...x) - Math.min(...x)) * (Math.max(...y) - Math.min(...y));
  page.boxes.set(block.id, {
    id: block.id, kind, layer, points, area, selected: block.selected === true,
    confidence: block.confidence ?? null, items: {},
  });
}

/** A place that no block has, as a box of its own; its id, undefined without a place. */
function addPlace(page, kind, layer, place) {
  const points = place && outline({ box: place });
  if (!points) return undefined;
  const id = `place-${page.number}-${page.boxes.size}`;
  page.boxes.set(id, {
    id, kind, layer, points, area: place.width * place.height, selected: false, confidence: null, items: {},
  });
  return id;
}

function kindOf(block) {
  if (block.type?.startsWith("LAYOUT_")) return ["layout", "layout"];
  if (["KEY_VALUE_SET", "KEY", "VALUE"].includes(block.type)) {
    const isKey = block.type === "KEY" || (block.entity_types ?? []).includes("KEY");
    return [isKey ? "key" : "value", "forms"];
  }
  return KINDS[block.type] ?? ["other", null];
}

/** The corners in ratios of the page; null for a block without a place. */
function outline(block) {
  if (block.polygon?.length > 2) return block.polygon.map((point) => [point.x, point.y]);
  if (!block.box) return null;
  const { left, top, width, height } = block.box;
  return [[left, top], [left + width, top], [left + width, top + height], [left, top + height]];
}

/** Blocks by type and place: a summary has no block's id, but it has the very numbers of its box. */
class Places {
  constructor(page, blocks) {
    this.lines = new Map();
    this.found = new Map();
    for (const block of blocks) {
      if (block.type === "LINE") push(this.lines, block.text, block.id);
      if (block.box && page.boxes.has(block.id)) push(this.found, placeName(block.type, block.box), block.id);
    }
  }

  /** The block of one of `types` at `box`, each given once; undefined where there is none. */
  take(types, box) {
    if (!box) return undefined;
    for (const type of types) {
      const ids = this.found.get(placeName(type, box));
      if (ids?.length) return ids.length > 1 ? ids.shift() : ids[0];
    }
    return undefined;
  }

  takeLine(text) {
    return this.lines.get(text)?.shift();
  }
}

const placeName = (type, { left, top, width, height }) => `${type} ${left} ${top} ${width} ${height}`;

function push(map, name, value) {
  if (map.has(name)) map.get(name).push(value);
  else map.set(name, [value]);
}

function numbered(page, part, found, boxesOf) {
  return (found ?? []).map((members, i) =>
    linked(page, { ...members, id: `${part}-${page.number}-${i}`, part, page: page.number, boxes: boxesOf(members) }),
  );
}

/** An item that knows its boxes, and its boxes know it. */
function linked(page, item) {
  item.confidence ??= null;
  item.boxes = item.boxes.filter((id) => page.boxes.has(id));
  for (const id of item.boxes) page.boxes.get(id).items[item.part] ??= item.id;
  return item;
}

/** The text's rows; lines that stand beside one another are items of one row. */
function textItems(page, text, places) {
  let i = 0;
  return text.split("\n").filter(Boolean).flatMap((row, number) =>
    row.split("\t").map((piece) => {
      const id = places.takeLine(piece);
      return linked(page, {
        id: `text-${page.number}-${i++}`, part: "text", page: page.number, row: number, text: piece,
        boxes: [id], confidence: page.boxes.get(id)?.confidence ?? null,
      });
    }),
  );
}

function tableItems(page, tables, places) {
  return numbered(page, "tables", tables, (table) => [places.take(["TABLE"], table.box)]).map((table) => {
    table.cells = table.cells.map((cell) =>
      linked(page, {
        ...cell, id: `${table.id}-${cell.row}-${cell.column}`, part: "tables", page: page.number,
        boxes: [places.take(["MERGED_CELL", "CELL"], cell.box)],
      }),
    );
    return table;
  });
}
