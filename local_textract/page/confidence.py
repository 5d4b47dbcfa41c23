"""From what a model says to how often it is right: curves measured by `benchmarks/folds.py`."""

from bisect import bisect_right
from itertools import pairwise

Curve = tuple[tuple[float, float], ...]
"""Points (what the model says, how many of a hundred are right then), both rising."""


def calibrated(said: float, curve: Curve) -> float:
    """The confidence (0–100) that `curve` gives for what was said, straight between its points."""
    at = bisect_right([x for x, _ in curve], said)
    if at == 0:
        return curve[0][1]
    if at == len(curve):
        return curve[-1][1]
    (x0, y0), (x1, y1) = curve[at - 1], curve[at]
    return round(y0 + (y1 - y0) * (said - x0) / (x1 - x0), 2)


def fitted(answers: list[tuple[float, bool]], fewest: int = 12) -> Curve:
    """The rising curve nearest to `answers` (what was said, whether it was right): pools of neighbours that would fall.

    Pool adjacent violators (Ayer and others, 1955), on bins of at least `fewest` answers.
    """
    ordered = sorted(answers)
    bins = [ordered[i : i + fewest] for i in range(0, len(ordered), fewest)]
    if len(bins) > 1 and len(bins[-1]) < fewest:
        bins[-2:] = [bins[-2] + bins[-1]]
    pools: list[list[tuple[float, bool]]] = []
    for one in bins:
        pools.append(list(one))
        while len(pools) > 1 and _right(pools[-2]) >= _right(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    points = [(round(sum(said for said, _ in pool) / len(pool), 2), round(100 * _right(pool), 1)) for pool in pools]
    return tuple(after for before, after in pairwise([(-1.0, -1.0), *points]) if after[0] > before[0])


def _right(pool: list[tuple[float, bool]]) -> float:
    return sum(right for _, right in pool) / len(pool)
