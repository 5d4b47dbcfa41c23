// The documents of the tab and their reading: one after the other, each kept in the vault page by page as it comes.

import { Problem, ask, jobResult, lines, lookAtJob, makeJob } from "./api.js";
import { kindOf } from "./kinds.js";
import { changed, documentOf, newId, state } from "./state.js";

// What is kept of a document over a reload; its file and pages lie in the vault by themselves.
const KEPT = [
  "id", "name", "source", "options", "status", "done", "total", "end", "problem", "seconds", "warnings", "engine", "requestId", "fixed", "reviewed",
];
const LOOK_AGAIN_MS = 1000;

export class Work {
  /** `onPage(one, line)` is called with each page of a document as it comes, `onEnd(one, error)` when it is over. */
  constructor(vault, facts, { onPage, onEnd }) {
    Object.assign(this, { vault, facts, onPage, onEnd, active: null });
  }

  /** The documents that this tab had before it was reloaded. What was being read goes on only where that costs nothing. */
  async restore() {
    const text = await this.vault.state();
    if (!text) return;
    for (const one of JSON.parse(text)) {
      const free = this.facts.engine !== "textract" || one.source.job;
      if (one.status === "reading" || one.status === "waiting") one.status = free ? "waiting" : "stopped";
      state.documents.push(one);
    }
    changed("documents");
    this.#next();
  }

  /** Take documents in; they are read as soon as their turn comes. Uploads are kept first. */
  async add(given) {
    const added = given.map(({ source, file, name, options }) => ({
      id: newId(), name, source, file, options, status: "waiting", done: 0, total: 0, end: null, problem: null, seconds: 0,
      warnings: [], engine: null, requestId: null, fixed: {}, reviewed: 0,
    }));
    state.documents.push(...added);
    changed("documents");
    for (const one of added) if (one.file) await this.vault.putFile(one.id, one.file);
    this.#keep();
    this.#next();
    return added;
  }

  /** Read a document that was stopped or failed, again. */
  again(one) {
    Object.assign(one, { status: "waiting", problem: null, end: null });
    changed("documents");
    this.#next();
  }

  cancel() {
    this.active?.run.abort();
  }

  /** Forget a document and all that is kept of it. */
  async remove(one) {
    if (this.active?.one === one) this.cancel();
    state.documents = state.documents.filter((other) => other !== one);
    changed("documents");
    this.#keep();
    await this.vault.forget(one.id);
  }

  /** What was said of an item: {value}, {selected}, {right: true}, or null for as it was read. Its twin is told the same, `as` it. */
  say(one, item, said) {
    for (const { id } of [item, item.twin].filter(Boolean)) {
      if (said) one.fixed[id] = id === item.id ? said : { ...said, as: item.id };
      else delete one.fixed[id];
    }
    this.#keep();
    changed("fixed", item);
  }

  /** Let the service go on with a document by itself; its job is its source from then on. */
  async leave(one) {
    const job = await makeJob(await this.#sourceOf(one), one.options);
    const reading = this.active?.one === one;
    Object.assign(one, { source: { job: job.id }, problem: null, status: reading ? "reading" : "waiting" });
    if (reading) {
      this.active.left = true;
      this.cancel();
    }
    changed("documents");
    this.#keep();
    this.#next();
  }

  /** The result of a document in another form. */
  async form(one, options, signal) {
    if (one.source.job) return jobResult(one.source.job, viewOnly(options), signal);
    return ask(await this.#sourceOf(one), { ...one.options, ...options }, signal);
  }

  /** What a document would cost: the service's plan. */
  async plan({ source, file }, options, signal) {
    return (await ask(file ? { file } : source, { ...options, dry_run: true }, signal)).json();
  }

  async #next() {
    const one = state.documents.find(({ status }) => status === "waiting");
    if (this.active || !one) return;
    const run = new AbortController();
    this.active = { one, run, left: false };
    Object.assign(one, { status: "reading", problem: null });
    changed("documents");
    let error = null;
    const began = performance.now();
    try {
      await this.#read(one, run.signal);
      one.status = "done";
    } catch (fault) {
      error = fault;
      one.status = this.active.left ? "waiting" : run.signal.aborted ? "stopped" : "failed";
      if (!run.signal.aborted) one.problem = fault.members ?? { code: "page" };
    }
    one.seconds = (performance.now() - began) / 1000;
    this.active = null;
    this.#keep();
    if (documentOf(one.id) && one.status !== "waiting") this.onEnd(one, error);
    changed("documents");
    this.#next();
  }

  async #read(one, signal) {
    if (one.source.job) await this.#awaitJob(one, signal);
    const { parts } = kindOf(this.facts.kinds, one.options);
    const include = ["summary", "blocks", "picture"].filter((part) => part !== "blocks" || parts.includes(part));
    const asked = { format: "ndjson", include, annotate: [] };
    one.reviewed = parts.includes("text") ? state.below : 0;
    if (one.reviewed > 0) asked.review_below = one.reviewed;
    const response = one.source.job
      ? await jobResult(one.source.job, asked, signal)
      : await ask(await this.#sourceOf(one), { ...one.options, ...asked }, signal);
    one.requestId = response.headers.get("X-Request-Id");
    one.done = 0;
    for await (const text of lines(response)) {
      signal.throwIfAborted();
      const line = JSON.parse(text);
      if (line.event === "end") one.end = line;
      else await this.#take(one, line, text);
    }
    signal.throwIfAborted();
    if (!one.end) throw new Problem({ code: "cut_off", request_id: one.requestId });
    if (one.end.error) throw new Problem(one.end.error);
  }

  async #take(one, line, text) {
    one.done += 1;
    one.total = one.source.job ? Math.max(one.total, one.done) : expected(one.options, line.document.page_count);
    one.engine = line.engine;
    if (one.source.job) one.options = optionsOf(line, one.options);
    one.warnings = [...new Set([...one.warnings, ...line.warnings])];
    await this.vault.putLine(one.id, line.page, text);
    this.#keep();
    this.onPage(one, line);
    changed("documents");
  }

  async #awaitJob(one, signal) {
    for (;;) {
      const job = await lookAtJob(one.source.job, signal);
      Object.assign(one, { done: job.pages.done, total: job.pages.total, options: job.kind === "document" ? one.options : { kind: job.kind } });
      if (job.kind === "document") one.options = { features: job.features, ...one.options };
      changed("documents");
      if (job.status === "failed") throw new Problem(job.error ?? { code: "internal_error" });
      if (job.status === "cancelled") throw new Problem({ code: "not_found" });
      if (job.status === "succeeded" || job.status === "partial") return;
      await new Promise((resolve) => { setTimeout(resolve, LOOK_AGAIN_MS); });
      signal.throwIfAborted();
    }
  }

  async #sourceOf(one) {
    if (!one.source.upload) return one.source;
    const file = one.file ?? (await this.vault.file(one.id));
    if (!file) throw new Problem({ code: "lost_upload" });
    return { file };
  }

  #keep() {
    const kept = state.documents.map((one) => Object.fromEntries(KEPT.map((name) => [name, one[name]])));
    this.vault.putState(JSON.stringify(kept)).catch(() => {}); // no room: it is lost with a reload
  }
}

const optionsOf = (line, options) => (options.kind ? options : { ...options, features: line.features });

/** Of an analysis's options those that a job's result may still be asked with. */
function viewOnly(options) {
  const { pages, on_page_error: _, ...rest } = options;
  return rest;
}

/** How many pages will come, by the option `pages`. */
function expected({ pages }, count) {
  if (!pages) return count;
  const wanted = new Set();
  for (const part of pages.split(",")) {
    const [first, last = first] = part.split("-").map((text) => (text === "" ? count : Number(text)));
    for (let page = first; page <= Math.min(last, count); page += 1) wanted.add(page);
  }
  return wanted.size || count;
}
