// Check boxes stand in groups: "Kind of card: ☑ Adult ☐ Student". What a group is called stands before its row, or above its column.

const NEAR_HEIGHTS = 3;

/**
 * The group's name of each of `elements` (selection elements with `box` and `label`), null where there is none. `blocks` are the
 * page's; only its lines are looked at.
 */
export function groupsOf(elements, blocks) {
  const lines = blocks.filter(({ type, box, text }) => type === "LINE" && box && text);
  const labels = new Set(elements.map(({ label }) => label));
  const names = lines.filter(({ text }) => !labels.has(text));
  const groups = elements.map(() => null);
  const placed = elements.map((element, i) => ({ i, box: element.box })).filter(({ box }) => box);
  placed.sort((a, b) => a.box.top - b.box.top || a.box.left - b.box.left);
  for (const row of rowsOf(placed)) {
    const [first] = row;
    const name = before(first.box, names) ?? (row.length === 1 ? null : above(first.box, names));
    for (const { i } of row) groups[i] = name;
  }
  // In a column each row has one box: the name stands above the first of them.
  let last = null;
  for (const { i, box } of placed.filter(({ i: at }) => groups[at] === null)) {
    const follows = last && Math.abs(last.box.left - box.left) < box.width && box.top - last.box.top < NEAR_HEIGHTS * box.height;
    groups[i] = follows ? groups[last.i] : above(box, names);
    last = { i, box };
  }
  return groups;
}

const middle = ({ top, height }) => top + height / 2;

function rowsOf(placed) {
  const rows = [];
  for (const one of placed) {
    const row = rows.find(([first]) => Math.abs(middle(first.box) - middle(one.box)) < Math.max(first.box.height, one.box.height) * 0.7);
    if (row) row.push(one);
    else rows.push([one]);
  }
  for (const row of rows) row.sort((a, b) => a.box.left - b.box.left);
  return rows;
}

/** The line that ends before a box in its row: one that asks, or leads to what follows. */
function before(box, lines) {
  const found = lines.filter(({ box: line, text }) =>
    line.left + line.width <= box.left && line.top <= middle(box) && middle(box) <= line.top + line.height * 1.3 && /[:?]\s*$/.test(text));
  found.sort((a, b) => b.box.left - a.box.left);
  return found[0]?.text ?? null;
}

function above(box, lines) {
  const found = lines.filter(({ box: line, text }) => {
    const gap = box.top - (line.top + line.height);
    return gap > -line.height && gap < NEAR_HEIGHTS * box.height && line.left <= box.left + box.width && line.left + line.width > box.left && /[:?]\s*$/.test(text);
  });
  found.sort((a, b) => b.box.top - a.box.top);
  return found[0]?.text ?? null;
}
