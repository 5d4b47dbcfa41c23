// Markdown as the service writes it, made into elements: headings, lists, tables, paragraphs, bold and italic. What it does not
// know stays text.

import { el } from "./dom.js";

/** Elements for a text. */
export function rendered(text) {
  const blocks = text.replaceAll("\f", "\n\n").split(/\n{2,}/).map((block) => block.trim()).filter(Boolean);
  return blocks.map(blockOf);
}

function blockOf(block) {
  const rows = block.split("\n");
  const heading = block.match(/^(#{1,6}) (.*)$/s);
  if (heading) return el(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2]));
  if (/^(-{3,}|\*{3,}|_{3,})$/.test(block)) return el("hr");
  if (rows.length > 1 && rows[0].startsWith("|") && /^\|[\s:|-]+\|$/.test(rows[1])) return tableOf(rows);
  if (rows.every((row) => /^\s*([-*+]|\d+[.)]) /.test(row))) {
    return el(/^\s*\d/.test(rows[0]) ? "ol" : "ul", {}, rows.map((row) => el("li", {}, inline(row.replace(/^\s*([-*+]|\d+[.)]) /, "")))));
  }
  return el("p", {}, rows.flatMap((row, i) => [i > 0 ? (/(\\| {2})$/.test(rows[i - 1]) ? el("br") : " ") : null, ...inline(row.replace(/\\$/, ""))]));
}

function tableOf(rows) {
  const cells = (row) => row.slice(1, row.endsWith("|") ? -1 : undefined).split(/(?<!\\)\|/).map((cell) => cell.trim());
  const [head, , ...body] = rows;
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, cells(head).map((cell) => el("th", {}, inline(cell))))),
    el("tbody", {}, body.map((row) => el("tr", {}, cells(row).map((cell) => el("td", {}, inline(cell))))))));
}

const MARKS = /\*\*(.+?)\*\*|(?<![\w*])[*_]([^*_]+)[*_](?![\w*])|<br\s*\/?>/;

function inline(text) {
  const found = text.match(MARKS);
  if (!found) return [plain(text)];
  const [whole, bold, italic] = found;
  const node = bold !== undefined ? el("strong", {}, inline(bold)) : italic !== undefined ? el("em", {}, inline(italic)) : el("br");
  return [plain(text.slice(0, found.index)), node, ...inline(text.slice(found.index + whole.length))];
}

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": "\u00a0" };
const plain = (text) => text.replace(/\\([\\`*_{}[\]()#+\-.!|<>~&])/g, "$1").replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (one) => ENTITIES[one]);
