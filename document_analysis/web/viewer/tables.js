// A table's values, with what was corrected, as rows; and as the text that spreadsheets take from the clipboard.

import { valueOf } from "./doubts.js";

/** The rows of a table; a merged cell's value stands in its first place. */
export function rowsOf(table, fixed) {
  const rows = Array.from({ length: table.row_count }, () => Array(table.column_count).fill(""));
  for (const cell of table.cells) if (rows[cell.row - 1]) rows[cell.row - 1][cell.column - 1] = valueOf(cell, fixed) ?? "";
  return rows;
}

/** Tabs between cells, line ends between rows; a value that has either is quoted. */
export function tableText(table) {
  const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rowsOf(table).map((row) => row.map(quoted).join("\t")).join("\n");
}
