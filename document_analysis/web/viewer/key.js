// The API key: kept for this tab only, asked for when the service wants one.

import { byId } from "./dom.js";

const NAME = "api-key";
const dialog = byId("key-dialog");
let answer = null;

export const storedKey = () => sessionStorage.getItem(NAME);

/** Ask for a key. Resolves to whether there is one now; `refused` says that the last one was not accepted. */
export function askKey(refused, signal) {
  byId("key-why").textContent = refused
    ? "That key was not accepted. Another one?"
    : "This service asks for a key. It is kept in this tab only, until it is closed.";
  byId("key-forget").hidden = storedKey() === null;
  byId("key").value = "";
  answer?.(false);
  if (!dialog.open) dialog.showModal();
  signal?.addEventListener("abort", () => dialog.close(), { once: true });
  return new Promise((resolve) => {
    answer = resolve;
  });
}

function close(given) {
  const resolve = answer;
  answer = null;
  dialog.close();
  resolve?.(given);
}

dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("key");
  const key = field.value.trim();
  // A header holds visible ASCII; anything else would fail where nobody could say why.
  field.setCustomValidity(/^[\x21-\x7e]+$/.test(key) ? "" : "A key has plain letters, digits and signs only.");
  if (!field.reportValidity()) return;
  sessionStorage.setItem(NAME, key);
  field.value = "";
  close(true);
});
byId("key").addEventListener("input", (event) => event.target.setCustomValidity(""));
byId("key-cancel").addEventListener("click", () => close(false));
byId("key-forget").addEventListener("click", () => {
  sessionStorage.removeItem(NAME);
  close(false);
});
dialog.addEventListener("close", () => close(false));
byId("key-button").addEventListener("click", () => askKey(false));
