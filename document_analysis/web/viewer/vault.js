// What this tab keeps for itself, so that Back and Reload lose nothing: its uploads, the results, the corrections.
//
// All of it lies in IndexedDB, encrypted by a key that only the tab's session knows. When the tab is closed the key is gone,
// and with it what was kept; the next page of this service that opens, or is open, takes the remains away. Where the browser has no
// such means (a page that is not served securely) the page's memory holds it, and a reload loses the uploads.

const NAME = "document-analysis";
const STORE = "kept";
const TAB = "tab";
const IV_BYTES = 12;
// A reload may ask before the page that it replaces has let go.
const HANDOVER_MS = 1500;

/** The tab's vault. */
export async function openVault() {
  try {
    if (globalThis.crypto?.subtle && navigator.locks && globalThis.indexedDB) return await SealedVault.open();
  } catch {
    // a browser that keeps nothing, in its private mode for one
  }
  return new MemoryVault();
}

class SealedVault {
  overflow = new MemoryVault(); // what the browser has no room for lasts as long as the page

  constructor(database, tab, key) {
    Object.assign(this, { database, tab, key });
  }

  static async open() {
    const database = await opened();
    let tab = JSON.parse(sessionStorage.getItem(TAB));
    // A tab that was duplicated has the name of another: it gets one of its own.
    if (!tab || !(await held(lockOf(tab.id)))) {
      tab = await newTab();
      await held(lockOf(tab.id));
      sessionStorage.setItem(TAB, JSON.stringify(tab));
    }
    const key = await crypto.subtle.importKey("jwk", tab.key, "AES-GCM", false, ["encrypt", "decrypt"]);
    const vault = new SealedVault(database, tab.id, key);
    await vault.sweep();
    return vault;
  }

  async putFile(document, file) {
    try {
      await this.#put(document, "file", 0, await file.arrayBuffer(), { name: file.name, type: file.type });
    } catch {
      await this.overflow.putFile(document, file);
    }
  }

  async file(document) {
    const found = await this.#get([this.tab, document, "file", 0]);
    return found ? new File([found.bytes], found.about.name, { type: found.about.type }) : this.overflow.file(document);
  }

  /** Keep the line of a page as the service sent it. */
  async putLine(document, page, text) {
    try {
      await this.#put(document, "line", page, new TextEncoder().encode(text));
    } catch {
      await this.overflow.putLine(document, page, text);
    }
  }

  /** The pages' lines that are kept; those in the database by their numbers. */
  async *lines(document) {
    const range = IDBKeyRange.bound([this.tab, document, "line"], [this.tab, document, "line", []]);
    for (const key of await result(this.#store("readonly").getAllKeys(range))) {
      const found = await this.#get(key);
      if (found) yield new TextDecoder().decode(found.bytes);
    }
    yield* this.overflow.lines(document);
  }

  putState(text) {
    return this.#put("", "state", 0, new TextEncoder().encode(text));
  }

  async state() {
    const found = await this.#get([this.tab, "", "state", 0]);
    return found && new TextDecoder().decode(found.bytes);
  }

  /** Take away all that is kept of a document. */
  async forget(document) {
    await this.overflow.forget(document);
    await result(this.#store("readwrite").delete(IDBKeyRange.bound([this.tab, document], [this.tab, document, []])));
  }

  /** Take away what tabs have left that are closed. */
  async sweep() {
    const { held: locks } = await navigator.locks.query();
    const open = new Set(locks.map(({ name }) => name));
    const tabs = new Set((await result(this.#store("readonly").getAllKeys())).map(([tab]) => tab));
    for (const tab of tabs) {
      if (!open.has(lockOf(tab))) await result(this.#store("readwrite").delete(IDBKeyRange.bound([tab], [tab, []])));
    }
  }

  #store(mode) {
    return this.database.transaction(STORE, mode).objectStore(STORE);
  }

  async #put(document, what, page, bytes, about = {}) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const told = new TextEncoder().encode(JSON.stringify(about));
    const whole = new Uint8Array(4 + told.length + bytes.byteLength);
    new DataView(whole.buffer).setUint32(0, told.length);
    whole.set(told, 4);
    whole.set(new Uint8Array(bytes), 4 + told.length);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, whole);
    await result(this.#store("readwrite").put({ iv, sealed }, [this.tab, document, what, page]));
  }

  async #get(key) {
    const found = await result(this.#store("readonly").get(key));
    if (!found) return null;
    const whole = await crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv }, this.key, found.sealed);
    const told = new DataView(whole).getUint32(0);
    return { about: JSON.parse(new TextDecoder().decode(whole.slice(4, 4 + told))), bytes: new Uint8Array(whole, 4 + told) };
  }
}

class MemoryVault {
  #files = new Map();
  #lines = new Map();

  async putFile(document, file) {
    this.#files.set(document, file);
  }

  async file(document) {
    return this.#files.get(document) ?? null;
  }

  async putLine(document, page, text) {
    if (!this.#lines.has(document)) this.#lines.set(document, new Map());
    this.#lines.get(document).set(page, new Blob([text]));
  }

  async *lines(document) {
    const pages = [...(this.#lines.get(document) ?? [])].sort(([a], [b]) => a - b);
    for (const [, blob] of pages) yield blob.text();
  }

  async putState() {}

  async state() {
    return null;
  }

  async forget(document) {
    this.#files.delete(document);
    this.#lines.delete(document);
  }
}

const lockOf = (tab) => `${NAME} tab ${tab}`;

/** Hold a lock as long as the page lives; false where somebody else has it. */
function held(name) {
  return new Promise((resolve) => {
    navigator.locks.request(name, { signal: AbortSignal.timeout(HANDOVER_MS) }, () => {
      resolve(true);
      return new Promise(() => {});
    }).catch(() => resolve(false));
  });
}

async function newTab() {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  return { id: crypto.randomUUID(), key: await crypto.subtle.exportKey("jwk", key) };
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return result(request);
}

const result = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
