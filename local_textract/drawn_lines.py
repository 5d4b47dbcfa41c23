"""Drawn rules of a picture as the reader needs them: pixels to leave out when it looks at the ink of a word."""

import cv2
import numpy as np
import numpy.typing as npt

_SHORTEST = 24  # pixels
_LONGEST_LETTER = 2.0  # text heights: a straight stroke longer than this is no part of a letter
_THICKEST = 0.2  # of its length


class DrawnLines:
    """Level and upright rules of a picture; `lengths` hold at each of their pixels how long the rule is."""

    def __init__(self, grey: npt.NDArray[np.uint8], text_height: float) -> None:
        least = max(_SHORTEST, round(_LONGEST_LETTER * text_height))
        block = max(15, round(2 * text_height) // 2 * 2 + 1)
        dark = cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 12)
        self._level = _lengths(np.asarray(dark, np.uint8), least)
        self._upright = np.ascontiguousarray(_lengths(np.ascontiguousarray(dark.T), least).T)

    def inside(self, forth: npt.NDArray[np.float64], width: int, height: int) -> npt.NDArray[np.bool_]:
        """Where rules, longer than a letter of the crop could be, cross the crop to which `forth` leads."""
        size = width, height
        level = cv2.warpAffine(self._level, forth, size, flags=cv2.INTER_NEAREST)
        upright = cv2.warpAffine(self._upright, forth, size, flags=cv2.INTER_NEAREST)
        found = ((level > 1.5 * height) | (upright > 1.3 * height)).astype(np.uint8)
        return np.asarray(cv2.dilate(found, np.ones((3, 3), np.uint8)), np.bool_)


def _lengths(dark: npt.NDArray[np.uint8], least: int) -> npt.NDArray[np.uint16]:
    """The length of the level rule that each pixel belongs to, else 0."""
    # bridging a pixel up and down lets a rule that slopes a little be one run
    thick = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(runs)
    widths, heights = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    widths = np.where(heights - 2 <= np.maximum(3, _THICKEST * widths), np.minimum(widths, 65535), 0)
    widths[0] = 0
    return np.where(dark > 0, widths[labels], 0).astype(np.uint16)
