// How the open document is looked at: what is looked for, below which confidence something is to be checked, and who must know.

import { reviewBelow } from "./address.js";
import { byId, onceAFrame } from "./dom.js";
import { changed, on, state } from "./state.js";

/** Listen to the fields above the results. Whether the address asked for what is to be checked. */
export function startLooking({ results, pages, exporting, inspector }) {
  const asked = reviewBelow(location);
  state.below = asked ?? state.below;
  byId("below").value = state.below;
  byId("below").addEventListener("input", () => {
    const below = Number(byId("below").value);
    if (!(below >= 0 && below <= 100)) return;
    state.below = below;
    changed("doubt");
  });
  byId("find").addEventListener("input", () => {
    state.find = byId("find").value.trim().toLowerCase();
    changed("looking");
  });
  on("doubt", onceAFrame(() => {
    results.look({ anew: true });
    pages.redraw();
    exporting.show();
  }));
  on("looking", onceAFrame(() => {
    results.look();
    pages.redraw();
  }));
  on("part", () => {
    inspector.show(null);
    pages.select(null);
  });
  on("fixed", (item) => {
    results.refresh(item);
    pages.redraw();
    exporting.show();
  });
  return asked !== null;
}
