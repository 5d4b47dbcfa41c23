// The page for people: a document is chosen, (priced,) analysed, and shown as its pages come in.

import { Problem, ask, lines } from "./api.js";
import { announce, byId, dollars, el, onceAFrame, plural, size } from "./dom.js";
import { costText, exportPanel } from "./exports.js";
import { chosenKind, layersOf, offerKinds } from "./kinds.js";
import { itemOf, pageModel } from "./model.js";
import { Pages } from "./pages.js";
import { clearProblems, showProblem } from "./problems.js";
import { Results } from "./results.js";

const FEATURES = { TABLES: "Tables", FORMS: "Forms and check boxes", SIGNATURES: "Signatures", LAYOUT: "Layout", QUERIES: "Answers to questions" };

// How long options must stay as they are before the price is asked for.
const SETTLED_MS = 250;

const facts = await (await fetch("viewer/service.json")).json();
const costs = facts.engine === "textract";

const state = { source: null, options: {}, run: null, quote: null, done: 0, warnings: new Set(), engine: null, least: 0, end: null };

const exporting = exportPanel(
  facts.views,
  () => ({ ...state, shown: layersOf(facts.kinds, state.options, pages.shown), page: pages.current, facts, billed: costs }),
  (error) => showProblem(error),
);
const results = new Results({
  onSelect: (item) => {
    results.mark(item.id);
    pages.select({ page: item.page, boxes: item.boxes });
  },
  extra: [{ name: "export", title: "Export", panel: exporting.panel }],
});
const pages = new Pages(facts.default_shown, (page, box) => {
  const place = itemOf(box, results.part);
  results.show(place, page.number);
  const item = results.item(place.id, place.part, page.number);
  pages.select({ page: page.number, boxes: item?.boxes.length ? item.boxes : [box.id] });
});

// Choosing ------------------------------------------------------------------------------------------------------------

function choose(source) {
  clearProblems();
  state.source = source;
  byId("analyse").hidden = false;
  byId("analyse").disabled = false;
  byId("document-name").textContent = source.name;
  if (source.file && source.file.size > facts.max_document_bytes) {
    state.source = null;
    byId("analyse").disabled = true;
    showProblem(new Problem({
      title: "Document too large",
      detail: `${source.name} has ${size(source.file.size)}; this service takes ${size(facts.max_document_bytes)}.`,
    }));
    return;
  }
  if (costs) quote();
  else analyse();
}

function chooseFile(files) {
  if (files.length === 0) return;
  choose({ file: files[0], name: files[0].name });
  if (files.length > 1) announce(`One document at a time: ${files[0].name} was taken.`);
}

function readOptions() {
  const { kind } = chosenKind(facts.kinds);
  const wanted = byId("pages-wanted").value.trim();
  if (kind !== "document") return wanted ? { kind, pages: wanted } : { kind };
  const chosen = [...byId("features").querySelectorAll("input:checked")].map((box) => box.value);
  const options = { features: chosen };
  const questions = byId("queries").value.split("\n").map((text) => text.trim()).filter(Boolean);
  if (chosen.includes("QUERIES")) options.queries = questions.map((text) => ({ text }));
  if (wanted) options.pages = wanted;
  return options;
}

/** What it would cost, before anything is analysed; asked for once the options are left alone for a moment. */
async function quote() {
  state.quote?.abort();
  const asking = new AbortController();
  state.quote = asking;
  const [price, button] = [byId("price"), byId("analyse")];
  price.textContent = "Asking for the price…";
  button.textContent = "Analyse";
  button.disabled = true;
  await new Promise((resolve) => { setTimeout(resolve, SETTLED_MS); });
  if (asking.signal.aborted) return;
  clearProblems();
  try {
    const response = await ask(state.source, { ...readOptions(), dry_run: true }, asking.signal);
    const plan = await response.json();
    const { kind } = chosenKind(facts.kinds);
    const what = kind !== "document" ? kind : plan.features.join(", ").toLowerCase() || "text only";
    price.replaceChildren(
      el("strong", {}, `At most ${dollars(plan.cost.estimated_usd)}`),
      ` for ${plural(plan.pages.length, "page")} of ${state.source.name} (${what}). `
        + "Pages that the service has kept cost nothing.",
    );
    button.textContent = `Analyse for at most ${dollars(plan.cost.estimated_usd)}`;
    button.disabled = false;
    button.scrollIntoView({ block: "nearest" });
  } catch (error) {
    if (asking.signal.aborted) return;
    price.textContent = "";
    showProblem(error, quote);
  }
}

// Analysing -----------------------------------------------------------------------------------------------------------

async function analyse() {
  state.run?.abort();
  const run = new AbortController();
  const { source } = state;
  const { parts, lacks } = chosenKind(facts.kinds);
  const include = ["summary", "blocks", "picture"].filter((part) => part !== "blocks" || parts.includes(part));
  const options = { ...readOptions(), format: "ndjson", include, annotate: [] };
  Object.assign(state, { run, options, done: 0, warnings: new Set(), end: null });
  clearProblems();
  exporting.update(source, readOptions(), lacks);
  if (!costs) byId("analyse").textContent = "Analyse again";
  showReading(true);
  pages.clear();
  results.clear(options.features ?? [], parts);
  byId("document-name").textContent = source.name;
  byId("document-name").focus({ preventScroll: true });
  progress("Sending…");
  byId("facts").textContent = "";
  announce(`Analysing ${source.name}`);
  const began = performance.now();
  try {
    const response = await ask(source, options, run.signal);
    progress("Reading…");
    for await (const line of lines(response)) {
      if (run.signal.aborted) return;
      if (line.event === "page") showPage(line);
      else if (line.event === "end") state.end = line;
    }
    finish((performance.now() - began) / 1000, response.headers.get("X-Request-Id"));
  } catch (error) {
    if (state.run !== run) return;
    if (run.signal.aborted) cancelled();
    else showProblem(error, analyse);
    if (state.done === 0) showReading(false);
  } finally {
    if (state.run === run) byId("progress").hidden = true;
  }
}

function showPage(line) {
  const page = pageModel(line);
  pages.add(page);
  results.add(page);
  state.done += 1;
  const total = expected(line.document.page_count);
  progress(`${state.done} of ${plural(total, "page")}`, state.done, total);
  if (state.done % 5 === 0 && state.done < total) announce(`${state.done} of ${total} pages are read`);
  for (const warning of line.warnings) state.warnings.add(warning);
  state.engine = line.engine;
}

/** How many pages will come, by the option `pages`. */
function expected(count) {
  if (!state.options.pages) return count;
  const wanted = new Set();
  for (const part of state.options.pages.split(",")) {
    const [first, last = first] = part.split("-").map(Number);
    for (let page = first; page <= Math.min(last, count); page += 1) wanted.add(page);
  }
  return wanted.size || count;
}

function finish(seconds, requestId) {
  const { end, done } = state;
  if (!end) {
    showProblem(new Problem({
      title: "The answer was cut off",
      detail: `${plural(done, "page")} came before the connection broke off. They are shown; others may be missing. `
        + "Asking again costs nothing for pages that the service has kept.",
      request_id: requestId,
    }), analyse);
    return;
  }
  const words = [plural(done, "page"), `${seconds.toFixed(1)} s`, `${costs ? "Amazon Textract" : "embedded engine"} ${state.engine.model_version}`, costText(end.cost, facts.engine)];
  if (end.status !== "succeeded") words.unshift(end.status);
  byId("facts").replaceChildren(words.join(" · "), ...[...state.warnings].map((text) => el("span", { class: "warning" }, text)));
  byId("facts").title = `Request ${requestId}`;
  announce(`${end.status}: ${words.join(", ")}`);
  if (end.error) showProblem(new Problem(end.error), analyse);
}

function cancelled() {
  const text = `Cancelled after ${plural(state.done, "page")}.`;
  byId("facts").textContent = text;
  announce(text);
}

function progress(text, value = null, max = 1) {
  byId("progress").hidden = false;
  byId("progress-text").textContent = text;
  const bar = byId("progress-bar");
  if (value === null) bar.removeAttribute("value");
  else Object.assign(bar, { max, value });
}

function showReading(yes) {
  byId("reading").hidden = !yes;
  document.body.classList.toggle("reading", yes);
  showChoices(!yes);
}

function showChoices(yes) {
  byId("choose").hidden = !yes;
  byId("change").setAttribute("aria-expanded", String(yes));
}

// Wiring --------------------------------------------------------------------------------------------------------------

byId("when").textContent = costs
  ? "The price is shown before anything is analysed."
  : "A document is analysed as soon as it is chosen.";
byId("engine").textContent = costs ? "Amazon Textract" : "embedded engine, no cost";
byId("limit").textContent = `At most ${size(facts.max_document_bytes)}, ${facts.max_pages} pages.`;
byId("key-button").hidden = !facts.needs_key;
byId("bucket").required = !facts.has_default_bucket;
for (const feature of facts.features) {
  const box = el("input", { type: "checkbox", value: feature, checked: facts.default_features.includes(feature) });
  byId("features").append(el("label", {}, box, FEATURES[feature] ?? feature));
}
offerKinds(facts.kinds);
byId("samples").hidden = facts.samples.length === 0;
byId("samples").querySelector("ul").append(...facts.samples.map(({ bucket, document: name, about }) =>
  el("li", {}, el("button", { type: "button", click: () => choose({ bucket, document: name, name }) },
    el("strong", {}, name), el("span", {}, about)))));

byId("browse").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", (event) => {
  chooseFile([...event.target.files]);
  event.target.value = "";
});
byId("stored").addEventListener("submit", (event) => {
  event.preventDefault();
  const [bucket, key, version] = ["bucket", "object", "version"].map((id) => byId(id).value.trim());
  choose({ bucket, document: key, version, name: key });
});
byId("object").addEventListener("input", (event) => {
  byId("bucket").required = !facts.has_default_bucket && !event.target.value.startsWith("s3://");
});
byId("options").addEventListener("submit", (event) => {
  event.preventDefault();
  if (state.source) analyse();
});
byId("options").addEventListener("input", () => {
  const box = byId("features").querySelector("input[value=QUERIES]");
  byId("queries-field").hidden = !box?.checked || byId("features").hidden;
  if (state.source && costs) quote();
});
byId("cancel").addEventListener("click", () => state.run?.abort());
byId("change").addEventListener("click", () => {
  showChoices(byId("choose").hidden);
  if (!byId("choose").hidden) byId("browse").focus();
});
byId("back").addEventListener("click", () => {
  showChoices(false);
  byId("change").focus();
});
byId("confidence").addEventListener("input", onceAFrame(() => {
  state.least = Number(byId("confidence").value);
  byId("confidence-value").textContent = `${state.least} %`;
  pages.filter(state.least);
  results.filter(state.least);
}));

let within = 0;
const dragging = (by) => {
  within = Math.max(0, within + by);
  document.body.classList.toggle("dragging", within > 0);
};
const holdsFiles = (event) => event.dataTransfer.types.includes("Files");
addEventListener("dragenter", (event) => {
  if (holdsFiles(event)) dragging(1);
});
addEventListener("dragleave", (event) => {
  if (holdsFiles(event)) dragging(-1);
});
addEventListener("dragover", (event) => {
  if (holdsFiles(event)) event.preventDefault();
});
addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  dragging(-within);
  chooseFile([...event.dataTransfer.files]);
});
addEventListener("paste", (event) => chooseFile([...event.clipboardData.files]));

document.body.dataset.ready = "true";
