// The result in other forms: each asks for the same analysis again with another `format`, which the service has kept.

import { Problem, ask, curlLine } from "./api.js";
import { announce, copy, dollars, el, plural, size } from "./dom.js";

/**
 * The panel. `views` are the forms that the service offers: {format, title, ending, draws, single_page}.
 * `now()` gives {source, options, shown, least, page, facts, billed}: what was analysed, what is shown of it;
 * `onProblem(error)` shows what went wrong.
 */
export function exportPanel(views, now, onProblem) {
  const said = el("p", { class: "said", role: "status" });
  const curl = el("code", {});
  const rows = views.map((form) => {
    const name = el("span", { class: "wide" }, form.title);
    const get = async (use, button) => {
      button.disabled = true;
      said.textContent = `${form.title}: asking…`;
      try {
        said.textContent = `${form.title}: ${await use(form, now())}`;
      } catch (error) {
        said.textContent = "";
        if (error !== KEPT) onProblem(error);
      }
      button.disabled = false;
    };
    const button = (title, use) =>
      el("button", { type: "button", "aria-label": `${title} ${form.title}`, click: (event) => get(use, event.currentTarget) }, title);
    return el("li", { "data-format": form.format }, name, form.draws ? null : button("Copy", copied), button("Download", saved));
  });
  const panel = el("div", { class: "export" },
    el("ul", {}, rows), said,
    el("h3", {}, "The same with curl, as JSON"),
    el("pre", { tabindex: 0 }, curl),
    el("button", { type: "button", click: async () => {
      await copy(curl.textContent);
      announce("The line is on the clipboard.");
    } }, "Copy the line"));
  return {
    panel,
    /** For another analysis; forms that it `lacks` are not offered. */
    update(source, options, lacks = []) {
      for (const row of rows) row.hidden = lacks.includes(row.dataset.format);
      curl.textContent = curlLine(source, options, now().facts.needs_key);
    },
  };
}

const KEPT = new Problem({ title: "Not asked" });

/** The answer in another form, with how it came about: "12 kB, from cache". */
async function fetched(form, { source, options, shown, least, page, facts, billed }) {
  if (billed && !facts.keeps_results && !confirm("This service keeps no results: the document would be analysed and billed again. Go on?")) {
    throw KEPT;
  }
  const asked = { ...options, format: form.format, on_page_error: "partial" };
  delete asked.include;
  delete asked.annotate;
  if (least > 0) asked.min_confidence = least;
  if (form.draws) asked.annotate = shown;
  if (form.single_page) {
    delete asked.pages;
    asked.render_page = page;
  }
  const response = await ask(source, asked);
  const blob = await response.blob();
  const kept = (response.headers.get("Cache-Status") ?? "").includes("; hit");
  return { blob, note: `${size(blob.size)}, ${kept ? "from cache, nothing billed" : "analysed again"}` };
}

async function copied(form, state) {
  const { blob, note } = await fetched(form, state);
  await copy(await blob.text());
  return `on the clipboard (${note})`;
}

async function saved(form, state) {
  const { blob, note } = await fetched(form, state);
  const address = URL.createObjectURL(blob);
  const stem = state.source.name.replace(/^.*\//, "").replace(/\.[^.]*$/, "") || "document";
  const name = stem + form.ending.replace("{page}", state.page);
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return `saved as ${name} (${note})`;
}

/** What an analysis cost, in words. */
export function costText(cost, engine) {
  const kept = cost.pages_from_cache ? `, ${cost.pages_from_cache} from cache` : "";
  if (engine !== "textract") return `no cost${kept}`;
  return `${plural(cost.pages_billed, "page")} billed${kept}, about ${dollars(cost.estimated_usd)}`;
}
