// Asking the service: an analysis or a job begun, looked at, and its result in any form.

import { askKey, storedKey } from "./key.js";

const ADDRESS = new URL("analyze", document.baseURI);
const JOBS = new URL("jobs", document.baseURI);

/** An error as the service says it (RFC 9457), or one of the same shape for what never reached it. */
export class Problem extends Error {
  constructor(members, retryAfter = null) {
    super(members.detail ?? members.title);
    this.members = members;
    this.retryAfter = retryAfter;
  }
}

/** The service's answer to an analysis of `source` with `options`. Throws a Problem; asks for a key where one is needed. */
export const ask = (source, options, signal) => called(ADDRESS, { method: "POST", ...body(source, options) }, signal);

/** The job that goes on with an analysis when nobody waits. */
export async function makeJob(source, options, signal) {
  return (await called(JOBS, { method: "POST", ...body(source, options) }, signal)).json();
}

/** A job as it is now, or when it has come on; the service waits a while. */
export async function lookAtJob(id, signal, wait = 5) {
  return (await called(new URL(`jobs/${encodeURIComponent(id)}`, JOBS), { headers: { Prefer: `wait=${wait}` } }, signal)).json();
}

/** A job's result in the form of `options`. */
export function jobResult(id, options, signal) {
  const address = new URL(`jobs/${encodeURIComponent(id)}/result`, JOBS);
  for (const [name, value] of Object.entries(options)) address.searchParams.set(name, asText(value));
  return called(address, {}, signal);
}

async function called(address, { headers = {}, ...rest }, signal) {
  for (;;) {
    const key = storedKey();
    const response = await sent(address, { ...rest, headers: key === null ? headers : { ...headers, Authorization: `Bearer ${key}` } }, signal);
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (response.status !== 401 || !(await askKey(key !== null, signal))) throw problem;
  }
}

async function sent(address, request, signal) {
  try {
    return await fetch(address, { ...request, signal, credentials: "omit" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ code: "no_answer" });
  }
}

function body(source, options) {
  if (!source.file) {
    return { headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...storedMembers(source), ...options }) };
  }
  const form = new FormData();
  form.append("file", source.file, "document");
  for (const [name, value] of Object.entries(options)) form.append(name, asText(value));
  return { body: form };
}

async function problemOf(response) {
  let members = { title: response.statusText || "Error" };
  try {
    members = JSON.parse(await response.text());
  } catch {
    // something between answered in its own words
  }
  members.status ??= response.status;
  members.request_id ??= response.headers.get("X-Request-Id");
  return new Problem(members, response.headers.get("Retry-After"));
}

/** The lines of an NDJSON answer as they come. Ends early, without error, where the connection breaks off. */
export async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let parts = [];
  for (;;) {
    let chunk;
    try {
      chunk = await reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      return;
    }
    if (chunk.done) return;
    const pieces = chunk.value.split("\n");
    while (pieces.length > 1) {
      parts.push(pieces.shift());
      const line = parts.join("");
      parts = [];
      if (line) yield line;
    }
    parts.push(pieces[0]);
  }
}

function storedMembers(source) {
  const members = { document: source.document };
  if (source.bucket) members.bucket = source.bucket;
  if (source.version) members.version = source.version;
  return members;
}

const asText = (value) => {
  if (!Array.isArray(value)) return String(value);
  return value.some((item) => typeof item === "object") ? JSON.stringify(value) : value.join(",");
};

/** The same request as a line for a POSIX shell; the key stands in a variable, never in the line. */
export function curlLine(source, name, options, needsKey) {
  const words = ["curl"];
  if (source.job) words.push(quoted(new URL(`jobs/${source.job}/result`, JOBS).href));
  else words.push(quoted(ADDRESS.href));
  if (needsKey) words.push('-H "Authorization: Bearer $API_KEY"');
  if (source.upload) {
    words.push(`-F ${quoted(`file=@"${name.replace(/(["\\])/g, "\\$1")}"`)}`);
    for (const [option, value] of Object.entries(options)) {
      words.push(`--form-string ${quoted(`${option}=${asText(value)}`)}`);
    }
  } else if (!source.job) {
    words.push("-H 'Content-Type: application/json'");
    words.push(`-d ${quoted(JSON.stringify({ ...storedMembers(source), ...options }))}`);
  }
  return words.join(" ");
}

const quoted = (text) => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
