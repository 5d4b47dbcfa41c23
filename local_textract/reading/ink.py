"""The marks of a crop: ink told from paper, check boxes and neighbouring lines left out."""

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.page.findings import Box, bounding

Ink = npt.NDArray[np.bool_]

_LEAST_FRAME = 0.4  # of the crop's height: the side of a check box …
_LEAST_SIDE = 9  # … and in pixels: below that an O has corners, too …
_LARGE_SIDE = 18  # … and below that its round ones cover some of a corner
_LEADERS = 5  # dots in a row, or more: three are an ellipsis
_DOT = 0.2  # of the crop's height: as wide and high it is at most
_DOTS_APART = 0.8  # of the crop's height, at most
_LEAST_HAND = 24  # pixels of text height from which strokes can be told apart
_THIN = 0.05  # text heights: half a pen's stroke; printed ones are thicker
_UNEVEN = 0.015  # text heights
_DOUBTFUL = 0.98
_FINE = 48  # pixels of a line's height, for telling its letters apart …
_LETTER_GAP = 1.5  # … and of what lies between two


def dark_or_light(grey: npt.NDArray[np.uint8]) -> Ink:
    """All marks of a crop: what differs from the paper, which most of it is."""
    _, dark = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    ink = np.asarray(dark, np.bool_)
    return ~ink if ink.mean() > 0.5 else ink


def stretches(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """First and one past the last of each run that is true, (n, 2)."""
    return np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)


def frames_in(marks: Ink) -> list[Box]:
    """Frames of check boxes: squares of four straight sides with sharp corners, whatever is drawn in or across them."""
    side = round(_LEAST_FRAME * marks.shape[0])
    if side < _LEAST_SIDE:
        return []
    image = marks.astype(np.uint8)
    strokes = np.asarray(cv2.morphologyEx(image, cv2.MORPH_OPEN, np.ones((side, 1), np.uint8)), np.bool_)
    strokes |= np.asarray(cv2.morphologyEx(image, cv2.MORPH_OPEN, np.ones((1, side), np.uint8)), np.bool_)
    count, _, stats, _ = cv2.connectedComponentsWithStats(strokes.astype(np.uint8))
    boxes = [Box(x, y, x + w, y + h) for x, y, w, h in stats[1:count, :4].tolist()]
    return [box for box in boxes if box.height >= side and _is_frame(box, strokes)]


def _is_frame(box: Box, strokes: Ink) -> bool:
    if not 0.75 * box.height <= box.width <= 1.33 * box.height:
        return False
    part = strokes[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    rim = max(2, round(0.12 * box.height))
    sides = part[:rim].any(axis=0), part[-rim:].any(axis=0), part[:, :rim].any(axis=1), part[:, -rim:].any(axis=1)
    corner = max(2, round(0.1 * box.height))
    corners = (
        part[:corner, :corner],
        part[:corner, -corner:],
        part[-corner:, :corner],
        part[-corner:, -corner:],
    )
    inside = part[rim:-rim, rim:-rim]
    return (
        min(float(side.mean()) for side in sides) > 0.9
        and min(float(piece.mean()) for piece in corners) > (0.3 if box.height >= _LARGE_SIDE else 0.5)
        and inside.size > 0
        and float(inside.mean()) < 0.1
    )


def leaders_in(marks: Ink) -> list[Box]:
    """Rows of dots that lead from a title to its number, with nothing above or below them."""
    height, found = marks.shape[0], []
    row: list[Box] = []
    for left, right in [*stretches(np.asarray(marks.any(axis=0), np.bool_)).tolist(), (0, 0)]:
        dot = _dot_in(marks, left, right)
        if dot is None or (row and not _goes_on(row, dot, height)):
            if len(row) >= _LEADERS:
                found.append(bounding(row))
            row = []
        if dot is not None:
            row.append(dot)
    return found


def _dot_in(marks: Ink, left: int, right: int) -> Box | None:
    """What stands in these columns, if it is no larger than a dot; nothing where they have no marks."""
    rows = np.flatnonzero(marks[:, left:right].any(axis=1)).tolist()
    dot = Box(left, rows[0], right, rows[-1] + 1) if rows else None
    return dot if dot and max(dot.width, dot.height) <= _DOT * marks.shape[0] else None


def _goes_on(row: list[Box], dot: Box, height: int) -> bool:
    """Whether a dot is the next one of a row: as far from the last as these from each other, and as high."""
    step, level = dot.left - row[-1].left, abs(dot.bottom - row[0].bottom)
    before = row[-1].left - row[-2].left if len(row) > 1 else step
    return step <= _DOTS_APART * height and level <= 1 + 0.06 * height and abs(step - before) <= max(2, 0.3 * before)


def ink_of(marks: Ink, left_out: Ink) -> Ink:
    """The crop's ink, without what is `left_out` and what hangs in from the lines above and below."""
    ink = (marks & ~left_out).astype(np.uint8)
    height = ink.shape[0]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    tops, heights, areas = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    hanging = ((tops == 0) | (tops + heights == height)) & (heights < 0.3 * height)
    specks = areas < (height / 25) ** 2
    kept = ~(hanging | specks)
    kept[0] = False
    return np.asarray(kept[labels], np.bool_)


def letter_pitch(ink: Ink) -> float:
    """About how far the letters of a line of text are from each other, in heights of `ink`, which has some.

    Told by the valleys between strokes, of which wide and high letters have more than one; fitted to 5,000 lines of
    forms, receipts and reports, one in ten of which is a quarter wider or narrower than this says.
    """
    height = ink.shape[0]
    rows, columns = ink.sum(axis=1), np.trim_zeros(ink.sum(axis=0))
    wide = max(3, round(len(columns) * _FINE / height))
    strokes = cv2.resize(columns.astype(np.float32)[None], (wide, 1), interpolation=cv2.INTER_AREA)
    strokes = cv2.GaussianBlur(strokes, (0, 0), _LETTER_GAP)[0]
    valleys = np.count_nonzero((strokes[1:-1] < strokes[:-2]) & (strokes[1:-1] <= strokes[2:]))
    body = np.count_nonzero(rows > 0.4 * rows.max()) / height
    return float(0.0714 * (wide / (valleys + 1)) ** 0.73 * body**0.22)


def looks_handwritten(ink: Ink, text_height: float, characters: int, certainty: float) -> bool:
    """Whether a word's ink is a pen's: two of thin strokes, an uneven foot, joined letters and a doubtful reading.

    Too little is seen of small text, which counts as printed.
    """
    if text_height < _LEAST_HAND or not ink.any():
        return False
    image = ink.astype(np.uint8)
    widths = cv2.distanceTransform(image, cv2.DIST_L2, 3)[ink]
    _, _, stats, _ = cv2.connectedComponentsWithStats(image)
    letters = stats[1:][stats[1:, cv2.CC_STAT_HEIGHT] > 0.35 * text_height]
    feet = letters[:, cv2.CC_STAT_TOP] + letters[:, cv2.CC_STAT_HEIGHT]
    uneven = len(feet) >= 3 and float(np.median(np.abs(feet - np.median(feet)))) >= _UNEVEN * text_height
    thin = float(np.percentile(widths, 90)) < _THIN * text_height
    joined = characters >= 3 and len(letters) < 0.7 * characters
    return thin + uneven + joined + (certainty < _DOUBTFUL) >= 2
