// A workbook (Office Open XML) of plain sheets, and the archive that it is packed in. Every value is text, as it was read:
// nothing is a formula, and no number loses its zeros.

import { archive } from "./archive.js";

const MOST_CHARACTERS = 32_767; // of a cell; Excel takes no more
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const SCHEMA = "schemas.openxmlformats.org";
const MAIN = `xmlns="http://${SCHEMA}/spreadsheetml/2006/main"`;
const DOCUMENT = `http://${SCHEMA}/officeDocument/2006/relationships`;
const PACKAGE = `http://${SCHEMA}/package/2006`;
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** A workbook of `sheets`: {name, rows, heads, merged}; `heads` rows are bold, `merged` cells have row, column and spans. */
export function workbook(sheets) {
  const names = sheetNames(sheets.map(({ name }) => name));
  const numbered = sheets.map((sheet, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheetXml(sheet)]);
  const parts = [
    ["[Content_Types].xml", `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`
      + `<Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>`
      + `${numbered.map(([path]) => `<Override PartName="/${path}" ContentType="${TYPE}.worksheet+xml"/>`).join("")}</Types>`],
    ["_rels/.rels", relations([["officeDocument", "xl/workbook.xml"]])],
    ["xl/workbook.xml", `${HEAD}<workbook ${MAIN} xmlns:r="${DOCUMENT}"><sheets>`
      + `${names.map((name, i) => `<sheet name="${xml(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join("")}</sheets></workbook>`],
    ["xl/_rels/workbook.xml.rels", relations([...numbered.map((_, i) => ["worksheet", `worksheets/sheet${i + 1}.xml`]), ["styles", "styles.xml"]])],
    ["xl/styles.xml", `${HEAD}<styleSheet ${MAIN}><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>`
      + '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
      + '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="49"/>'
      + '<xf numFmtId="49" fontId="1" applyFont="1"/></cellXfs>'
      + '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'],
    ...numbered,
  ];
  return new Blob([archive(parts.map(([path, text]) => [path, new TextEncoder().encode(text)]))], { type: `${TYPE}.sheet` });
}

function sheetXml({ rows, heads = 0, merged = [] }) {
  const widths = columnsOf(rows).map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`).join("");
  const body = rows.map((row, r) => `<row r="${r + 1}">${row.map((value, c) => cell(value, r, c, r < heads)).join("")}</row>`).join("");
  const spans = merged.map((one) => `<mergeCell ref="${place(one.row - 1, one.column - 1)}:${place(one.row + one.row_span - 2, one.column + one.column_span - 2)}"/>`);
  const joined = spans.length ? `<mergeCells count="${spans.length}">${spans.join("")}</mergeCells>` : "";
  return `${HEAD}<worksheet ${MAIN}>${widths ? `<cols>${widths}</cols>` : ""}<sheetData>${body}</sheetData>${joined}</worksheet>`;
}

function cell(value, row, column, bold) {
  if (value === "" || value === null || value === undefined) return "";
  const style = bold ? ' s="1"' : "";
  if (typeof value === "number") return `<c r="${place(row, column)}"${style}><v>${value}</v></c>`;
  return `<c r="${place(row, column)}"${style} t="inlineStr"><is><t xml:space="preserve">${xml(String(value).slice(0, MOST_CHARACTERS))}</t></is></c>`;
}

function place(row, column) {
  let name = "";
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name + (row + 1);
}

function columnsOf(rows) {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, i) => Math.min(60, Math.max(8, ...rows.map((row) => String(row[i] ?? "").length + 2))));
}

/** Names that Excel takes: 31 characters, none of its signs, none twice. */
function sheetNames(names) {
  const taken = new Set();
  return names.map((name) => {
    const plain = name.replace(/[[\]:*?/\\]/g, " ").replace(/^'|'$/g, " ");
    let now = plain.slice(-31).trim() || "Sheet";
    for (let i = 2; taken.has(now.toLowerCase()); i += 1) now = `${plain.slice(-27).trim()} ${i}`;
    taken.add(now.toLowerCase());
    return now;
  });
}

const relations = (to) => `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">`
  + `${to.map(([kind, target], i) => `<Relationship Id="rId${i + 1}" Type="${DOCUMENT}/${kind}" Target="${target}"/>`).join("")}</Relationships>`;

// eslint-disable-next-line no-control-regex
const xml = (text) => text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
