"""Rules: drawn lines, and not what lines up by chance."""

import numpy as np
import pytest

from local_textract.page.findings import Box
from local_textract.page.rules import sloping_rules

EM = 20.0


@pytest.mark.parametrize(("left", "rules"), [(197.0, 0), (206.0, 1)])
def test_strokes_of_letters_below_one_another_are_no_rule(left, rules):
    """The same broken line: through the first letter of each word, and before all of them."""
    grey = np.full((900, 600), 255, np.uint8)
    words = []
    for top in range(60, 700, 21):
        grey[top : top + 16, 200:202] = 0
        words.append(Box(left, top, left + 80, top + 16))
    assert len(sloping_rules(grey, words, EM)) == rules
