// The text as it reads: paragraphs, headings, lists and tables, of the service's Markdown; or line by line, as it stands on the page.

import { el } from "./dom.js";
import { rendered } from "./markdown.js";

export class Formatted {
  /** `fetchMarkdown()` gives the open document's; `onProblem(error)` shows what went wrong. */
  constructor(fetchMarkdown, onProblem) {
    Object.assign(this, { fetchMarkdown, onProblem });
    this.article = el("article", { class: "formatted", hidden: true });
    this.choice = el("select", { id: "text-form", change: () => this.#follow() },
      el("option", { value: "lines" }, "line by line, as on the page"), el("option", { value: "formatted" }, "as running text"));
    this.panel = el("div", {}, el("p", { class: "sieve" }, el("label", { for: "text-form" }, "Show "), this.choice), this.article);
  }

  clear() {
    this.article.replaceChildren();
    this.asked = false;
    this.#follow();
  }

  async #follow() {
    const formatted = this.choice.value === "formatted";
    this.panel.parentElement?.classList.toggle("as-article", formatted);
    this.article.hidden = !formatted;
    if (!formatted || this.asked) return;
    this.asked = true;
    this.article.replaceChildren(el("p", { class: "hint" }, "A moment…"));
    try {
      const text = await this.fetchMarkdown();
      if (this.asked) this.article.replaceChildren(...rendered(text));
    } catch (error) {
      this.article.replaceChildren();
      this.asked = false;
      this.choice.value = "lines";
      this.#follow();
      if (error.members?.title !== "Not asked") this.onProblem(error);
    }
  }
}
