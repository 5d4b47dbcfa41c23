// What went wrong, in words for people, with what can be done about it.

import { byId, copy, el } from "./dom.js";
import { inWords } from "./words.js";

export function clearProblems() {
  byId("problems").replaceChildren();
  for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

const FIELDS = { pages: "pages-wanted", queries: "queries", bucket: "bucket", document: "object", version: "version" };

/** Show a Problem (or any error) of the document `name`, with a button to try again where that can help. */
export function showProblem(error, { name = null, again = null } = {}) {
  if (!error.members) console.error(error);
  const told = inWords(error.members ?? { code: "page" }, error.retryAfter);
  for (const { field } of told.faults) byId(FIELDS[field])?.setAttribute("aria-invalid", "true");
  byId("problems").replaceChildren(
    el("div", { class: "problem", role: "alert" },
      el("h2", {}, told.title),
      name ? el("p", {}, el("strong", {}, name)) : null,
      told.text ? el("p", {}, told.text) : null,
      told.faults.length ? el("ul", {}, told.faults.map(({ text }) => el("li", {}, text))) : null,
      told.wait ? el("p", {}, told.wait) : null,
      told.reference
        ? el("p", { class: "hint" }, "For who runs the service: ", el("code", {}, told.reference),
          el("button", { type: "button", class: "link", click: () => copy(told.reference) }, "Copy"))
        : null,
      el("div", { class: "actions" },
        again && (told.again || told.faults.length) ? el("button", { type: "button", click: again }, "Try again") : null,
        el("button", { type: "button", class: "quiet", click: clearProblems }, "Close")),
    ),
  );
  byId("problems").scrollIntoView({ block: "nearest" });
}
