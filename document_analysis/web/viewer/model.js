// A page as the service sent it, made into what is shown: items (rows of the results) and boxes (on the picture), linked.

import { groupsOf } from "./groups.js";
import { expenseRows, identityRows, labelRows } from "./kinds.js";
import { Review } from "./review.js";

/** The tabs' parts: the heading, the feature that finds them, what to say when there is none. */
export const PARTS = {
  text: { title: "Text", none: "No text was found." },
  forms: { title: "Forms", feature: "FORMS", none: "No key–value pairs were found." },
  tables: { title: "Tables", feature: "TABLES", none: "No tables were found." },
  selection_elements: { title: "Check boxes", feature: "FORMS", none: "No check boxes were found." },
  signatures: { title: "Signatures", feature: "SIGNATURES", none: "No signatures were found." },
  queries: { title: "Answers", feature: "QUERIES", none: "No questions were asked." },
  layout: { title: "Layout", feature: "LAYOUT", none: "No layout was found." },
  expenses: { title: "Receipt, invoice", none: "No receipt and no invoice was found." },
  identities: { title: "Identity", none: "No field of an identity document was found." },
  labels: { title: "Labels", none: "Nothing that is known was seen." },
  blocks: { title: "For developers", none: "There are no blocks." },
};

const KINDS = {
  TABLE: "table", CELL: "cell", MERGED_CELL: "merged-cell", SELECTION_ELEMENT: "selection", SIGNATURE: "signature",
  QUERY_RESULT: "query", LINE: "line", WORD: "word",
};

/** Which part shows a box's item first. */
export const HOME = {
  key: "forms", value: "forms", table: "tables", cell: "tables", "merged-cell": "tables",
  field: "expenses", "field-label": "expenses", "line-item": "expenses", instance: "labels",
  selection: "selection_elements", signature: "signatures", query: "queries", layout: "layout", line: "text",
};

/**
 * The model of a page: its number, size, status, picture (a Blob or null), `boxes`, and `items` by part.
 *
 * An item is {id, part, page, boxes, place, confidence, doubt, name, value, selected, where, pointers, derived, …what its part
 * shows}: `place` are the boxes where its value stands, `doubt` is how sure its least sure word is, `value` (text) or `selected` what
 * can be corrected, null where nothing can. `where` (a JSON Pointer) is its place in the event, `pointers` those of its value there,
 * `derived` those of what is made of it. A box is {id, kind, points, area, selected, items}; points are ratios of the page.
 * `reviewed` is the limit below which the event's `review` was asked for.
 */
export function pageModel(event, { pictures = true, reviewed = 0 } = {}) {
  const facts = event.pages[0];
  const page = {
    number: facts.page,
    error: facts.error,
    confidence: facts.mean_confidence,
    width: facts.width || 1,
    height: facts.height || Math.SQRT2,
    picture: pictures && facts.picture ? blobOf(facts.picture) : null,
    boxes: new Map(),
    items: {},
  };
  const blocks = event.blocks ?? [];
  for (const block of blocks) if (block.type !== "WORD") addBox(page, block);
  const places = new Places(page, blocks);
  const keys = keysOfBoxes(blocks);
  page.items.text = textItems(page, event.text ?? "", places, blocks);
  page.items.forms = numbered(page, "forms", event.forms, (pair) => ({
    name: pair.key, value: pair.selected === null ? pair.value ?? "" : null,
    boxes: [pair.key_id, pair.value_id], place: pair.value_box ? [pair.value_id] : [pair.key_id],
    says: ["value"], makes: pair.selected === null ? [] : ["selected"],
  }));
  page.items.tables = tableItems(page, event.tables ?? [], places);
  const groups = groupsOf(event.selection_elements ?? [], blocks);
  page.items.selection_elements = numbered(page, "selection_elements", event.selection_elements, (found, i) => {
    const id = places.take(["SELECTION_ELEMENT"], found.box);
    return { name: [groups[i], found.label].filter(Boolean).join(" "), group: groups[i], boxes: [id, keys.get(id)], place: [id, keys.get(id)], makes: ["selected"] };
  });
  const pairs = new Map(page.items.forms.filter(({ selected }) => selected !== null).map((pair) => [pair.key_id, pair]));
  for (const found of page.items.selection_elements) {
    const pair = pairs.get(keys.get(found.boxes[0]));
    if (pair) [pair.twin, found.twin] = [found, pair]; // what is said of one is said of the other
  }
  page.items.signatures = numbered(page, "signatures", event.signatures, (found) => ({
    name: found.label ?? "Signature", boxes: [places.take(["SIGNATURE"], found.box)],
  }));
  page.items.queries = numbered(page, "queries", event.queries, (found) => ({
    name: found.text, value: found.answer ?? "", boxes: [places.take(["QUERY_RESULT"], found.box)], says: ["answer"],
  }));
  page.items.layout = numbered(page, "layout", event.layout, (found) => ({
    boxes: [places.take([`LAYOUT_${found.type}`, found.type], found.box)],
  }));
  const box = (kind, place) => addPlace(page, kind, place);
  const lines = blocks.filter(({ type }) => type === "LINE");
  for (const [part, rows] of [
    ["expenses", expenseRows(event.expenses, box)],
    ["identities", identityRows(event.identities, lines, box)],
    ["labels", labelRows(event.labels, box)],
  ]) {
    page.items[part] = numbered(page, part, rows, (row) => ({
      boxes: row.boxes, place: row.boxes.slice(0, 1),
      ...(part === "labels" ? {} : { name: row.name ?? row.type.toLowerCase().replaceAll("_", " "), value: row.text ?? "", says: ["value"] }),
    }));
  }
  const { forms, queries, tables, expenses, identities } = page.items;
  const cells = tables.flatMap((table) => table.cells);
  page.review = new Review({
    review: event.review, below: reviewed, fields: [...forms, ...queries, ...cells, ...expenses, ...identities],
    words: new Words(page, blocks), place: (place) => addPlace(page, "field", place),
  });
  // A hundred pages have fifty thousand blocks, which few people look at: their items are made when they are asked for.
  let made = null;
  Object.defineProperty(page.items, "blocks", { configurable: true, enumerable: true, get: () => (made ??= blockItems(page, blocks)) });
  return page;
}

function blockItems(page, blocks) {
  for (const block of blocks) if (block.type === "WORD") addBox(page, block);
  return numbered(page, "blocks", blocks, (block) => ({ boxes: [block.id], selected: null, shown: block.selected }));
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
  const { left, right, top, bottom } = boundsOf([points]);
  page.boxes.set(block.id, {
    id: block.id, kind: kindOf(block), points, area: (right - left) * (bottom - top), selected: block.selected === true, items: {},
  });
}

/** A place that no block has, as a box of its own; its id, undefined without a place. */
function addPlace(page, kind, place) {
  const points = place && outline({ box: place });
  if (!points) return undefined;
  const id = `place-${page.number}-${page.boxes.size}`;
  page.boxes.set(id, { id, kind, points, area: place.width * place.height, selected: false, items: {} });
  return id;
}

/** The smallest upright rectangle around outlines: {left, top, right, bottom} in ratios of the page. */
export function boundsOf(outlines) {
  const points = outlines.flat();
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function kindOf(block) {
  if (block.type?.startsWith("LAYOUT_")) return "layout";
  if (["KEY_VALUE_SET", "KEY", "VALUE"].includes(block.type)) {
    return block.type === "KEY" || (block.entity_types ?? []).includes("KEY") ? "key" : "value";
  }
  return KINDS[block.type] ?? "other";
}

/** Which key stands beside a check box: the id of the key's block by that of the selection element's. */
function keysOfBoxes(blocks) {
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const to = (block, type) => (block?.relationships ?? []).filter((one) => one.type === type).flatMap(({ ids }) => ids);
  const found = new Map();
  for (const block of blocks) {
    for (const value of to(block, "VALUE")) {
      for (const child of to(byId.get(value), "CHILD")) {
        if (byId.get(child)?.type === "SELECTION_ELEMENT") found.set(child, block.id);
      }
    }
  }
  return found;
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

/** The items of a part; `more(members, i)` gives what is not among what the service says. */
function numbered(page, part, found, more) {
  return (found ?? []).map((members, i) =>
    linked(page, { where: `/${part}/${i}`, ...members, id: `${part}-${page.number}-${i}`, part, page: page.number, ...more(members, i) }),
  );
}

/** An item that knows its boxes and pointers, and its boxes know it; `says` and `makes` are members with its value and of what is made of it. */
function linked(page, { says = [], makes = [], ...item }) {
  item.pointers ??= says.map((name) => `${item.where}/${name}`);
  item.derived ??= makes.map((name) => `${item.where}/${name}`);
  item.confidence ??= null;
  item.doubt ??= item.confidence;
  item.value ??= null;
  item.selected ??= null;
  const there = (ids) => ids.filter((id) => page.boxes.has(id));
  item.boxes = there(item.boxes);
  item.place = there(item.place ?? item.boxes);
  for (const id of item.boxes) page.boxes.get(id).items[item.part] ??= item.id;
  return item;
}

/** The text's rows; lines that stand beside one another are items of one row. Their words are {text, confidence}. */
function textItems(page, text, places, blocks) {
  const byId = new Map(blocks.map((block) => [block.id, block]));
  const numbers = new Map(blocks.map(({ id }, number) => [id, number]));
  let i = 0;
  return text.split("\n").filter(Boolean).flatMap((row, number) =>
    row.split("\t").map((piece) => {
      const id = places.takeLine(piece);
      const children = (byId.get(id)?.relationships ?? []).filter(({ type }) => type === "CHILD").flatMap(({ ids }) => ids);
      const words = children.map((child) => byId.get(child)).filter((block) => block?.type === "WORD");
      const sure = words.map(({ confidence }) => confidence).filter((one) => typeof one === "number");
      const confidence = byId.get(id)?.confidence ?? null;
      return linked(page, {
        id: `text-${page.number}-${i++}`, part: "text", page: page.number, row: number, name: "Line", value: piece,
        boxes: [id], confidence, doubt: sure.length ? Math.min(...sure) : confidence, where: `/blocks/${numbers.get(id)}`, says: id ? ["text"] : [],
        words: words.map(({ id: of, text: word, confidence: sureness }) => ({
          id: wordId(page, numbers.get(of)), text: word ?? "", confidence: sureness ?? null,
        })),
      });
    }),
  );
}

const wordId = (page, number) => `word-${page.number}-${number}`;

/** Items of single words, made of the page's blocks when they are asked for. */
class Words {
  constructor(page, blocks) {
    Object.assign(this, { page, blocks, made: new Map() });
  }

  /** The word that is a block of the page. */
  at(number) {
    if (!this.made.has(number)) this.made.set(number, this.#make(this.blocks[number], number));
    return this.made.get(number);
  }

  under(below) {
    return this.blocks.flatMap(({ type, confidence }, number) =>
      type === "WORD" && confidence !== null && confidence < below ? [this.at(number)] : []);
  }

  #make(block, number) {
    const { page } = this;
    if (!page.boxes.has(block.id)) addBox(page, block);
    const id = wordId(page, number);
    const line = page.items.text.find(({ words }) => words.some((word) => word.id === id)) ?? null;
    return linked(page, {
      id, part: "text", page: page.number, name: line && line.value !== block.text ? `Word of “${line.value}”` : "Word", value: block.text ?? "", confidence: block.confidence,
      boxes: [block.id], line, where: `/blocks/${number}`, says: ["text"],
    });
  }
}

function tableItems(page, tables, places) {
  return numbered(page, "tables", tables, (table) => ({ boxes: [places.take(["TABLE"], table.box)] })).map((table, i) => {
    table.cells = table.cells.map((cell, c) =>
      linked(page, {
        ...cell, where: `${table.where}/cells/${c}`, pointers: cellPointers(table, i, cell, c), id: `${table.id}-${cell.row}-${cell.column}`, part: "tables", page: page.number, value: cell.text,
        name: cellName(table, i, cell), boxes: [places.take(["MERGED_CELL", "CELL"], cell.box)],
      }),
    );
    return table;
  });
}

/** A cell stands among the cells, and in the rows where it begins. */
function cellPointers(table, i, { row, column, text }, c) {
  const inRows = table.rows[row - 1]?.[column - 1] === text ? [`/tables/${i}/rows/${row - 1}/${column - 1}`] : [];
  return [`/tables/${i}/cells/${c}/text`, ...inRows];
}

/** What a cell is called: by the header of its column and the first cell of its row, else by their numbers. */
function cellName(table, i, cell) {
  const header = table.cells.find(({ column, entity_types: types }) => column === cell.column && types.includes("COLUMN_HEADER"));
  const first = table.cells.find(({ row, column }) => row === cell.row && column === 1);
  const column = header?.text && header !== cell ? header.text : `column ${cell.column}`;
  const row = first?.text && first !== cell && first.column !== cell.column ? first.text : `row ${cell.row}`;
  return `${table.title || `Table ${i + 1}`}: ${column}, ${row}`;
}
