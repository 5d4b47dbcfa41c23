// A long document goes on as a job when nobody waits; its address leads back to it.

import { addressOf } from "./address.js";
import { announce, byId, copy } from "./dom.js";
import { showProblem } from "./problems.js";
import { state } from "./state.js";

/** Whether a document may go on as a job: where that is possible, and nothing would be paid twice. */
export function canLeave(one, facts) {
  const kept = facts.keeps_results || facts.engine !== "textract";
  return facts.jobs && kept && !one.source.job && (one.status === "reading" || one.status === "stopped");
}

export function startLeaving(work, facts, defaults) {
  byId("leave").addEventListener("click", async () => {
    const one = state.documents.find((each) => canLeave(each, facts));
    if (!one) return;
    byId("leave").disabled = true;
    const before = addressOf(one, defaults);
    try {
      await work.leave(one);
      const address = addressOf(one, defaults);
      if (location.hash === before) history.replaceState(null, "", address);
      else history.pushState(null, "", address);
      announce("It goes on in the background. You may close this page and come back by its address.");
    } catch (error) {
      showProblem(error, { name: one.name });
    }
    byId("leave").disabled = false;
  });
  byId("copy-link").addEventListener("click", async () => {
    const one = state.documents.find(({ status, source }) => status === "reading" && source.job);
    await copy(location.href.replace(/#.*$/, "") + addressOf(one, defaults));
    byId("copy-link").textContent = "Copied";
  });
}
