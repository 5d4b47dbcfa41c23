"""Drawn rules of a picture as the reader needs them: pixels to leave out when it looks at the ink of a word."""

import cv2
import numpy as np
import numpy.typing as npt

_SHORTEST = 24  # pixels
_LONGEST_LETTER = 2.0  # text heights: a straight stroke longer than this is no part of a letter
_THICKEST = 0.35  # text heights
_WORKING_HEIGHT = (
    24.0  # pixels of text height to which a picture is reduced: rules are still seen, memory is not wasted
)


class DrawnLines:
    """Level and upright rules of a picture; `inside` tells which pixels of a crop are theirs."""

    def __init__(self, grey: npt.NDArray[np.uint8], text_height: float) -> None:
        self._scale = min(1.0, _WORKING_HEIGHT / text_height)
        if self._scale < 1:
            text_height *= self._scale
            grey = np.asarray(
                cv2.resize(grey, None, fx=self._scale, fy=self._scale, interpolation=cv2.INTER_AREA), np.uint8
            )
        block = max(15, round(2 * text_height) // 2 * 2 + 1)
        dark = cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 12)
        self._level = _lengths(np.asarray(dark, np.uint8), text_height)
        self._upright = np.ascontiguousarray(_lengths(np.ascontiguousarray(dark.T), text_height).T)

    def inside(self, forth: npt.NDArray[np.float64], width: int, height: int) -> npt.NDArray[np.bool_]:
        """Where rules, longer than a letter of the crop could be, cross the crop to which `forth` leads."""
        size = width, height
        forth = forth / np.array([self._scale, self._scale, 1])
        level = cv2.warpAffine(self._level, forth, size, flags=cv2.INTER_NEAREST)
        upright = cv2.warpAffine(self._upright, forth, size, flags=cv2.INTER_NEAREST)
        letter = self._scale * height
        found = ((level > 1.5 * letter) | (upright > 1.3 * letter)).astype(np.uint8)
        return np.asarray(cv2.dilate(found, np.ones((3, 3), np.uint8)), np.bool_)


def _lengths(dark: npt.NDArray[np.uint8], text_height: float) -> npt.NDArray[np.uint16]:
    """The length of the level rule that each pixel belongs to, else 0."""
    least = max(_SHORTEST, round(_LONGEST_LETTER * text_height))
    half = least // 2 | 1  # an even kernel would move what it opens
    thick = max(4, round(_THICKEST * text_height))
    # where the ink is higher than a rule, letters stand: their serifs may touch, but never make a long thin run
    letters = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((thick + 1, 1), np.uint8))
    runs = cv2.morphologyEx(cv2.subtract(dark, letters), cv2.MORPH_OPEN, np.ones((1, half), np.uint8))
    # letters on a rule interrupt it, and a rule that slopes steps up or down by a pixel
    linked = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, half), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(linked)
    lengths = stats[:, cv2.CC_STAT_WIDTH].clip(0, 65535)
    lengths[(lengths < least) | (stats[:, cv2.CC_STAT_HEIGHT] > thick + 0.05 * lengths)] = 0
    lengths[0] = 0
    return np.where(dark > 0, lengths[labels], 0).astype(np.uint16)
