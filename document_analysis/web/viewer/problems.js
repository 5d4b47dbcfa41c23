// What went wrong, as the service says it, with all that is needed to mend it or to ask the operator.

import { byId, copy, el } from "./dom.js";

export function clearProblems() {
  byId("problems").replaceChildren();
  for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

const FIELDS = { pages: "pages-wanted", queries: "queries", bucket: "bucket", document: "object", version: "version" };

/** Show a Problem (or any error) with a button to try again, if `again` is given. */
export function showProblem(error, again = null) {
  const { title, detail, status, code, errors = [], request_id: id } = error.members ?? {
    title: "Something went wrong in this page",
    detail: "Reload it and try again.",
  };
  if (!error.members) console.error(error);
  for (const { field } of errors) byId(FIELDS[field])?.setAttribute("aria-invalid", "true");
  const facts = [status && `status ${status}`, code].filter(Boolean).join(", ");
  const wait = error.retryAfter ? `Try again in ${error.retryAfter} s.` : null;
  byId("problems").replaceChildren(
    el("div", { class: "problem", role: "alert" },
      el("h3", {}, title ?? "Error"),
      detail ? el("p", {}, detail) : null,
      errors.length
        ? el("ul", {}, errors.map(({ field, message }) => el("li", {}, el("strong", {}, field), ` ${message}`)))
        : null,
      wait ? el("p", {}, wait) : null,
      id || facts
        ? el("p", { class: "hint" }, facts, id ? " · request " : "", id ? el("code", {}, id) : null,
          id ? el("button", { type: "button", class: "link", click: () => copy(id) }, "Copy the id") : null)
        : null,
      el("div", { class: "actions" },
        again ? el("button", { type: "button", click: again }, "Try again") : null,
        el("button", { type: "button", class: "quiet", click: clearProblems }, "Close")),
    ),
  );
  byId("problems").scrollIntoView({ block: "nearest" });
}
