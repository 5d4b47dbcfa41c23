"""Where drawn rules make a table: meeting rules enclose one, level rules of the same width stack up to one."""

from itertools import pairwise

from local_textract.page.findings import Box, Rule, Word
from local_textract.tables.text_rows import segments, text_rows

_STRIPE = 3.0  # heights of a shaded row, to the next one


def ruled_regions(rules: list[Rule], em: float) -> list[tuple[Box, list[Rule]]]:
    """Boxes of rules that meet each other, with those rules; at least one upright and two in one direction."""
    groups = _meeting(rules, 0.6 * em)
    found = []
    for group in groups:
        level = [r for r in group if r.horizontal]
        upright = [r for r in group if not r.horizontal]
        if level and upright and len(level) + len(upright) >= 3:
            found.append((_bounds(group), group))
    return _striped(found, em)


def _striped(regions: list[tuple[Box, list[Rule]]], em: float) -> list[tuple[Box, list[Rule]]]:
    """`regions` with those joined that are the shaded rows of one table: of one width, in the same columns, each of one
    row but for the first, which may be a heading, and parted by no more than a row."""
    joined: list[list[tuple[Box, list[Rule]]]] = []
    for region in sorted(regions, key=lambda region: region[0].top):
        for chain in joined:
            if _is_next_stripe(chain[-1], region, em):
                chain.append(region)
                break
        else:
            joined.append([region])
    found = []
    for chain in joined:
        if len(chain) < 3:
            found += chain
            continue
        rules = [rule for _, group in chain for rule in group]
        for (above, _), (below, group) in pairwise(chain):
            uprights = {rule.x0 for rule in group if not rule.horizontal}
            rules += [Rule(x, above.bottom, x, below.top, 1.0) for x in uprights]
        found.append((_bounds(rules), rules))
    return found


def _is_next_stripe(last: tuple[Box, list[Rule]], region: tuple[Box, list[Rule]], em: float) -> bool:
    (above, before), (below, rules) = last, region
    level = [rule.y0 for rule in rules if rule.horizontal]
    xs, others = ([rule.x0 for rule in group if not rule.horizontal] for group in (rules, before))
    return (
        max(abs(below.left - above.left), abs(below.right - above.right)) < 0.6 * em
        and 0.5 * em < below.top - above.bottom < _STRIPE * max(below.height, above.height)
        and max(level) - min(level) >= below.height - 0.6 * em
        and all(min(y - min(level), max(level) - y) < 0.4 * em for y in level)
        and all(any(abs(x - other) < 0.4 * em for other in others) for x in xs)
    )


def _bounds(rules: list[Rule]) -> Box:
    return Box(min(r.x0 for r in rules), min(r.y0 for r in rules), max(r.x1 for r in rules), max(r.y1 for r in rules))


def _meeting(rules: list[Rule], near: float) -> list[list[Rule]]:
    parent = list(range(len(rules)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    level = [i for i, r in enumerate(rules) if r.horizontal]
    upright = [i for i, r in enumerate(rules) if not r.horizontal]
    for i in level:
        h = rules[i]
        for j in upright:
            v = rules[j]
            if h.x0 - near <= v.x0 <= h.x1 + near and v.y0 - near <= h.y0 <= v.y1 + near:
                parent[root(i)] = root(j)
    groups: dict[int, list[Rule]] = {}
    for i in range(len(rules)):
        groups.setdefault(root(i), []).append(rules[i])
    return list(groups.values())


def stacked_regions(rules: list[Rule], words: list[Word], em: float) -> list[Box]:
    """Boxes between level rules of the same left and right end, with no running text between them."""
    level = sorted((r for r in rules if r.horizontal and r.x1 - r.x0 >= 6 * em), key=lambda r: r.y0)
    stacks: list[list[Rule]] = []
    for rule in level:
        for stack in stacks:
            last = stack[-1]
            width = max(rule.x1, last.x1) - min(rule.x0, last.x0)
            shared = min(rule.x1, last.x1) - max(rule.x0, last.x0)
            if shared >= 0.9 * width and not _prose_between(last, rule, words, em):
                stack.append(rule)
                break
        else:
            stacks.append([rule])
    return [_bounds(stack) for stack in stacks if len(stack) >= 2]


def _prose_between(above: Rule, below: Rule, words: list[Word], em: float) -> bool:
    left, right = min(above.x0, below.x0), max(above.x1, below.x1)
    inside = [
        w
        for w in words
        if above.y0 < (w.box.top + w.box.bottom) / 2 < below.y0 and left <= (w.box.left + w.box.right) / 2 <= right
    ]
    rows = text_rows(inside)
    whole = [
        row
        for row in rows
        if len(segments(row, em)) == 1 and row[-1].box.right - row[0].box.left > 0.6 * (right - left)
    ]
    return len(rows) > 40 or (len(whole) >= 2 and 2 * len(whole) >= len(rows))
