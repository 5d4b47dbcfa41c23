// Choosing: documents dropped, pasted, picked, samples and stored ones; what to look for; and the price, where there is one.

import { Problem } from "./api.js";
import { storedSource } from "./address.js";
import { byId, dollars, el, plural, size } from "./dom.js";
import { chosenKind, offerKinds } from "./kinds.js";
import { clearProblems, showProblem } from "./problems.js";

const FEATURES = { TABLES: "Tables", FORMS: "Forms and check boxes", SIGNATURES: "Signatures", LAYOUT: "Layout", QUERIES: "Answers to questions" };
// How long options must stay as they are before the price is asked for.
const SETTLED_MS = 250;

export class Choosing {
  /** `plan(one, options, signal)` says what would be done; `begin(documents)` has them read. */
  constructor(facts, { plan, begin }) {
    Object.assign(this, { facts, plan, begin, costs: facts.engine === "textract", chosen: [], asking: null });
    this.#offer();
    this.#listen();
  }

  /** Take documents, [{source, file, name}]: they are read at once, or priced first. */
  choose(documents) {
    clearProblems();
    const large = documents.filter(({ file }) => file && file.size > this.facts.max_document_bytes);
    for (const { file } of large.slice(0, 1)) {
      showProblem(new Problem({
        code: "document_too_large", detail: `It has ${size(file.size)}; this service takes ${size(this.facts.max_document_bytes)}.`,
      }), { name: large.map(({ name }) => name).join(", ") });
    }
    this.chosen = documents.filter((one) => !large.includes(one));
    if (this.chosen.length === 0) return;
    if (this.costs) this.#price();
    else this.#begin();
  }

  /** Offer to read a document again with other options. */
  offerAgain(one) {
    this.last = one && { source: one.source, file: one.file, name: one.name, from: one };
    const button = byId("analyse");
    if (this.chosen.length) return;
    button.hidden = !one || Boolean(one.source.job);
    button.disabled = false;
    button.textContent = this.costs ? "Ask for the price again" : "Analyse again";
  }

  options() {
    const { kind } = chosenKind(this.facts.kinds);
    const wanted = byId("pages-wanted").value.trim();
    if (kind !== "document") return wanted ? { kind, pages: wanted } : { kind };
    const features = [...byId("features").querySelectorAll("input:checked")].map((box) => box.value);
    const options = { features };
    const questions = byId("queries").value.split("\n").map((text) => text.trim()).filter(Boolean);
    if (features.includes("QUERIES")) options.queries = questions.map((text) => ({ text }));
    if (wanted) options.pages = wanted;
    return options;
  }

  #begin() {
    const options = this.options();
    const documents = this.chosen.map((one) => ({ ...one, options: { ...options } }));
    this.chosen = [];
    byId("price").textContent = "";
    this.begin(documents);
  }

  #files(files) {
    const photos = files.filter(({ name, type }) => /^image\/hei[cf]/.test(type) || /\.hei[cf]$/i.test(name));
    if (photos.length) {
      this.choose(toDocuments(files.filter((file) => !photos.includes(file))));
      showProblem(new Problem({ code: "heic" }), { name: photos.map(({ name }) => name).join(", ") });
      return;
    }
    const documents = toDocuments(files);
    if (documents.length) this.choose(documents);
  }

  /** What it would cost, before anything is analysed; asked for once the options are left alone for a moment. */
  async #price() {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const [price, button] = [byId("price"), byId("analyse")];
    price.textContent = "Asking for the price…";
    Object.assign(button, { hidden: false, disabled: true, textContent: "Analyse" });
    await new Promise((resolve) => { setTimeout(resolve, SETTLED_MS); });
    if (asking.signal.aborted) return;
    clearProblems();
    const options = this.options();
    const plans = [];
    const refused = [];
    for (const one of this.chosen) {
      try {
        plans.push(await this.plan(one, options, asking.signal));
      } catch (error) {
        if (asking.signal.aborted) return;
        refused.push(one);
        showProblem(error, { name: one.name, again: () => this.#price() });
      }
    }
    if (plans.length === 0) {
      price.textContent = "";
      return;
    }
    this.chosen = this.chosen.filter((one) => !refused.includes(one));
    const [usd, pages] = [sum(plans.map(({ cost }) => cost.estimated_usd)), sum(plans.map((plan) => plan.pages.length))];
    const { kind } = chosenKind(this.facts.kinds);
    const what = kind !== "document" ? kind : plans[0].features.map((name) => FEATURES[name] ?? name).join(", ").toLowerCase() || "text only";
    const of = this.chosen.length === 1 ? this.chosen[0].name : plural(this.chosen.length, "document");
    price.replaceChildren(
      el("strong", {}, `At most ${dollars(usd)}`),
      ` for ${plural(pages, "page")} of ${of} (${what}). Pages that the service has kept cost nothing.`,
    );
    button.textContent = `Analyse for at most ${dollars(usd)}`;
    button.disabled = false;
    button.scrollIntoView({ block: "nearest" });
  }

  #offer() {
    const { facts } = this;
    byId("when").textContent = this.costs ? "The price is shown before anything is analysed." : "Documents are read as soon as they are chosen.";
    byId("engine").textContent = this.costs ? "Amazon Textract" : "embedded engine, no cost";
    byId("limit").textContent = `At most ${size(facts.max_document_bytes)} and ${facts.max_pages} pages each.`;
    byId("stored").hidden = !facts.offers_stored;
    byId("bucket").required = !facts.has_default_bucket;
    for (const feature of facts.features) {
      const box = el("input", { type: "checkbox", value: feature, checked: facts.default_features.includes(feature) });
      byId("features").append(el("label", {}, box, FEATURES[feature] ?? feature));
    }
    offerKinds(facts.kinds);
    byId("samples").hidden = facts.samples.length === 0;
    byId("samples").querySelector("ul").append(...facts.samples.map(({ bucket, document: name, about, thumbnail }) => {
      const choose = () => this.choose([{ source: { bucket, document: name }, name }]);
      return el("li", {}, el("button", { type: "button", click: choose },
        el("img", { src: `viewer/${thumbnail}`, alt: "", width: 56, height: 72 }), el("strong", {}, name), el("span", {}, about)));
    }));
  }

  #listen() {
    byId("browse").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", (event) => {
      this.#files([...event.target.files]);
      event.target.value = "";
    });
    byId("stored").addEventListener("submit", (event) => {
      event.preventDefault();
      const [bucket, key, version] = ["bucket", "object", "version"].map((id) => byId(id).value.trim());
      this.choose([{ source: storedSource(key, bucket, version), name: key }]);
    });
    byId("object").addEventListener("input", (event) => {
      byId("bucket").required = !this.facts.has_default_bucket && !event.target.value.startsWith("s3://");
    });
    byId("options").addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.chosen.length) this.#begin();
      else if (this.last) this.choose([this.last]);
    });
    byId("options").addEventListener("input", () => {
      const box = byId("features").querySelector("input[value=QUERIES]");
      byId("queries-field").hidden = !box?.checked || byId("features").hidden;
      if (this.chosen.length && this.costs) this.#price();
    });
    let within = 0;
    const dragging = (by) => {
      within = Math.max(0, within + by);
      document.body.classList.toggle("dragging", within > 0);
    };
    const holdsFiles = (event) => event.dataTransfer.types.includes("Files");
    addEventListener("dragenter", (event) => holdsFiles(event) && dragging(1));
    addEventListener("dragleave", (event) => holdsFiles(event) && dragging(-1));
    addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      dragging(-within);
      this.#files([...event.dataTransfer.files]);
    });
    addEventListener("paste", (event) => this.#files([...event.clipboardData.files]));
  }
}

/** Files as documents; folders, which have neither size nor kind, are left out. */
const toDocuments = (files) =>
  files.filter((file) => file.size || file.type).map((file) => ({ source: { upload: true }, file, name: file.name }));

const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
