// What of a page is to be checked, as the service's `review` has it: fields, cells and words below a confidence, with the places
// (JSON Pointers, RFC 6901) in the page's answer where the value stands. Where the answer says it, it is what the answer says; above
// the limit that was asked for it is the same rule.

/** Finds what is to be checked. `fields` are a page's items with `pointers`; `words` makes items of words; `place(box)` draws a box. */
export class Review {
  constructor({ review, below, fields, words, place }) {
    Object.assign(this, { fields, words, said: null, below });
    if (!review) return;
    const known = new Map(fields.map((item) => [item.pointers[0], item]));
    this.said = review.map((entry) => {
      const [pointer] = entry.pointers;
      const item = known.get(pointer) ?? words.at(Number(pointer.split("/")[2]));
      Object.assign(item, { pointers: entry.pointers, derived: entry.derived });
      if (item.place.length === 0) item.place = item.boxes = [place(entry.box)].filter(Boolean);
      return item;
    });
  }

  /** The items that are less sure than `below`, 0–100. */
  under(below) {
    const doubtful = ({ confidence }) => confidence !== null && confidence < below;
    if (this.said && below <= this.below) return this.said.filter(doubtful);
    return [...this.fields.filter(doubtful), ...this.words.under(below)];
  }
}

/** Put what was said of an item into an answer: `value` where the value stands, null where something was made of it. */
export function correct(answer, item, { value, selected }) {
  if (value !== undefined) {
    for (const pointer of item.pointers) put(answer, pointer, value);
    for (const pointer of item.derived) put(answer, pointer, null);
  }
  if (selected !== undefined) {
    // "[x]" or "[ ]" among the words of a value
    for (const pointer of item.pointers) put(answer, pointer, at(answer, pointer).replace(/\[[x ]\]/, selected ? "[x]" : "[ ]"));
    for (const pointer of item.derived) put(answer, pointer, selected);
  }
}

const steps = (pointer) => pointer.split("/").slice(1);
const at = (answer, pointer) => steps(pointer).reduce((found, step) => found[step], answer);

function put(answer, pointer, value) {
  const last = pointer.lastIndexOf("/");
  at(answer, pointer.slice(0, last))[pointer.slice(last + 1)] = value;
}
