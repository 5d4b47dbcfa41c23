// What a document is taken for: the choice of it, and what the results of each kind are made of.

import { byId, el } from "./dom.js";

const TITLES = {
  document: "A document: text, tables, forms",
  expense: "A receipt or an invoice",
  identity: "An identity document",
  labels: "A picture: what it shows",
};

/** Offer the kinds of the service's facts; features and questions are there for documents only. */
export function offerKinds(kinds) {
  const choice = byId("kind");
  choice.append(...kinds.map(({ kind }) => el("option", { value: kind }, TITLES[kind] ?? kind)));
  const follow = () => {
    const plain = choice.value === "document";
    byId("features").hidden = !plain;
    if (!plain) byId("queries-field").hidden = true;
  };
  choice.addEventListener("input", follow);
  follow();
}

/** The facts of the kind that is chosen: {kind, parts, layers, lacks}. */
export const chosenKind = (kinds) => kinds.find(({ kind }) => kind === byId("kind").value) ?? kinds[0];

/** The facts of the kind that an analysis with these options was for. */
export const kindOf = (kinds, options) => kinds.find(({ kind }) => kind === (options.kind ?? "document")) ?? kinds[0];

/** The fields of receipts and invoices, those of the line items behind them, as rows; `box(kind, place)` draws a place. */
export function expenseRows(expenses, box) {
  return (expenses ?? []).flatMap((expense, e) => [
    ...expense.fields.map((field, f) => ({
      ...expenseRow(field, `/expenses/${e}/fields/${f}`), name: field.label, label_text: field.label,
      boxes: [box("field", field.box), box("field-label", field.label_box)],
    })),
    ...expense.line_items.flatMap((item, l) => item.fields.flatMap((field, f) => {
      if (field.type === "EXPENSE_ROW") return []; // it says the same once more
      const row = expenseRow(field, `/expenses/${e}/line_items/${l}/fields/${f}`);
      const column = field.type.toLowerCase();
      if (COLUMNS.has(column) && item[column] === field.value) row.pointers.push(`/expenses/${e}/line_items/${l}/${column}`);
      return { ...row, name: `${item.item || `Item ${l + 1}`}: ${column.replaceAll("_", " ")}`, group: `Item ${l + 1}`, boxes: [box("line-item", field.box)] };
    })),
  ]);
}

const COLUMNS = new Set(["item", "quantity", "unit_price", "price", "product_code"]);

function expenseRow(field, where) {
  const derived = ["number", "date"].filter((name) => (field[name] ?? null) !== null).map((name) => `${where}/${name}`);
  return { type: field.type, text: field.value, confidence: field.confidence, where, pointers: [`${where}/value`], derived };
}

/** The fields that an identity document has, where a line of the page says them. */
export function identityRows(identities, lines, box) {
  return (identities ?? []).flatMap((identity, i) =>
    identity.fields.flatMap((field, f) => (field.value === "" ? [] : [{
      type: field.type, normalized: field.normalized, text: field.value, confidence: field.confidence,
      where: `/identities/${i}/fields/${f}`, derived: field.normalized === null ? [] : [`/identities/${i}/fields/${f}/normalized`],
      boxes: [box("field", lines.find(({ text }) => text?.includes(field.value))?.box)],
    }])),
  );
}

/** What a picture shows, with its places where the engine knows them. */
export function labelRows(labels, box) {
  return (labels ?? []).map((label) => ({
    type: label.label, name: null, text: label.parents.join(", "), confidence: label.confidence,
    boxes: label.instances.map((instance) => box("instance", instance.box)),
  }));
}
