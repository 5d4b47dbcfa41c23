// Tabs and their panels: one is shown, arrow keys go through them.

import { el } from "./dom.js";

export class Tabs {
  /** In the nodes `list` and `panels`; `onChoose(name)` is called when a tab is chosen, and shows it. */
  constructor(list, panels, onChoose) {
    Object.assign(this, { list, panels, onChoose, tabs: new Map(), shown: null });
  }

  /** Add a tab, with what stands behind its title, if anything. */
  add(name, title, content, more = null) {
    const tab = el("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`,
      click: () => this.onChoose(name), keydown: (event) => this.#arrows(event),
    }, title, more);
    const panel = el("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": tab.id }, content);
    this.tabs.set(name, { tab, panel });
    this.list.append(tab);
    this.panels.append(panel);
  }

  /** {tab, panel} of a name. */
  get(name) {
    return this.tabs.get(name);
  }

  show(shown) {
    this.shown = shown;
    for (const [name, { tab, panel }] of this.tabs) {
      tab.setAttribute("aria-selected", String(name === shown));
      tab.tabIndex = name === shown ? 0 : -1;
      panel.hidden = name !== shown;
    }
  }

  #arrows(event) {
    const names = [...this.tabs.keys()].filter((name) => !this.tabs.get(name).tab.hidden);
    const at = names.indexOf(this.shown);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const name = names[(to + names.length) % names.length];
    this.onChoose(name);
    this.tabs.get(name).tab.focus();
  }
}
