// Asking the service: one request for pages as they come, others for the result in another form.

import { askKey, storedKey } from "./key.js";

const ADDRESS = new URL("analyze", document.baseURI);

/** An error as the service says it (RFC 9457), or one of the same shape for what never reached it. */
export class Problem extends Error {
  constructor(members, retryAfter = null) {
    super(members.detail ?? members.title);
    this.members = members;
    this.retryAfter = retryAfter;
  }
}

/** The service's answer to an analysis of `source` with `options`. Throws a Problem; asks for a key where one is needed. */
export async function ask(source, options, signal) {
  for (;;) {
    const key = storedKey();
    const response = await send(source, options, key, signal);
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (response.status !== 401 || !(await askKey(key !== null, signal))) throw problem;
  }
}

async function send(source, options, key, signal) {
  const headers = key === null ? {} : { Authorization: `Bearer ${key}` };
  let body;
  if (source.file) {
    body = new FormData();
    body.append("file", source.file, "document");
    for (const [name, value] of Object.entries(options)) body.append(name, asText(value));
  } else {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify({ ...storedMembers(source), ...options });
  }
  try {
    return await fetch(ADDRESS, { method: "POST", headers, body, signal, credentials: "omit" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({
      title: "No answer",
      detail: "The service could not be reached, or it closed the connection. Is it running, and may the document be so large?",
    });
  }
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
      if (line) yield JSON.parse(line);
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
export function curlLine(source, options, needsKey) {
  const words = ["curl", quoted(ADDRESS.href)];
  if (needsKey) words.push('-H "Authorization: Bearer $API_KEY"');
  if (source.file) {
    const name = source.name.replace(/(["\\])/g, "\\$1");
    words.push(`-F ${quoted(`file=@"${name}"`)}`);
    for (const [option, value] of Object.entries(options)) {
      words.push(`--form-string ${quoted(`${option}=${asText(value)}`)}`);
    }
  } else {
    words.push("-H 'Content-Type: application/json'");
    words.push(`-d ${quoted(JSON.stringify({ ...storedMembers(source), ...options }))}`);
  }
  return words.join(" ");
}

const quoted = (text) => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
