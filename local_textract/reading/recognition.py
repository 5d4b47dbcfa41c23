"""Reading one run of text: the crop is cut upright from the full-size picture, recognised, and split into words."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from local_textract.page.findings import Box, Line, Polygon, Word, bounding
from local_textract.reading.confusables import Character
from local_textract.reading.detection import Picture, Region
from local_textract.reading.drawn_lines import DrawnLines
from local_textract.reading.fractions import with_fractions
from local_textract.reading.ink import dark_or_light, frames_in, ink_of, leaders_in, letter_pitch, stretches
from local_textract.reading.models import Models
from local_textract.reading.word_boxes import Token, tokens_of

_HEIGHT = 48  # of the recogniser's input
_STEP = 8  # pixels of that input for each of its answers
_LONGEST = 3200  # width of that input; anything longer is squeezed
_PITCH = 14.5  # pixels of that input from letter to letter, which are enough: wide type is made narrower …
_NARROWEST = 0.75  # … down to this, …
_ENLARGED = 2.0  # … and to this of its own width, …
_SHORT = 2  # … but for lines of fewer heights: too little to tell by, and to win
_TALL = 2.2  # heights ÷ width from which a region may hold text that runs up or down
_UPRIGHT_BONUS = 0.08  # by which text that runs up or down must be surer than a tall letter
_RUNNER_UP = 0.02  # probability from which another reading of a character is remembered
_NOISE = 0.4  # a word less sure than this, each of whose characters …
_NOISE_CHARACTER = 0.7  # … is less sure than this (geometric mean), is a pen's strokes or dirt far more often than text
_IN_HANDWRITING = (
    0.15  # of a page's letters that look like noise: it is written by hand. Printed ones have 0.06 at most
)
_WRITTEN = 12  # letters, in two words or more, of a run that is no signature or stain where a page is written by hand
_WRITTEN_LETTER = 0.3  # what its letters are surer than (geometric mean)
_WRITTEN_RUNS = 3  # of them on a page at least
_CERTAINTIES = (0.0, 0.5, 0.7, 0.9, 0.97, 0.99, 0.995, 0.999, 1.0)
_CONFIDENCES = (0.0, 38.0, 56.0, 80.0, 90.0, 94.0, 96.0, 98.5, 99.9)
_STOPS = {".", ","}
_STOP = 0.08  # of a crop's height: half of one
_SURE_STOP = 0.97
_END = Character(" ", 1.0, 0.0)
_FRAME_ROOM = 0.12  # of a check box's height, about it: its mark may reach out of it
_NEW_LINE = 1.6  # gaps wider than this many heights separate two lines (columns, cells)


class Crop(NamedTuple):
    """An upright crop of the picture, with the 2×3 matrices from the picture to its pixels and back."""

    picture: Picture
    forth: npt.NDArray[np.float64]
    back: npt.NDArray[np.float64]


class Run(NamedTuple):
    """What a run of text says, with the noise; a token's box is in pixels of the crop, which `back` leads out of."""

    tokens: list[Token]
    back: npt.NDArray[np.float64]
    height: float  # of the crop

    @property
    def is_written(self) -> bool:
        """Whether it says enough for words: so little of a hard hand is sure that it would all be noise."""
        letters = sum(len(token.text) for token in self.tokens)
        chance = math.prod(token.certainty for token in self.tokens)
        return letters >= _WRITTEN and len(self.tokens) > 1 and chance > _WRITTEN_LETTER**letters

    def lines(self, by_hand: bool = False) -> list[Line]:
        """Left to right, several when wide gaps divide the run; without noise, but for what is written `by_hand`."""
        tokens = self.tokens if by_hand and self.is_written else [t for t in self.tokens if not _is_noise(t)]
        return _lines(tokens, self.back, self.height)


def by_hand(runs: Sequence[Run]) -> bool:
    """Whether the page that they are of is in handwriting."""
    tokens = [token for run in runs for token in run.tokens]
    noise = sum(len(token.text) for token in tokens if _is_noise(token))
    share = noise / max(1, sum(len(token.text) for token in tokens))
    return share > _IN_HANDWRITING and sum(run.is_written for run in runs) >= _WRITTEN_RUNS


class Recogniser:
    """Reads regions of a picture. Stateless but for the models' sessions, which threads may share."""

    def __init__(self, models: Models) -> None:
        self._session, self._lexicon = models.recogniser, models.lexicon
        self._input = self._session.get_inputs()[0].name
        self._alphabet = alphabet = models.alphabet
        first = {text: i for i, text in reversed(list(enumerate(alphabet)))}
        # classes that are read as the same character (full-width forms) share their chances
        doubles = [(i, first[text]) for i, text in enumerate(alphabet) if first[text] != i]
        self._doubles, self._originals = np.array(doubles, np.intp).reshape(-1, 2).T

    def read(self, picture: Picture, region: Region, drawn: DrawnLines | None = None) -> Run:
        """What `region` says; nothing when it holds no text."""
        if region.height > _TALL * region.width:
            region = self._along_text(picture, region)
        crop = cut(picture, region)
        height, width = crop.picture.shape[:2]
        marks = dark_or_light(np.asarray(cv2.cvtColor(crop.picture, cv2.COLOR_BGR2GRAY), np.uint8))
        framed = np.zeros((height, width), np.bool_)
        drawings = [(frame, round(_FRAME_ROOM * frame.height)) for frame in frames_in(marks)]
        for box, room in [*drawings, *((dots, 1) for dots in leaders_in(marks))]:
            left, top = max(0, int(box.left) - room), max(0, int(box.top) - room)
            framed[top : int(box.bottom) + room, left : int(box.right) + room] = True
        rules = drawn.inside(crop.forth, width, height) if drawn else framed
        ink = ink_of(marks, framed | rules)
        if not ink.any():
            return Run([], crop.back, height)
        text = _erased(crop.picture, framed, marks)
        characters = with_fractions(self.characters(text, _narrowed(ink)), text, ink, self.characters)
        return Run(tokens_of(_off_the_line(characters, ink, rules), ink, self._lexicon), crop.back, height)

    def _along_text(self, picture: Picture, region: Region) -> Region:
        """The region with the corner first where its text begins: upright, running upwards or downwards."""
        upwards = Region(region.quad[[3, 0, 1, 2]], region.score)
        downwards = Region(region.quad[[1, 2, 3, 0]], region.score)
        upright = self.certainty(cut(picture, region).picture) + _UPRIGHT_BONUS
        turned = [(self.certainty(cut(picture, r).picture), r) for r in (upwards, downwards)]
        certainty, best = max(turned, key=lambda found: found[0])
        return best if certainty > upright else region

    def certainty(self, crop: Picture) -> float:
        """The mean probability of what is read in a crop; 0 when nothing is."""
        characters = self.characters(crop)
        return float(np.mean([c.probability for c in characters])) if characters else 0.0

    def characters(self, crop: Picture, narrowed: float = 1.0) -> list[Character]:
        """What the crop (BGR) says, character by character, spaces included."""
        tensor, enlarged = input_of(crop, narrowed)
        answer = self._session.run(None, {self._input: tensor})[0][0]
        np.add.at(answer.T, self._originals, answer[:, self._doubles].T)
        answer[:, self._doubles] = 0
        best = answer.argmax(axis=1)
        sure = answer[np.arange(len(best)), best]
        found: list[Character] = []
        start = 0
        for end in range(1, len(best) + 1):
            if end < len(best) and best[end] == best[start]:
                continue
            if best[start]:
                x = (start + end) / 2 * _STEP / enlarged
                peak = answer[start + int(sure[start:end].argmax())]
                found.append(Character(self._alphabet[best[start]], float(peak[best[start]]), x, self._others(peak)))
            start = end
        return found

    def _others(self, chances: npt.NDArray[np.float32]) -> dict[str, float]:
        """The runners-up of one of the recogniser's answers."""
        if chances.max() > 1 - _RUNNER_UP:
            return {}
        return {self._alphabet[i]: float(chances[i]) for i in np.flatnonzero(chances >= _RUNNER_UP).tolist()}


def _narrowed(ink: npt.NDArray[np.bool_]) -> float:
    """As wide as a line needs to be read, of its width; fine print, which is enlarged for it, may be narrower."""
    height, width = ink.shape
    least = max(_NARROWEST, _ENLARGED * height / _HEIGHT)
    if width < _SHORT * height or least >= 1:
        return 1.0
    return float(min(1.0, max(least, _PITCH / (_HEIGHT * letter_pitch(ink)))))


def input_of(crop: Picture, narrowed: float = 1.0) -> tuple[npt.NDArray[np.float32], float]:
    """The crop (BGR) as the recogniser takes it, (1, 3, 48, a multiple of 8), and how much wider it was made."""
    height, width = crop.shape[:2]
    wide = min(_LONGEST, max(_STEP, round(narrowed * width * _HEIGHT / height)))
    method = cv2.INTER_AREA if height > 2 * _HEIGHT else cv2.INTER_LINEAR
    scaled = cv2.resize(crop, (wide, _HEIGHT), interpolation=method)
    tensor = np.zeros((1, 3, _HEIGHT, -(-wide // _STEP) * _STEP), np.float32)
    tensor[0, :, :, :wide] = (scaled.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)
    return tensor, wide / width


def _off_the_line(
    characters: list[Character], ink: npt.NDArray[np.bool_], rules: npt.NDArray[np.bool_]
) -> list[Character]:
    """Without doubtful stops at the end of words that have no ink of their own: a line to write on begins there."""
    kept = characters[:1]
    half = _STOP * ink.shape[0]
    for before, character, following in zip(characters, characters[1:], [*characters[2:], _END], strict=False):
        if character.text in _STOPS and character.probability < _SURE_STOP and following.text == " ":
            start, middle, end = (max(0, round(x)) for x in (before.x, character.x - half, character.x + half))
            is_underlined = rules[:, max(0, start - ink.shape[0] // 2) : start].any()
            has_ink = len(stretches(np.any(ink[:, start:end], axis=0))) > 1
            if rules[:, middle:end].any() and not (is_underlined or has_ink):
                continue
        kept.append(character)
    return kept


def _is_noise(token: Token) -> bool:
    return token.certainty < _NOISE and token.certainty < _NOISE_CHARACTER ** len(token.text)


def _erased(crop: Picture, area: npt.NDArray[np.bool_], marks: npt.NDArray[np.bool_]) -> Picture:
    """The crop with paper in `area`."""
    if not area.any():
        return crop
    paper = crop[~(marks | area)]
    clean = crop.copy()
    clean[area] = np.median(paper, axis=0) if len(paper) else 255
    return clean


def cut(picture: Picture, region: Region) -> Crop:
    """The region, turned upright, at the picture's own resolution."""
    width, height = max(1, round(region.width)), max(1, round(region.height))
    corners = region.quad[[0, 1, 3]]
    flat = np.array([[0, 0], [width, 0], [0, height]], np.float32)
    back = np.asarray(cv2.getAffineTransform(flat, corners), np.float64)
    # a pixel's centre lies half a pixel in from its corner, and warpAffine counts from centres
    forth = np.asarray(cv2.getAffineTransform(corners - 0.5, flat - 0.5), np.float64)
    crop = cv2.warpAffine(picture, forth, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Crop(np.asarray(crop, np.uint8), forth, back)


def _lines(tokens: list[Token], back: npt.NDArray[np.float64], height: float) -> list[Line]:
    lines: list[list[Word]] = []
    last_right = None
    for token in tokens:
        if last_right is None or token.box.left - last_right > _NEW_LINE * height:
            lines.append([])
        last_right = token.box.right
        lines[-1].append(_word(token, back))
    return [_line(words) for words in lines]


def _word(token: Token, back: npt.NDArray[np.float64]) -> Word:
    xs, ys = zip(*_corners(token.box, back), strict=True)
    confidence = confidence_of(token.certainty)
    box, polygon = Box(min(xs), min(ys), max(xs), max(ys)), _corners(token.frame, back)
    return Word(token.text, box, polygon, confidence, token.handwriting)


def _corners(box: Box, back: npt.NDArray[np.float64]) -> Polygon:
    corners = [(box.left, box.top, 1), (box.right, box.top, 1), (box.right, box.bottom, 1), (box.left, box.bottom, 1)]
    return tuple((float(x), float(y)) for x, y in np.array(corners) @ back.T)


def confidence_of(certainty: float) -> float:
    """0–100: about how often words of that certainty are right. The recogniser itself is a little too sure."""
    return float(np.interp(certainty, _CERTAINTIES, _CONFIDENCES))


def _line(words: list[Word]) -> Line:
    first, last = words[0].polygon, words[-1].polygon
    box = bounding([word.box for word in words])
    upright = abs(first[1][1] - first[0][1]) < 1e-3
    polygon = (
        ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
        if upright
        else (first[0], last[1], last[2], first[3])
    )
    return Line(words, box, polygon, float(np.mean([word.confidence for word in words])))
