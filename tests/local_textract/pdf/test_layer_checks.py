"""What OCR adds to a layer: words of pictures, surely read or beside such."""

import numpy as np
import pytest

from local_textract.faults import Faults
from local_textract.pdf.layer_checks import unread_lines
from local_textract.reading.detection import Region
from tests.local_textract.pages import line


class Reads:
    """A reader that finds one run of text, and says it with these confidences."""

    def __init__(self, text, confidences):
        self.line = line(text, 40, 40)
        for word, confidence in zip(self.line.words, confidences, strict=True):
            word.confidence = confidence

    def find(self, picture):
        box = self.line.box
        quad = [[box.left, box.top], [box.right, box.top], [box.right, box.bottom], [box.left, box.bottom]]
        return [Region(np.array(quad, np.float32), 1.0)]

    def read_regions(self, picture, regions, should_stop, faults):
        return [self.line for _ in regions]


@pytest.mark.parametrize(
    ("confidences", "kept"),
    [
        ((99, 54, 80), ["by", "Future", "Skill"]),
        ((99, 20, 80), ["by", "Skill"]),
        ((54, 54, 54), []),
        ((20, 54, 61), ["Future", "Skill"]),
    ],
)
def test_a_word_that_is_half_sure_is_kept_beside_one_that_is_surer(confidences, kept):
    picture = np.full((120, 400, 3), 255, np.uint8)
    for x in range(40, 240, 12):
        picture[42:56, x : x + 7] = 0  # marks that no word of the layer has
    lines = unread_lines([], picture, [], Reads("by Future Skill", confidences), lambda: False, Faults(print))
    assert [word.text for found in lines for word in found.words] == kept
