// The page's own state, in one place: the documents of this tab, which is open, how it is looked at; and who wants to know.

/**
 * A document of the tab: {id, name, source, options, status, done, total, end, problem, seconds, warnings, engine, fixed, reviewed}.
 * `source` is {upload: true}, {bucket, document, version} or {job}; `status` one of waiting, reading, done, stopped,
 * failed. `fixed` has what people said of its items: {item's id: {value} | {selected} | {right: true}}; `reviewed` is the limit
 * below which the service was asked for what is to be checked.
 */
export const state = {
  documents: [],
  open: null, // the id of the open document
  wanted: null, // the id of the one to be opened when its first page is there
  part: "text", // the open tab
  page: 1, // the page at the middle of the view
  below: 80, // what is less sure is to be checked
  find: "",
  type: "", // of the blocks that are shown, "" for all
};

const listeners = new Map();

/** Call `work` whenever `what` has changed: "documents", "looking" or "fixed". */
export function on(what, work) {
  listeners.set(what, [...(listeners.get(what) ?? []), work]);
}

export function changed(what, detail) {
  for (const work of listeners.get(what) ?? []) work(detail);
}

export const documentOf = (id) => state.documents.find((one) => one.id === id) ?? null;

export const openDocument = () => documentOf(state.open);

/** Names of its own for the documents of a tab: nobody can guess an address of an upload, and none is given twice. */
export const newId = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
