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

/** The fields of receipts and invoices, each line item behind them, as rows; `box(kind, place)` draws a place. */
export function expenseRows(expenses, box) {
  return (expenses ?? []).flatMap((expense) => [
    ...expense.fields.map((field) => ({
      type: field.type, name: field.label, label_text: field.label, text: field.value, confidence: field.confidence,
      boxes: [box("field", field.box), box("field-label", field.label_box)],
    })),
    ...expense.line_items.map((item) => {
      const whole = item.fields.find(({ type }) => type === "EXPENSE_ROW") ?? item.fields[0];
      const text = [item.quantity, item.item, item.unit_price, item.price].filter(Boolean).join(" · ");
      return {
        type: "LINE_ITEM", name: null, text, confidence: whole?.confidence ?? null,
        boxes: [box("line-item", whole?.box)],
      };
    }),
  ]);
}

/** The fields that an identity document has, where a line of the page says them. */
export function identityRows(identities, lines, box) {
  return (identities ?? []).flatMap((identity) =>
    identity.fields.filter(({ value }) => value).map((field) => ({
      type: field.type, normalized: field.normalized, text: field.value, confidence: field.confidence,
      boxes: [box("field", lines.find(({ text }) => text?.includes(field.value))?.box)],
    })),
  );
}

/** What a picture shows, with its places where the engine knows them. */
export function labelRows(labels, box) {
  return (labels ?? []).map((label) => ({
    type: label.label, name: null, text: label.parents.join(", "), confidence: label.confidence,
    boxes: label.instances.map((instance) => box("instance", instance.box)),
  }));
}
