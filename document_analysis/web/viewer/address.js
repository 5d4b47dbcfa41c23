// The page's addresses: a sample or stored document with its options, an upload of this tab, a job. They stand behind the
// `#`, so that no name of a document reaches a server's log.

/** The address of a document, to be put behind the page's own. */
export function addressOf(one, defaults) {
  const { source, options } = one;
  if (source.job) return written({ job: source.job, name: one.name });
  if (source.upload) return written({ upload: one.id });
  const features = options.features?.join(",");
  return written({
    document: source.bucket ? `s3://${source.bucket}/${source.document}` : source.document,
    version: source.version,
    kind: options.kind,
    features: features === defaults.features.join(",") ? undefined : features,
    question: options.queries?.map(({ text }) => text),
    pages: options.pages,
  });
}

/** What an address names: {upload}, {source, name, options}, or null for the start. */
export function readAddress(hash, defaults) {
  const given = new URLSearchParams(hash.slice(1));
  if (given.has("upload")) return { upload: given.get("upload") };
  if (given.has("job")) {
    return { source: { job: given.get("job") }, name: given.get("name") || "Background document", options: {} };
  }
  if (!given.has("document")) return null;
  const source = storedSource(given.get("document"), "", given.get("version") ?? "");
  const options = given.has("kind") ? { kind: given.get("kind") } : { features: listOf(given.get("features"), defaults.features) };
  if (given.has("question")) options.queries = given.getAll("question").map((text) => ({ text }));
  if (given.has("pages")) options.pages = given.get("pages");
  return { source, name: source.document, options };
}

/** The confidence below which something is to be checked, where the address says one. */
export function reviewBelow(place) {
  for (const part of [place.search, place.hash]) {
    const given = new URLSearchParams(part.slice(1)).get("review_below");
    const below = Number(given);
    if (given && below > 0 && below <= 100) return below;
  }
  return null;
}

/** A stored document by its key, which may be the whole `s3://bucket/key`. */
export function storedSource(key, bucket, version) {
  const [, named, rest] = key.match(/^s3:\/\/([^/]+)\/(.+)$/) ?? [];
  const source = named ? { bucket: named, document: rest } : { document: key };
  if (!named && bucket) source.bucket = bucket;
  if (version) source.version = version;
  return source;
}

const listOf = (text, otherwise) => (text === null ? otherwise : text.split(",").filter(Boolean));

function written(members) {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one) words.append(name, one);
  }
  if (members.features === "") words.append("features", ""); // text only
  return `#${words}`;
}
