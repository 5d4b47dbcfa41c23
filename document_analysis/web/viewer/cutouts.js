// Pieces of a page's picture, to be compared with what was read there. They are drawn when they come into view.

import { el } from "./dom.js";
import { boundsOf } from "./model.js";

const HELD = 3;
const AROUND = 0.35; // of the piece's height

const decoded = new Map(); // page: a promise of its picture
const waiting = new WeakMap();
const observer = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    observer.unobserve(target);
    draw(target, waiting.get(target));
  }
}, { rootMargin: "200px" });

/** A picture of the boxes `ids` of a page, at most so large in CSS pixels; null where the page has no picture. */
export function cutout(page, ids, { width = 210, height = 40 } = {}) {
  const places = ids.map((id) => page.boxes.get(id)?.points).filter(Boolean);
  if (!page.picture || places.length === 0) return null;
  const bounds = boundsOf(places);
  const around = AROUND * (bounds.bottom - bounds.top) * page.height;
  const x = Math.max(0, bounds.left * page.width - around);
  const y = Math.max(0, bounds.top * page.height - around);
  const piece = {
    page, x: x / page.width, y: y / page.height,
    w: Math.min(page.width, bounds.right * page.width + around) / page.width - x / page.width,
    h: Math.min(page.height, bounds.bottom * page.height + around) / page.height - y / page.height,
  };
  const ratio = (piece.w * page.width) / (piece.h * page.height);
  const shown = { width: Math.min(width, height * ratio), height: Math.min(height, width / ratio) };
  const canvas = el("canvas", { class: "cutout", "aria-hidden": "true" });
  canvas.width = Math.ceil(shown.width * devicePixelRatio);
  canvas.height = Math.ceil(shown.height * devicePixelRatio);
  canvas.style.width = `${shown.width}px`;
  canvas.style.height = `${shown.height}px`;
  waiting.set(canvas, piece);
  observer.observe(canvas);
  return canvas;
}

/** Let go of the pictures of a document that is no longer open. */
export function forgetPictures() {
  for (const page of [...decoded.keys()]) drop(page);
}

async function draw(canvas, { page, x, y, w, h }) {
  const picture = await pictureOf(page);
  if (!picture?.width || !canvas.isConnected) return;
  const { width, height } = picture;
  canvas.getContext("2d").drawImage(picture, x * width, y * height, w * width, h * height, 0, 0, canvas.width, canvas.height);
}

function pictureOf(page) {
  const known = decoded.get(page);
  decoded.delete(page);
  decoded.set(page, known ?? createImageBitmap(page.picture).catch(() => null));
  if (decoded.size > HELD) drop(decoded.keys().next().value);
  return decoded.get(page);
}

function drop(page) {
  decoded.get(page).then((picture) => setTimeout(() => picture?.close(), 1000)); // what waits for it is drawn by then
  decoded.delete(page);
}
