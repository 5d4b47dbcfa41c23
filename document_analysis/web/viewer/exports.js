// What can be taken away: the result with its corrections, made here; and the service's other forms, each the same analysis asked
// for again with another `format`, which the service has kept.

import { Problem } from "./api.js";
import { announce, byId, copy, dollars, download, el, plural, size, stemOf } from "./dom.js";
import { corrected, csvOf, fieldRows, gathered, sheetsOf, tableRows } from "./corrected.js";
import { kindOf } from "./kinds.js";
import { openDocument, state } from "./state.js";

/** Forms that are for programs: they stand under "For developers". */
const FOR_DEVELOPERS = new Set(["json", "textract", "csv"]);

const OWN = {
  xlsx: { title: "Excel workbook (XLSX)", ending: ".xlsx", make: async (documents) => (await import("./xlsx.js")).workbook(sheetsOf(documents)) },
  fields: { title: "Fields (CSV)", ending: "-fields.csv", make: (documents) => csvBlob(fieldRows(documents)) },
  tables: { title: "Tables (CSV)", ending: "-tables.csv", make: (documents) => csvBlob(tableRows(documents)) },
  json: {
    title: "Everything (JSON)", ending: "-checked.json",
    make: (documents) => new Blob([JSON.stringify(documents.length === 1 ? corrected(documents[0]) : documents.map(corrected), null, 2)], { type: "application/json" }),
  },
};

const csvBlob = (rows) => new Blob([csvOf(rows)], { type: "text/csv" });

export class Exports {
  /** `work` gives forms and keeps documents; `onProblem(error)` shows what went wrong. */
  constructor(facts, work, onProblem) {
    Object.assign(this, { facts, work, onProblem });
    this.said = el("p", { class: "said", role: "status" });
    this.developersSaid = el("p", { class: "said", role: "status" });
    this.which = el("select", { id: "export-which" });
    this.sure = el("input", { type: "checkbox", id: "export-sure" });
    this.note = el("p", { class: "hint" });
    this.sureText = el("span", {});
    const own = Object.values(OWN).map((form) => this.#row(form, this.said, [["Download", () => this.#own(form)]]));
    const views = facts.views.map((form) => [form, this.#row(form, FOR_DEVELOPERS.has(form.format) ? this.developersSaid : this.said, [
      ...(form.draws ? [] : [["Copy", () => this.#copied(form)]]), ["Download", () => this.#saved(form)],
    ])]);
    this.views = views;
    const of = (wanted) => views.filter(([{ format }]) => FOR_DEVELOPERS.has(format) === wanted).map(([, row]) => row);
    this.panel = el("div", { class: "export" },
      this.said,
      el("h3", {}, "With what you corrected"),
      this.note,
      el("p", { id: "export-all", hidden: true }, el("label", { for: "export-which" }, "Of "), this.which),
      el("ul", {}, own),
      el("h3", {}, "As it was read"),
      el("ul", {}, of(false)),
      el("label", { class: "sieve" }, this.sure, this.sureText));
    this.developers = of(true);
  }

  /** For the open document as it is now. */
  show() {
    const one = openDocument();
    const ready = state.documents.filter(({ done }) => done > 0);
    const chosen = this.which.value;
    this.which.replaceChildren(
      el("option", { value: "one" }, one ? `this document: ${one.name}` : "this document"),
      el("option", { value: "all" }, `all ${plural(ready.length, "document")}`),
    );
    this.which.value = chosen === "all" ? "all" : "one";
    byId("export-all")?.toggleAttribute("hidden", ready.length < 2);
    this.sureText.textContent = `Leave out what is less than ${state.below} % sure and was not checked`;
    const said = Object.values(one?.fixed ?? {}).filter(({ as }) => !as);
    const fixed = said.filter(({ right }) => !right).length;
    this.note.textContent = said.length === 0 ? "Nothing has been corrected yet." : `${plural(fixed, "value")} corrected, ${said.length - fixed} found right.`;
    if (!one) return;
    const { lacks } = kindOf(this.facts.kinds, one.options);
    for (const [{ format }, row] of this.views) row.hidden = lacks.includes(format);
  }

  #row(form, said, uses) {
    const button = (title, use) => el("button", { type: "button", "aria-label": `${title} ${form.title}`, click: async (event) => {
      const pressed = event.currentTarget;
      pressed.disabled = true;
      said.textContent = `${form.title}: a moment…`;
      try {
        said.textContent = `${form.title}: ${await use()}`;
      } catch (error) {
        said.textContent = "";
        if (error !== NOT_ASKED) this.onProblem(error);
      }
      pressed.disabled = false;
    } }, title);
    return el("li", {}, el("span", { class: "wide" }, form.title), uses.map(([title, use]) => button(title, use)));
  }

  async #own(form) {
    const open = openDocument();
    const all = this.which.value === "all" ? state.documents.filter(({ done }) => done > 0) : [open];
    const documents = [];
    for (const one of all) documents.push(await gathered(one, this.work.vault, this.sure.checked ? state.below : 0));
    const blob = await form.make(documents);
    const name = (all.length > 1 ? `${all.length}-documents` : stemOf(open.name)) + form.ending;
    download(blob, name);
    return `saved as ${name} (${size(blob.size)})`;
  }

  async #copied(form) {
    const { blob, note } = await this.fetched(form);
    await copy(await blob.text());
    return `on the clipboard (${note})`;
  }

  async #saved(form) {
    const { blob, note } = await this.fetched(form);
    const name = stemOf(openDocument().name) + form.ending.replace("{page}", state.page);
    download(blob, name);
    return `saved as ${name} (${note})`;
  }

  /** The open document in another form of the service's, with how it came about: "12 kB, from cache". */
  async fetched(form) {
    const one = openDocument();
    const { facts } = this;
    const billed = facts.engine === "textract" && !facts.keeps_results && !one.source.job;
    if (billed && !confirm("This service keeps no results: the document would be analysed and billed again. Go on?")) throw NOT_ASKED;
    const asked = { format: form.format, ...(one.source.job ? {} : { on_page_error: "partial" }) };
    if (this.sure.checked) asked.min_confidence = state.below;
    if (form.draws) asked.annotate = facts.default_shown.filter((layer) => kindOf(facts.kinds, one.options).layers.includes(layer));
    if (form.single_page) asked.render_page = state.page;
    const response = await this.work.form(form.single_page ? { ...one, options: withoutPages(one.options) } : one, asked);
    const blob = await response.blob();
    const kept = one.source.job || (response.headers.get("Cache-Status") ?? "").includes("; hit");
    return { blob, note: `${size(blob.size)}, ${kept ? "from cache, nothing billed" : "analysed again"}` };
  }
}

const NOT_ASKED = new Problem({ title: "Not asked" });

function withoutPages({ pages, ...rest }) {
  return rest;
}

/** What stands under "For developers" above the blocks: the result for programs, the line for curl, what the service said. */
export function developersPanel(rows, said) {
  const curl = el("code", {});
  const about = el("p", { class: "hint" });
  const panel = el("div", { class: "export" },
    el("ul", {}, rows), said,
    el("h3", {}, "The same with curl, as JSON"),
    el("pre", { tabindex: 0 }, curl),
    el("button", { type: "button", click: async () => {
      await copy(curl.textContent);
      announce("The line is on the clipboard.");
    } }, "Copy the line"),
    about);
  return {
    panel,
    show(line, text) {
      curl.textContent = line;
      about.textContent = text;
    },
  };
}

/** What an analysis cost, in words. */
export function costText(cost, engine) {
  const kept = cost.pages_from_cache ? `, ${cost.pages_from_cache} from cache` : "";
  if (engine !== "textract") return `no cost${kept}`;
  return `${plural(cost.pages_billed, "page")} billed${kept}, about ${dollars(cost.estimated_usd)}`;
}
