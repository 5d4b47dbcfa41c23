// Errors in the words of somebody with a document: what happened, and what to do about it. The service's own words are for developers.

/** How options of the service are called on this page. */
const FIELDS = {
  pages: "Pages", queries: "Questions", features: "Look for", kind: "Take it for", bucket: "Bucket", document: "Name", version: "Version",
};

// code: [what happened, what to do, whether asking again can help]
const WORDS = {
  no_answer: ["The service did not answer", "It may be busy or restarting, or your connection is down. Try again in a moment.", true],
  cut_off: ["The result is not complete", "The connection broke off. What has come is shown; try again for the rest.", true],
  lost_upload: [
    "This document is no longer here",
    "Uploads stay in the tab that opened them, and only until it is closed. Choose the document again.",
    false,
  ],
  unauthorized: ["A key is needed", "This service is for people who have a key. Ask who runs it for one, then try again.", true],
  bucket_not_allowed: ["That place may not be read", "Check its name, or ask who runs the service.", false],
  origin_not_allowed: ["The service does not answer to this address", "Open the page by the address that you were given.", false],
  document_not_found: ["There is no such document", "Check the name, capitals and spaces included, and the bucket.", false],
  not_found: ["That is not there any more", "Results in the background are kept for some days, and only for who began them.", false],
  document_too_large: ["The document is too large", "Save it smaller, or divide it into several documents.", false],
  unsupported_media_type: [
    "This is no document that can be read",
    "PDF, JPEG, PNG, TIFF, WebP, BMP and GIF can. Save it as a PDF, or make a picture of it.",
    false,
  ],
  heic: [
    "HEIC photos cannot be read here",
    "On the phone: Settings, Camera, Formats, “Most Compatible”. Or open the photo and save it as JPEG, then choose that.",
    false,
  ],
  unreadable_document: ["The document is damaged", "It could not be opened. Does it open elsewhere? Save it anew there and choose that.", false],
  encrypted_document: ["The document asks for a password", "Save it without a password, then choose it again.", false],
  too_many_pages: ["The document has too many pages", "Divide it, or read some of the pages at a time.", false],
  too_many_pixels: ["The picture is too large", "Make it smaller: 300 dots an inch are enough.", false],
  unsupported_feature: ["That cannot be looked for here", "Choose less under “Look for”.", false],
  rate_limited: ["Too much at once", "Wait a moment, then try again.", true],
  queue_full: ["The service is busy", "Wait a moment, then try again.", true],
  engine_throttled: ["The service is busy", "Wait a moment, then try again.", true],
  shutting_down: ["The service is restarting", "Wait a moment, then try again.", true],
  deadline_exceeded: ["It took too long", "What has been read is kept: try again, and it goes on from there.", true],
  request_timeout: ["The document did not arrive in time", "Is the connection slow? Try again.", true],
  engine_denied: ["The service is not set up right", "It may not use its reader. Tell who runs it.", false],
  store_denied: ["The service is not set up right", "It may not read where the document is. Tell who runs it.", false],
  store_failed: ["The document could not be fetched", "Try again; if that does not help, tell who runs the service.", true],
  job_not_finished: ["It is not done yet", "Wait a moment, then try again.", true],
  page: ["Something went wrong in this page", "Reload it; what you had open comes back.", false],
};
const OTHER = ["It did not work", "Try again. If that does not help, tell who runs the service.", true];

/** An error as {title, text, faults: [{field, text}], again, wait, reference}. `members` are a problem's (RFC 9457). */
export function inWords(members, retryAfter = null) {
  const { code, errors = [], detail, request_id: reference = null } = members;
  if (code === "invalid_request") {
    const faults = errors.map(({ field, message }) => ({ field, text: `${FIELDS[field] ?? field}: ${message}` }));
    return { title: "Please check what you entered", text: faults.length ? null : detail, faults, again: false, wait: null, reference };
  }
  const [title, text, again] = WORDS[code] ?? OTHER;
  const limit = ["document_too_large", "too_many_pages", "too_many_pixels"].includes(code) ? detail : null;
  const wait = again && retryAfter ? `In about ${retryAfter} seconds it may work.` : null;
  return { title, text: limit ? `${limit} ${text}` : text, faults: [], again, wait, reference };
}
