// How large the pages are: by buttons, keys, the wheel with Ctrl, and two fingers. What is under the pointer stays there.

import { byId } from "./dom.js";

const STEPS = [25, 33, 50, 67, 80, 100, 125, 150, 200, 300, 400, 600];
const WHEEL = 400; // pixels of the wheel for a factor of e

export class Zoom {
  /** In `pane`, whose custom property `--zoom` the pages are sized by. */
  constructor(pane) {
    Object.assign(this, { pane, percent: 100, fingers: new Map(), spread: 0 });
    byId("zoom-in").addEventListener("click", () => this.step(1));
    byId("zoom-out").addEventListener("click", () => this.step(-1));
    byId("zoom-fit").addEventListener("click", () => this.to(100));
    byId("zoom-page").addEventListener("click", () => this.wholePage());
    pane.addEventListener("keydown", (event) => this.#key(event));
    pane.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * 40;
      this.to(this.percent * Math.exp(-pixels / WHEEL), event);
    }, { passive: false });
    pane.addEventListener("pointerdown", (event) => this.#finger(event));
    pane.addEventListener("pointermove", (event) => this.#pinch(event));
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      pane.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
    }
  }

  step(by) {
    const next = by > 0 ? STEPS.find((one) => one > this.percent + 0.5) : STEPS.findLast((one) => one < this.percent - 0.5);
    if (next) this.to(next);
  }

  /** Zoom to `percent` of the pane's width, about a point of the window (else the pane's middle). */
  to(percent, { clientX = null, clientY = null } = {}) {
    const { pane } = this;
    const view = pane.getBoundingClientRect();
    const at = { x: clientX ?? view.left + view.width / 2, y: clientY ?? view.top + view.height / 2 };
    const paper = this.#paperNear(at);
    const before = paper?.getBoundingClientRect();
    this.percent = Math.min(STEPS.at(-1), Math.max(STEPS[0], percent));
    pane.style.setProperty("--zoom", String(this.percent / 100));
    byId("zoom-fit").textContent = `${Math.round(this.percent)} %`;
    byId("zoom-in").disabled = this.percent >= STEPS.at(-1);
    byId("zoom-out").disabled = this.percent <= STEPS[0];
    if (paper) {
      const after = paper.getBoundingClientRect();
      pane.scrollLeft += after.left + ((at.x - before.left) / before.width) * after.width - at.x;
      pane.scrollTop += after.top + ((at.y - before.top) / before.height) * after.height - at.y;
    }
  }

  /** So that the page at the middle fits into the pane. */
  wholePage() {
    const { pane } = this;
    const paper = this.#paperNear({ x: 0, y: pane.getBoundingClientRect().top + pane.clientHeight / 2 });
    if (!paper) return;
    const { width, height } = paper.getBoundingClientRect();
    this.to(Math.min(100, (this.percent * (pane.clientHeight - 64)) / height, (this.percent * pane.clientWidth) / width));
    paper.closest("li").scrollIntoView({ block: "nearest" });
  }

  #paperNear({ y }) {
    let nearest = null;
    for (const paper of this.pane.querySelectorAll(".paper")) {
      const { top, bottom } = paper.getBoundingClientRect();
      if (top > y && nearest) break;
      nearest = paper;
      if (bottom >= y) break;
    }
    return nearest;
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { "+": () => this.step(1), "=": () => this.step(1), "-": () => this.step(-1), 0: () => this.to(100) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #finger(event) {
    if (event.pointerType !== "touch") return;
    this.fingers.set(event.pointerId, event);
    this.spread = this.#spread();
    this.start = this.percent;
  }

  #pinch(event) {
    if (!this.fingers.has(event.pointerId)) return;
    this.fingers.set(event.pointerId, event);
    if (this.fingers.size !== 2 || !this.spread) return;
    const [a, b] = [...this.fingers.values()];
    this.to((this.start * this.#spread()) / this.spread, { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 });
  }

  #spread() {
    if (this.fingers.size !== 2) return 0;
    const [a, b] = [...this.fingers.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  }
}
