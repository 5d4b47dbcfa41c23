// Results as they are after people looked at them: as JSON, as rows for a spreadsheet, as sheets of a workbook.

import { selectedOf, stateOf, valueOf } from "./doubts.js";
import { pageModel } from "./model.js";
import { rowsOf } from "./tables.js";

const FIELDS = { forms: "Form", selection_elements: "Check box", queries: "Answer", signatures: "Signature", expenses: "Receipt", identities: "Identity" };

/**
 * A document with its pages read out of the vault: {name, fixed, lines, pages}. What is below `least` and was not checked is left out.
 */
export async function gathered(one, vault, least = 0) {
  const found = { name: one.name, fixed: one.fixed, lines: [], pages: [] };
  for await (const text of vault.lines(one.id)) {
    const line = JSON.parse(text);
    const page = pageModel(line, { pictures: false });
    delete line.blocks;
    for (const about of line.pages) delete about.picture;
    const sure = (item) => item.confidence === null || item.confidence >= least || stateOf(item, one.fixed) !== null;
    for (const part of Object.keys(page.items)) if (part !== "blocks") page.items[part] = page.items[part].filter(sure);
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

/** The document as JSON: the parts of the service's own, with what was corrected in place and listed in `corrections`. */
export function corrected({ name, fixed, lines, pages }) {
  const result = { document: { ...lines[0]?.document, name }, pages: lines.flatMap((line) => line.pages), text: pages.map((page) => textOf(page, fixed).join("\n")).join("\f") };
  const corrections = [];
  const said = (item, read, value) => {
    const about = stateOf(item, fixed);
    if (about) corrections.push({ page: item.page, part: item.part, name: item.name ?? null, read, value, checked: about });
  };
  for (const page of pages) {
    for (const item of page.items.text) said(item, item.value, valueOf(item, fixed));
    for (const part of ["forms", "selection_elements", "signatures", "queries", "expenses", "identities", "labels", "layout"]) {
      for (const item of page.items[part]) {
        (result[part] ??= []).push(member(item, fixed));
        if (item.value !== null) said(item, item.value, valueOf(item, fixed));
        else said(item, item.selected, selectedOf(item, fixed));
      }
    }
    for (const table of page.items.tables) {
      for (const cell of table.cells) said(cell, cell.value, valueOf(cell, fixed));
      (result.tables ??= []).push({
        page: page.number, title: table.title, confidence: table.confidence, rows: rowsOf(table, fixed),
        cells: table.cells.map((cell) => ({
          row: cell.row, column: cell.column, row_span: cell.row_span, column_span: cell.column_span, text: valueOf(cell, fixed),
          confidence: cell.confidence, entity_types: cell.entity_types,
        })),
      });
    }
  }
  return { ...result, corrections };
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

const OURS = new Set(["id", "part", "boxes", "place", "doubt", "row", "words", "shown", "group", "label_text", "key_id", "value_id"]);

/** An item as the service calls its members, with its value as it is now. */
function member(item, fixed) {
  const kept = Object.fromEntries(Object.entries(item).filter(([name]) => !OURS.has(name)));
  if (item.value === null) return { ...kept, value: undefined, selected: selectedOf(item, fixed) };
  const value = valueOf(item, fixed);
  if (item.part === "queries") return { ...kept, value: undefined, answer: value };
  return { ...kept, text: undefined, value };
}

function tablesOf(documents) {
  return documents.flatMap(({ name, fixed, pages }) => pages.flatMap((page) =>
    page.items.tables.map((table, i) => ({ name, document: name, page: page.number, number: i + 1, table, fixed }))));
}
