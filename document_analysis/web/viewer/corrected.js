// Results as they are after people looked at them: as JSON, as rows for a spreadsheet, as sheets of a workbook.

import { selectedOf, stateOf, valueOf } from "./doubts.js";
import { pageModel } from "./model.js";
import { correct } from "./review.js";
import { rowsOf } from "./tables.js";

const FIELDS = { forms: "Form", selection_elements: "Check box", queries: "Answer", signatures: "Signature", expenses: "Receipt", identities: "Identity" };

/**
 * A document with its pages read out of the vault: {name, fixed, lines, pages}. What is below `least` and was not checked is left
 * out, of the `lines` too; a page's `dropped` says where it stood.
 */
export async function gathered(one, vault, least = 0) {
  const found = { name: one.name, fixed: one.fixed, lines: [], pages: [] };
  for await (const text of vault.lines(one.id)) {
    const line = JSON.parse(text);
    const page = pageModel(line, { pictures: false });
    page.dropped = new Set();
    for (const about of line.pages) delete about.picture;
    const sure = (item) => item.confidence === null || item.confidence >= least || stateOf(item, one.fixed) !== null;
    for (const part of Object.keys(page.items)) {
      if (part === "blocks") continue;
      for (const item of page.items[part]) if (!sure(item)) page.dropped.add(item.where);
      page.items[part] = page.items[part].filter(sure);
    }
    found.lines.push(line);
    found.pages.push(page);
  }
  return found;
}

/** The rows of all fields: document, page, what it is, name, value, how sure, whether somebody checked it. */
export function fieldRows(documents) {
  const head = ["Document", "Page", "Part", "Name", "Value", "Confidence", "Checked"];
  const rows = documents.flatMap(({ name, fixed, pages }) => pages.flatMap((page) =>
    Object.entries(FIELDS).flatMap(([part, title]) => page.items[part]
      .filter((item) => part !== "forms" || item.value !== null)
      .map((item) => [name, page.number, title, item.name ?? "", shown(item, fixed), item.confidence, stateOf(item, fixed) ?? ""]))));
  return [head, ...rows];
}

/** The rows of all tables, each led by its document, page and number. */
export const tableRows = (documents) => tablesOf(documents).flatMap(({ name, page, number, table, fixed }) =>
  rowsOf(table, fixed).map((row) => [name, page, number, ...row]));

/** Sheets for a workbook: fields, text, and one of each table, {name, rows, heads, merged}. */
export function sheetsOf(documents) {
  const several = documents.length > 1;
  const text = documents.flatMap(({ name, fixed, pages }) => pages.flatMap((page) => textOf(page, fixed).map((line) => [name, page.number, line])));
  return [
    { name: "Fields", rows: fieldRows(documents), heads: 1 },
    { name: "Text", rows: [["Document", "Page", "Text"], ...text], heads: 1 },
    ...tablesOf(documents).map(({ document, page, number, table, fixed }) => ({
      name: `${several ? `${document}, ` : ""}page ${page}, table ${number}`,
      rows: rowsOf(table, fixed),
      heads: new Set(table.cells.filter(({ entity_types: types }) => types.includes("COLUMN_HEADER")).map(({ row }) => row)).size,
      merged: table.cells.filter((cell) => cell.row_span > 1 || cell.column_span > 1),
    })),
  ];
}

/**
 * The document as JSON: what the service answered, with what was corrected where it stood. `corrections` lists that, with pointers
 * into this document; where something was left out there are none.
 */
export function corrected({ name, fixed, lines, pages }) {
  const [first = {}] = lines;
  const result = { document: { ...first.document, name }, engine: first.engine, features: first.features, pages: [], text: pages.map((page) => textOf(page, fixed).join("\n")).join("\f") };
  for (const part of PARTS_OF_ANSWER) if (first[part]) result[part] = [];
  const corrections = [];
  const whole = pages.every(({ dropped }) => dropped.size === 0);
  lines.forEach((line, i) => {
    const page = pages[i];
    const places = (item) => item.pointers.map((pointer) => moved(pointer, (part) => result[part].length));
    for (const item of saidOf(page, fixed)) {
      const was = item.value ?? item.selected;
      corrections.push({
        page: page.number, part: item.part, name: item.name ?? null, read: was,
        value: item.value === null ? selectedOf(item, fixed) : valueOf(item, fixed), checked: stateOf(item, fixed), pointers: whole ? places(item) : [],
      });
      for (const one of [item, item.twin].filter(Boolean)) correct(line, one, fixed[item.id]);
    }
    for (const item of page.items.text) if (item.pointers.length) correct(line, item, { value: valueOf(item, fixed) });
    result.pages.push(...line.pages);
    for (const part of PARTS_OF_ANSWER) if (line[part]) result[part].push(...kept(line[part], part, page.dropped));
  });
  return { ...result, corrections };
}

const PARTS_OF_ANSWER = ["forms", "tables", "selection_elements", "signatures", "queries", "layout", "expenses", "identities", "labels", "blocks"];

/** Everything of a page that something was said of; a pair and its check box once. */
function saidOf(page, fixed) {
  const { blocks: _, tables, ...rest } = page.items;
  const items = [...Object.values(rest).flat(), ...tables.flatMap(({ cells }) => cells)];
  for (const id of Object.keys(fixed)) {
    const [, of, number] = id.match(/^word-(\d+)-(\d+)$/) ?? [];
    if (Number(of) === page.number) items.push(page.review.words.at(Number(number)));
  }
  return items.filter((item) => stateOf(item, fixed) !== null && !(item.part === "selection_elements" && item.twin));
}

/** A part of an answer without what was left out. */
function kept(found, part, dropped) {
  const left = found.filter((_, i) => !dropped.has(`/${part}/${i}`));
  if (part !== "expenses" && part !== "identities") return left;
  const sure = (fields, where) => fields.filter((_, i) => !dropped.has(`${where}/fields/${i}`));
  return found.map((one, i) => ({
    ...one, fields: sure(one.fields, `/${part}/${i}`),
    ...(one.line_items ? { line_items: one.line_items.map((item, l) => ({ ...item, fields: sure(item.fields, `/${part}/${i}/line_items/${l}`) })) } : {}),
  }));
}

/** A pointer into a page's answer as one into that of the whole document; `before(part)` says how many of a part stand before. */
function moved(pointer, before) {
  const [, part, number, ...rest] = pointer.split("/");
  return ["", part, Number(number) + before(part), ...rest].join("/");
}

/** Values separated by commas, as RFC 4180 has it; the mark before them tells spreadsheets that it is UTF-8. */
export function csvOf(rows) {
  const quoted = (value) => (/[",\r\n]/.test(harmless(value)) ? `"${harmless(value).replaceAll('"', '""')}"` : harmless(value));
  return `\ufeff${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}

/** A spreadsheet must not take a document's text for a formula. */
const harmless = (value) => {
  const text = value === null ? "" : String(value);
  return typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.,\s]+%?$/.test(text) ? `'${text}` : text;
};

const textOf = (page, fixed) => {
  const rows = new Map();
  for (const item of page.items.text) rows.set(item.row, [...(rows.get(item.row) ?? []), valueOf(item, fixed)]);
  return [...rows.values()].map((pieces) => pieces.join("\t"));
};

function shown(item, fixed) {
  if (item.value !== null) return valueOf(item, fixed);
  if (item.selected === null) return "there";
  return selectedOf(item, fixed) ? "selected" : "not selected";
}

function tablesOf(documents) {
  return documents.flatMap(({ name, fixed, pages }) => pages.flatMap((page) =>
    page.items.tables.map((table, i) => ({ name, document: name, page: page.number, number: i + 1, table, fixed }))));
}
