// The page for people: documents are chosen, (priced,) read one after the other, and shown as their pages come in. Here its parts
// are made and told of one another.

import { Problem, curlLine } from "./api.js";
import { addressOf, readAddress } from "./address.js";
import { Choosing } from "./choosing.js";
import { forgetPictures } from "./cutouts.js";
import { Exports, costText, developersPanel } from "./exports.js";
import { announce, byId, el, onceAFrame, plural } from "./dom.js";
import { Formatted } from "./formatted.js";
import { Inspector } from "./inspector.js";
import { kindOf } from "./kinds.js";
import { canLeave, startLeaving } from "./leaving.js";
import { startLooking } from "./looking.js";
import { HOME, pageModel } from "./model.js";
import { Pages } from "./pages.js";
import { clearProblems, showProblem } from "./problems.js";
import { Results } from "./results.js";
import { Shelf } from "./shelf.js";
import { boxesOf, itemOf } from "./shown.js";
import { on, openDocument, state } from "./state.js";
import { openVault } from "./vault.js";
import { Work } from "./work.js";

const facts = await (await fetch("viewer/service.json")).json();
const defaults = { features: facts.default_features };
const vault = await openVault();
const models = new Map(); // the pages of the open document

// The parts -----------------------------------------------------------------------------------------------------------

const work = new Work(vault, facts, { onPage: pageCame, onEnd: ended });
const exporting = new Exports(facts, work, (error) => showProblem(error));
const developers = developersPanel(exporting.developers, exporting.developersSaid);
const formatted = new Formatted(async () => (await exporting.fetched({ format: "markdown" })).blob.text(), (error) => showProblem(error));
const results = new Results({
  onSelect: (item, part) => select(item, part),
  extra: [
    { name: "text", panel: formatted.panel },
    { name: "export", title: "Export", panel: exporting.panel },
    { name: "blocks", panel: developers.panel },
  ],
});
const pages = new Pages({
  boxesOf,
  onSelect: (page, box) => {
    const found = itemOf(page, box, HOME[box.kind]);
    if (!found) return;
    results.show(found.item, found.part);
    select(found.item, found.part);
  },
  onSee: (number) => {
    if (!byId("panels").matches(":hover, :focus-within")) results.follow(number);
  },
});
const inspector = new Inspector({
  onSaid: (item, said) => work.say(openDocument(), item, said),
  onDone: (item) => {
    const next = item && state.part === "check" ? results.next(item) : null;
    if (next) {
      results.show(next, "check");
      select(next, "check");
      inspector.focus();
    } else if (inspector.item) results.focus(inspector.item);
  },
});
const shelf = new Shelf({
  onOpen: (one) => open(one),
  onRemove: (one) => remove(one),
  onAgain: (one) => {
    state.wanted = one.id;
    work.again(one);
  },
});
const choosing = new Choosing(facts, {
  plan: async (one, options, signal) => work.plan({ ...one, file: one.file ?? (one.from && (await vault.file(one.from.id))) }, options, signal),
  begin,
});

function select(item, part) {
  results.mark(item, part);
  pages.select({ page: item.page, boxes: item.boxes });
  inspector.show(item, models.get(item.page));
}

// Documents come, are read, are opened --------------------------------------------------------------------------------

async function begin(documents) {
  document.body.toggleAttribute("data-busy", true);
  clearProblems();
  showChoices(!document.body.classList.contains("reading"));
  for (const one of documents) if (one.from && !one.file && one.source.upload) one.file = await vault.file(one.from.id);
  const added = await work.add(documents);
  state.wanted = added[0].id;
  announce(`Reading ${documents.length === 1 ? documents[0].name : plural(documents.length, "document")}`);
}

function pageCame(one, line) {
  if (state.open === one.id) showPage(one, line);
  else if (state.wanted === one.id) open(one);
  if (one.done % 5 === 0 && one.done < one.total) announce(`${one.done} of ${one.total} pages of ${one.name} are read`);
}

async function ended(one, error) {
  if (error && one.status === "failed") {
    const again = () => {
      clearProblems();
      if (one.done === 0 && !state.documents.includes(one)) begin([{ source: one.source, file: one.file, name: one.name, options: choosing.options() }]);
      else shelf.onAgain(one);
    };
    showProblem(error, { name: one.name, again });
    // What never began stands in nobody's way; among several it is told in their row.
    if (one.done === 0 && state.documents.length === 1 && !one.source.job) await work.remove(one);
  }
  if (one.status === "stopped") {
    announce(`Stopped after ${plural(one.done, "page")}`);
    if (one.done === 0) await work.remove(one);
  }
  if (state.open !== one.id && state.wanted === one.id && one.done > 0) await open(one);
  if (state.open === one.id) {
    tellFacts(one);
    if (one.status === "done") announce(byId("facts").textContent);
  }
}

/** Open a document: what there is of it now, the rest as it comes. */
async function open(one, { push = true } = {}) {
  const address = addressOf(one, defaults);
  if (push && location.hash !== address) history.pushState(null, "", address);
  if (state.wanted === one.id || one.done > 0) state.wanted = null;
  else state.wanted = one.id;
  if (state.open === one.id) return showReading(true);
  state.open = one.id;
  models.clear();
  forgetPictures();
  pages.clear();
  inspector.show(null);
  byId("find").value = state.find = "";
  const { parts } = kindOf(facts.kinds, one.options);
  results.clear(one.options.features ?? [], parts);
  formatted.clear();
  byId("document-name").textContent = one.name;
  showReading(true);
  tellFacts(one);
  byId("document-name").focus({ preventScroll: true });
  for await (const text of vault.lines(one.id)) {
    if (state.open !== one.id) return undefined;
    showPage(one, JSON.parse(text));
  }
  if (toCheckFirst) results.open("check");
  return undefined;
}

function showPage({ reviewed }, line) {
  if (models.has(line.page)) return;
  const page = pageModel(line, { reviewed });
  models.set(line.page, page);
  pages.add(page);
  results.add(page);
  exporting.show();
}

async function remove(one) {
  const at = state.documents.indexOf(one);
  await work.remove(one);
  if (state.open !== one.id) return;
  state.open = null;
  const next = state.documents[Math.min(at, state.documents.length - 1)];
  if (next) return open(next);
  history.pushState(null, "", location.pathname + location.search);
  return showStart();
}

function tellFacts(one) {
  const words = [];
  if (one.status === "done") {
    words.push(plural(one.done, "page"), `${one.seconds.toFixed(1)} s`, costText(one.end.cost, facts.engine));
    if (one.end.status === "partial") words.unshift("some pages could not be read");
  } else if (one.status === "stopped") words.push(`stopped after ${plural(one.done, "page")}`);
  else if (one.status === "failed") words.push(`not complete: ${plural(one.done, "page")}`);
  byId("facts").replaceChildren(words.join(" · "), ...one.warnings.map((text) => el("span", { class: "warning" }, text)));
  tellLeave();
  choosing.offerAgain(one);
  exporting.show();
  const engine = one.engine ? `${one.engine.name} ${one.engine.model_version}` : "";
  developers.show(curlLine(one.source, one.name, one.source.job ? {} : one.options, facts.needs_key), [engine, one.requestId && `request ${one.requestId}`].filter(Boolean).join(" · "));
}

function tellLeave() {
  byId("leave").hidden = !state.documents.some((one) => canLeave(one, facts));
}

// What is shown -------------------------------------------------------------------------------------------------------

function showReading(yes) {
  byId("reading").hidden = !yes;
  document.body.classList.toggle("reading", yes);
  showChoices(!yes);
  shelf.show();
}

/** The start: nothing is closed, a way back leads to what is open. */
function showStart() {
  showReading(false);
  if (!state.open) {
    byId("document-name").textContent = "";
    choosing.offerAgain(null);
  }
  byId("back").hidden = !state.open;
}

function showChoices(yes) {
  byId("choose").hidden = !yes;
  byId("back").hidden = !state.open;
  byId("change").setAttribute("aria-expanded", String(yes));
}

/** Follow the address: Back, Forward, Reload, a link. Nothing that costs is begun by it. */
async function follow() {
  const given = readAddress(location.hash, defaults);
  if (!given) return showStart();
  if (!given.upload) history.replaceState(null, "", addressOf(given, defaults)); // as it is written here
  const known = state.documents.find((one) => (given.upload ? one.id === given.upload : addressOf(one, defaults) === addressOf(given, defaults)));
  if (known) {
    if (known.done > 0 || known.id === state.open) return open(known, { push: false });
    state.wanted = known.id;
    return showStart();
  }
  showStart();
  if (given.upload) return showProblem(new Problem({ code: "lost_upload" }));
  const { kind = "document", features = [], queries = [], pages: wanted = "" } = given.options;
  if (given.source.job) return begin([given]);
  byId("kind").value = kind;
  byId("kind").dispatchEvent(new Event("input", { bubbles: true }));
  if (kind === "document") for (const box of byId("features").querySelectorAll("input")) box.checked = features.includes(box.value);
  byId("queries").value = queries.map(({ text }) => text).join("\n");
  byId("pages-wanted").value = wanted;
  return choosing.choose([given]);
}

// Wiring --------------------------------------------------------------------------------------------------------------

const toCheckFirst = startLooking({ results, pages, exporting, inspector });
startLeaving(work, facts, defaults);
on("documents", onceAFrame(() => {
  shelf.show();
  exporting.show();
  tellLeave();
}));
byId("key-button").hidden = !facts.needs_key;
byId("cancel").addEventListener("click", () => work.cancel());
byId("change").addEventListener("click", () => {
  showChoices(byId("choose").hidden);
  if (!byId("choose").hidden) byId("browse").focus();
});
byId("back").addEventListener("click", () => {
  if (!document.body.classList.contains("reading")) {
    open(openDocument());
    return;
  }
  showChoices(false);
  byId("change").focus();
});
byId("panels").addEventListener("keydown", (event) => {
  if (event.key !== "F2" && !(event.key === "Enter" && event.target.getAttribute("aria-selected") === "true")) return;
  if (inspector.focus()) event.preventDefault();
}, true);
addEventListener("popstate", follow);

await work.restore();
await follow();
document.body.dataset.ready = "true";
