"""Accuracy of the embedded engine by cross-validation: fitted on four fifths of documents with truth, judged on one.

    python -m benchmarks.folds LOADER.py FOLDER... --cache DIR [--sets forms,checkboxes] [--curves] [--worst 5]
        [--choose local_textract.forms.finder:_LEAST=40,50,60]

LOADER.py is a file of your own that knows your documents: `load(folder, sets)` yields (set, path below the folder,
truth), of all sets when `sets` is empty. A truth is a dict with some of forms [(key, value)], checks
[(page, box, selected)] and signatures [(page, box)], `pages` to read, and whatever the file's own
`score(truth, response)` makes {metric: (hits, found, wanted)} of, for words and tables. Boxes are ratios (left, top,
right, bottom); keys and values are letters and digits in lower case, the value of a box "selected" or "notselected".

What was read is kept in --cache, so that a change of the finders is judged without reading anew. Documents that say
much the same, or whose names begin alike up to "__", are of one look and stand in one fold. Fitted on four folds are
the constants given by --choose, of which each kind takes the value with the best F1, and the curves of confidence.
Printed are mean and spread of the F1 of the folds left out, the whole's, and how much is right of what is answered
there at a confidence of 90 and more.
"""

import argparse
import difflib
import importlib.util
import pickle
import statistics
import sys
import time
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_textract.page.confidence import Curve, calibrated, fitted

FOLDS = 5
ITEMS = ("forms", "checks", "signatures")
ALIKE = 0.35  # of two documents' words, from which they are of one look
SURE = 90.0
FEATURES = ("TABLES", "FORMS", "SIGNATURES")

Item = tuple[float, Any]  # what the engine says (0–100), and what it found
Answer = tuple[float, bool]  # the same, and whether it is right
Box = tuple[float, float, float, float]
Constant = tuple[str, float]  # "module:NAME" and its value
Task = tuple[Path, Path, str, str, dict[str, Any], Path, Constant | None]


@dataclass
class Judged:
    """A document: the answers of each kind with how many were wanted, counts of other metrics, and its words."""

    name: str
    words: frozenset[str]
    answers: dict[str, tuple[list[Answer], int]] = field(default_factory=dict)
    counts: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    seconds: float = 0.0
    fold: int = 0


# ---- reading and finding ----------------------------------------------------------------------------------------


def readings(path: Path, pages: Sequence[int] | None, cache: Path) -> list[tuple[int, Any]]:
    """The document's pages as they were read, from the cache where they are there."""
    kept = cache / f"{path.name}-{zlib.crc32(str(path).encode()):08x}.pickle"
    if kept.exists():
        with kept.open("rb") as stream:
            return list(pickle.load(stream))
    read = list(_read(path.read_bytes(), pages))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pickle.dumps(read))
    return read


def _read(data: bytes, pages: Sequence[int] | None) -> Iterator[tuple[int, Any]]:
    from local_textract.pdf.page import read_pdf
    from local_textract.reading.pictures import read_picture
    from sandbox.pdf import shared_pool

    if b"%PDF-" not in data[:1024]:
        yield 1, _reader().read(read_picture(data, 100_000_000), lambda: False, _loud())
        return
    with shared_pool().open(data) as pdf:
        wanted = pages or range(1, pdf.page_count + 1)
        singles = [(page, pdf.extract(page)) for page in wanted if page <= pdf.page_count]
    for page, single in singles:
        yield page, read_pdf(single, _reader(), lambda: False, _loud())


def _loud() -> Any:
    """A finder that fails would else have found nothing, and be judged by that."""
    from local_textract.faults import Faults

    def tell(where: str) -> None:
        raise RuntimeError(where)

    return Faults(tell)


_made: list[Any] = []


def _reader() -> Any:
    from local_textract.reading.reader import Reader

    if not _made:
        _made.append(Reader())
    return _made[0]


def judged(task: Task) -> Judged:
    """One document, read, searched and compared with its truth."""
    from local_textract.blocks import to_blocks
    from local_textract.finders import find

    loader, folder, _, name, truth, cache, constant = task
    if constant:
        place, value = constant
        module, _, attribute = place.partition(":")
        setattr(importlib.import_module(module), attribute, value)
    blocks: list[Any] = []
    found: dict[str, list[Item]] = {kind: [] for kind in ITEMS}
    seconds = 0.0
    for page, reading in readings(folder / name, truth.get("pages"), cache):
        start = time.process_time()
        findings = find(reading.page, FEATURES, lambda: False, _loud())
        seconds += time.process_time() - start
        made = to_blocks(reading.page, findings, reading.to_ratio, f"{page}")
        blocks += [block | {"Page": page} for block in made]
        for kind, items in _items(findings, page, reading.to_ratio).items():
            found[kind] += items
    said = {
        word for block in blocks if block["BlockType"] == "WORD" for word in [_plain(block["Text"])] if len(word) > 3
    }
    result = Judged(name, frozenset(said), seconds=seconds)
    result.counts = dict(_module(loader).score(truth, {"Blocks": blocks}))
    for kind in ITEMS:
        if kind in truth:
            result.answers[kind] = _answers(truth[kind], found[kind], _SAME[kind]), len(truth[kind])
    return result


def _items(findings: Any, page: int, to_ratio: Any) -> dict[str, list[Item]]:
    def ratio(box: Any) -> Box:
        (a, b, c), (d, e, f) = to_ratio.tolist()
        xs = [a * x + b * y + c for x in (box.left, box.right) for y in (box.top, box.bottom)]
        ys = [d * x + e * y + f for x in (box.left, box.right) for y in (box.top, box.bottom)]
        return min(xs), min(ys), max(xs), max(ys)

    def text(words: Iterable[Any]) -> str:
        return _plain(" ".join(word.text for word in words))

    pairs: list[Item] = []
    for pair in findings.key_values:
        states = ["selected" if element.selected else "notselected" for element in pair.selection_elements]
        if text(pair.key):
            pairs.append((pair.confidence, (text(pair.key), states[0] if states else text(pair.value))))
    checks = [(e.confidence, (page, ratio(e.box), e.selected)) for e in findings.selection_elements]
    signatures = [(s.confidence, (page, ratio(s.box))) for s in findings.signatures]
    return {"forms": pairs, "checks": checks, "signatures": signatures}


# ---- comparing --------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text or "").lower() if c.isalnum())


def _similar(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if not one or not other or min(len(one), len(other)) < 0.7 * max(len(one), len(other)):
        return 0.0
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _same_pair(one: tuple[str, str], other: tuple[str, str]) -> float:
    key = _similar(one[0], other[0])
    value = _similar(one[1], other[1]) if key >= 0.85 else 0.0
    return key + value if value >= 0.85 else 0.0


def _same_place(one: tuple[Any, ...], other: tuple[Any, ...]) -> float:
    if one[0] != other[0] or one[2:] != other[2:]:
        return 0.0
    a, b = one[1], other[1]
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    shared = wide * high
    over = shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)
    return over if over > 0.3 else 0.0


_SAME: dict[str, Callable[[Any, Any], float]] = {
    "forms": _same_pair,
    "checks": _same_place,
    "signatures": _same_place,
}


def _answers(wanted: Sequence[Any], found: Sequence[Item], same: Callable[[Any, Any], float]) -> list[Answer]:
    """Each answer and whether it is one of those wanted, one to one, the likest first."""
    scores = sorted(
        ((s, i, j) for i, a in enumerate(wanted) for j, (_, b) in enumerate(found) if (s := same(a, b))), reverse=True
    )
    left: set[int] = set()
    right: set[int] = set()
    for _, i, j in scores:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
    return [(said, j in right) for j, (said, _) in enumerate(found)]


# ---- folds ------------------------------------------------------------------------------------------------------


def folded(documents: list[Judged]) -> None:
    """Gives each document its fold: the largest looks first, each to the fold that has least."""
    look = list(range(len(documents)))

    def root(i: int) -> int:
        while look[i] != i:
            i = look[i]
        return i

    for i, one in enumerate(documents):
        for j in range(i):
            if _one_look(one, documents[j]):
                look[root(i)] = root(j)
    looks: dict[int, list[Judged]] = defaultdict(list)
    for i, one in enumerate(documents):
        looks[root(i)].append(one)
    sizes = [0] * FOLDS
    for members in sorted(looks.values(), key=lambda m: (-len(m), zlib.crc32(m[0].name.encode()))):
        least = sizes.index(min(sizes))
        sizes[least] += len(members)
        for one in members:
            one.fold = least


def _one_look(one: Judged, other: Judged) -> bool:
    names = [Path(document.name).name for document in (one, other)]
    if "__" in names[0] and names[0].split("__")[0] == names[1].split("__")[0]:
        return True
    both = len(one.words & other.words)
    return both > ALIKE * max(1, min(len(one.words), len(other.words)))


def f1(hits: float, found: float, wanted: float) -> float:
    return 2 * hits / (found + wanted) if found + wanted else 1.0


def _f1(documents: Iterable[Judged], kind: str) -> float:
    hits = found = wanted = 0
    for document in documents:
        answers, asked = document.answers[kind]
        hits += sum(right for _, right in answers)
        found += len(answers)
        wanted += asked
    return f1(hits, found, wanted)


def _all_answers(documents: Iterable[Judged], kind: str) -> list[Answer]:
    return [answer for document in documents for answer in document.answers[kind][0]]


def table(name: str, runs: Sequence[list[Judged]]) -> list[str]:
    """The rows of one set; a run has the same documents with another value of what is chosen."""
    return [
        *(_fitted(name, kind, runs) for kind in ITEMS if any(kind in document.answers for document in runs[0])),
        *_counted(name, runs[0]),
    ]


def _fitted(name: str, kind: str, runs: Sequence[list[Judged]]) -> str:
    own = [[document for document in run if kind in document.answers] for run in runs]
    scores: list[float] = []
    sure: list[bool] = []
    taken: list[int] = []
    for number in sorted({document.fold for document in own[0]}):
        four = [[document for document in run if document.fold != number] or run for run in own]
        best = max(range(len(runs)), key=lambda n: _f1(four[n], kind))
        fifth = [document for document in own[best] if document.fold == number]
        taken.append(best)
        scores.append(_f1(fifth, kind))
        curve = fitted(_all_answers(four[best], kind))
        sure += [right for said, right in _all_answers(fifth, kind) if curve and calibrated(said, curve) >= SURE]
    whole = " ".join(f"{_f1(run, kind):.3f}" for run in own)
    more = f"whole {whole}, sure {_share(sure)} of {len(sure)}"
    return _row(name, kind, len(own[0]), scores, more + (f", taken {taken}" if len(runs) > 1 else ""))


def _counted(name: str, documents: list[Judged]) -> Iterator[str]:
    for metric in sorted({metric for document in documents for metric in document.counts}):
        chosen = [document for document in documents if metric in document.counts]
        folds = [[d.counts[metric] for d in chosen if d.fold == number] for number in range(FOLDS)]
        sums = [[sum(values) for values in zip(*fold, strict=True)] for fold in folds if fold]
        hits, found, wanted = (sum(values) for values in zip(*sums, strict=True))
        more = f"whole {f1(hits, found, wanted):.3f}, precision {hits / max(1, found):.2f}"
        yield _row(name, metric, len(chosen), [f1(*s) for s in sums], more)


def _row(name: str, metric: str, count: int, scores: Sequence[float], more: str) -> str:
    spread = statistics.stdev(scores) if len(scores) > 1 else 0.0
    return f"{name:<15}{metric:<12}{count:>5}{statistics.mean(scores):>8.3f}{spread:>8.3f}  {more}"


def _share(flags: Sequence[bool]) -> str:
    return f"{sum(flags) / len(flags):.2f}" if flags else "-"


def calibration(documents: Sequence[Judged], kind: str) -> str:
    """Of what is said at each ten, how much is right."""
    bins: dict[int, list[bool]] = defaultdict(list)
    for said, right in _all_answers(documents, kind):
        bins[min(9, int(said // 10))].append(right)
    cells = [f"{10 * n}+: {_share(flags)} of {len(flags)}" for n, flags in sorted(bins.items())]
    return f"{kind}: " + ", ".join(cells)


def _module(path: Path) -> Any:
    name = f"folds_loader_{zlib.crc32(str(path).encode())}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec and spec.loader, path
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("loader", type=Path)
    options.add_argument("folders", type=Path, nargs="+")
    options.add_argument("--cache", type=Path, required=True)
    options.add_argument("--sets", default="", help="names divided by commas; all without it")
    options.add_argument("--choose", help="MODULE:NAME=VALUE,VALUE: a constant and what to choose it from")
    options.add_argument("--curves", action="store_true", help="print the curves fitted on everything")
    options.add_argument("--worst", type=int, default=0, help="print so many documents of each set with the least F1")
    options.add_argument("--jobs", type=int, default=1)
    chosen = options.parse_args()
    place, _, values = (chosen.choose or "").partition("=")
    constants: list[Constant | None] = [(place, float(value)) for value in values.split(",")] if values else [None]
    load, wanted = _module(chosen.loader).load, set(filter(None, chosen.sets.split(",")))
    documents = [(folder, *document) for folder in chosen.folders for document in load(folder, wanted)]
    with ProcessPoolExecutor(chosen.jobs) as pool:
        runs = [
            list(pool.map(judged, [(chosen.loader, *document, chosen.cache, constant) for document in documents]))
            for constant in constants
        ]
    folded(runs[0])
    for run in runs[1:]:
        for one, first in zip(run, runs[0], strict=True):
            one.fold = first.fold
    print(f"{'set':<15}{'metric':<12}{'docs':>5}{'mean':>8}{'spread':>8}")
    for name in dict.fromkeys(document[1] for document in documents):
        chosen_runs = [[one for one, (_, own, *_) in zip(run, documents, strict=True) if own == name] for run in runs]
        print("\n".join(table(name, chosen_runs)), flush=True)
        for line in _worst(chosen_runs[0], chosen.worst):
            print(line)
    print(f"\nfinders: {sum(one.seconds for one in runs[0]):.1f} s of processor time, {len(documents)} documents")
    for kind in ITEMS:
        own = [one for one in runs[0] if kind in one.answers]
        if own:
            print(calibration(own, kind))
        if chosen.curves and own:
            print(f"    {_short(fitted(_all_answers(own, kind)))}")


def _worst(documents: Sequence[Judged], count: int) -> Iterator[str]:
    for kind in ITEMS if count else ():
        own = [document for document in documents if kind in document.answers]
        for document in sorted(own, key=lambda d: _f1([d], kind))[:count]:
            answers, wanted = document.answers[kind]
            yield f"    {kind} {document.name}: {sum(right for _, right in answers)} of {wanted}, {len(answers)} found"


def _short(curve: Curve) -> str:
    return ", ".join(f"({said:g}, {right:g})" for said, right in curve)


if __name__ == "__main__":
    main()
