#!/usr/bin/env python3
"""The samples drawn anew with other words, figures, fonts, sizes and noise, and what is on them then.

python images/variants.py FOLDER [COUNT]

What is found on the samples themselves may have been tuned for; what is found on these was not.
"""

import functools
import io
import json
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import make_samples
import numpy as np
import pen
from PIL import Image, ImageFilter
from truth import Entry, PageTruth, record

_FACES = (
    {},
    {"sans": "crosextra/Carlito-Regular.ttf", "sans-bold": "crosextra/Carlito-Bold.ttf"},
    {"sans": "lato/Lato-Regular.ttf", "sans-bold": "lato/Lato-Bold.ttf"},
    {"sans": "liberation2/LiberationSerif-Regular.ttf", "sans-bold": "liberation2/LiberationSerif-Bold.ttf"},
    {"serif": "crosextra/Caladea-Regular.ttf", "serif-bold": "crosextra/Caladea-Bold.ttf"},
)
_LABEL_WORDS = """
age city code date desk dose firm lane mode name note page plan post rate room sort tax term town type unit week
year agent batch buyer cargo class count debit depot event fares floor grade group hours house issue joint limit
local model month owner panel phone place plant price proof quote reply route scale score share sheet shift staff
stage state store table title total trade value voted wages zones amount author basket branch budget centre charge
client colour county course credit dealer degree design doctor driver effect employ factor family father ground
height holder income island leader ledger lender margin market member method mother nature notice number object
office option origin parish period permit person policy postal potato profit public reason record region remark
result return salary sample school season sector series source status street summer supply tenant ticket vendor
village account address article balance believe between capital caption carrier century chapter college company
contact content control council country courier customs default deposit details discount district division document
duration employer estimate exchange external followed forename interest internal judgement language latitude
location material military morning national occupant operator original partners passenger password physical pleasure
position postcode previous priority producer progress property purchase quantity question received register relation
reminder required resident response schedule security sequence severity signatory solution standard statement
strength supplier telephone transport treatment warehouse workplace agreement allowance applicant attention
breakfast certificate commission complaint condition consignment department description designation destination
dispatched equipment expiration explanation frequency government identity individual inspection instructor insurance
laboratory measurement nationality obligation occupation organisation particulars permission profession publication
receiver reference registration requirement reservation sponsor subscription temperature university
"""
_OTHER_WORDS = """
acre amber apple arrow autumn baker barn basil beach birch bishop blossom bramble bridge brook butter canal candle
carpenter castle cedar cellar chalk cherry chimney clover coast copper corner cotton cradle cricket crystal daisy
dancer dapple dawn donkey dragon eagle early earth elder ember emerald evening falcon feather fennel fiddle finch
flint forest fountain gables garden garland gentle ginger glacier golden gravel hamlet harbour harvest hazel heather
hedgerow heron hollow honey horizon hunter island ivory jasmine juniper kettle kingfisher kitchen lantern larch
lavender leather lemon lightning lilac linen lobster magnolia maple marble meadow melody mercury midnight mill
mirror mistral morning moss mountain nettle night north nutmeg oak orchard otter oyster paddock pasture pebble
pepper pigeon pillar pine plum pocket pond poplar primrose quarry quilt rabbit raven reed ribbon ridge river robin
rosemary rowan saddle saffron salmon sand sapling scarlet shadow shepherd silver sparrow spring squirrel starling
stone stream sunflower swallow sycamore tanner thistle thunder timber tower travelling tulip valley velvet village
violet walnut waterfall weaver willow winter wonderful woodland wooden workshop yarrow yellow yonder
"""
_LABELS, _OTHERS = _LABEL_WORDS.split(), _OTHER_WORDS.split()
_NOISY = (0.0, 2.0, 5.0)


class Variation:
    """One way to draw: the same seed gives the same words for the same words."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.faces = {**pen.FONTS, **self.random.choice(_FACES)}
        self.size = self.random.uniform(0.9, 1.05)
        self.pools: dict[tuple[bool, int], list[str]] = {}
        for kept in (True, False):
            for word in _LABELS if kept else _OTHERS:
                self.pools.setdefault((kept, len(word)), []).append(word)

    def text(self, text: str) -> str:
        """`text` with every word of four letters and more made another of its length, and every figure another."""
        words = re.sub(r"[A-Za-z]{4,}", lambda found: self._word(found.group()), text)
        return re.sub(r"[1-9]", lambda found: str((int(found.group()) + self.seed * 4) % 9 + 1), words)

    def _word(self, word: str) -> str:
        low = word.lower()
        pool = self.pools.get((low in _LABELS, len(word))) or self.pools.get((False, len(word))) or [low]
        chosen = random.Random(f"{self.seed} {low}").choice(pool)
        return chosen.upper() if word.isupper() else chosen.capitalize() if word[0].isupper() else chosen

    def truth(self, page: PageTruth) -> PageTruth:
        """What `page`, drawn with this variation's words, has in pairs and tables."""

        def entry(cell: Entry) -> Entry:
            return self.text(cell) if isinstance(cell, str) else (self.text(cell[0]), cell[1])

        page.pairs = [(self.text(key), self.text(v) if isinstance(v, str) else v) for key, v in page.pairs]
        page.tables = [[[entry(cell) for cell in row] for row in table] for table in page.tables]
        return page

    def noisy(self, picture: Image.Image) -> Image.Image:
        """The picture as another scanner has it."""
        strength = self.random.choice(_NOISY)
        grain = np.random.default_rng(self.seed).normal(0, strength, (picture.height, picture.width, 1))
        seen = picture.convert("RGB").filter(ImageFilter.GaussianBlur(self.random.choice([0.0, 0.4, 0.7])))
        return Image.fromarray(np.clip(np.asarray(seen, np.float32) + grain, 0, 255).astype(np.uint8))


def _paper(variation: Variation) -> type[pen.Paper]:
    class Varied(pen.Paper):
        def text(  # type: ignore[override]
            self, x: float, y: float, text: str, name: str = "sans", size: int = 24, *rest: Any, **more: Any
        ) -> float:
            said, room = variation.text(text), pen.font(name, size).getlength(text)
            fits = max(8, round(size * variation.size))
            while fits > 8 and pen.font(name, fits).getlength(said) > 1.02 * room + 4:
                fits -= 1
            return super().text(x, y, said, name, fits, *rest, **more)

        def by_hand(self, x: float, y: float, text: str, *rest: Any, **more: Any) -> None:
            super().by_hand(x, y, variation.text(text), *rest, **more)

        def paragraph(self, x: float, y: float, text: str, *rest: Any, **more: Any) -> float:
            return super().paragraph(x, y, text, *rest, **{**more, "justified": False})

    return Varied


def varied(seed: int) -> dict[str, tuple[Image.Image, dict[str, Any]]]:
    """Each sample's pages as pictures, by name, with their truth as `truth/*.json` has it."""
    variation = Variation(seed)
    made: dict[str, tuple[Image.Image, dict[str, Any]]] = {}
    faces, paper, fonts = dict(pen.FONTS), make_samples.Paper, pen.font
    upright, askew = make_samples.ratio_of(*make_samples.A4), make_samples.ratio_of(*make_samples.A4, make_samples.SKEW)

    def keep(name: str, page: tuple[Image.Image, PageTruth], place: Callable[[Any], Any]) -> None:
        picture, truth = page
        made[name] = variation.noisy(picture), record(variation.truth(truth), truth.in_rows(), place)

    try:
        pen.FONTS.update(variation.faces)
        pen.font = functools.cache(fonts.__wrapped__)  # type: ignore[attr-defined]
        make_samples.Paper = _paper(variation)  # type: ignore[misc]
        keep("invoice", make_samples.invoice(), upright)
        keep("application-form", make_samples.application_form(), askew)
        keep("letter", make_samples.letter(), upright)
        keep("receipt", make_samples.receipt(), upright)
        for number, page in enumerate(make_samples.minutes(), 1):
            keep(f"minutes-{number}", page, upright)
    finally:
        pen.FONTS.update(faces)
        pen.font = fonts
        make_samples.Paper = paper  # type: ignore[misc]
    return made


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(1, count + 1):
        for name, (picture, truth) in varied(seed).items():
            target = io.BytesIO()
            picture.save(target, "PNG")
            (folder / f"{name}-{seed}.png").write_bytes(target.getvalue())
            (folder / f"{name}-{seed}.json").write_text(json.dumps({"pages": [truth]}, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
