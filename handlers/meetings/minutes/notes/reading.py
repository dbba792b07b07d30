"""Notes as they were pasted, as lines that say something: without times, speakers and signs. Pure.

Formats met: WebVTT (W3C, «WebVTT: The Web Video Text Tracks Format»: `WEBVTT`, cue times, `<v speaker>`), SubRip, a
transcript with the speaker and the time on a line of their own, one with the speaker before a colon, and a summary with
headings and bullets (Markdown).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from handlers.patterns import pattern_of


class Kind(StrEnum):
    """What a line is said to be, by the word before it."""

    SAID = "said"
    CONCLUDED = "concluded"
    """«Vedtak:», «Konklusjon:»."""


class Line(NamedTuple):
    """A line of notes. `heading`: it may say which case the following lines are about."""

    text: str
    kind: Kind = Kind.SAID
    heading: bool = False


_CLOCK = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_CUE_TIME = pattern_of(rf"^\s*{_CLOCK}\s*-->\s*{_CLOCK}.*$")
_TAG = pattern_of(r"</?(?:v|c|i|b|u|lang|ruby|rt)(?:[ .][^<>\n]*)?>|<\d[\d:.]*>")
_LEADING_TIME = pattern_of(rf"^\s*[\[(]?{_CLOCK}[\])]?\s*[-–—:]?\s*")
_PART = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*"
_NAME = rf"{_PART}(?:[ \t]+(?:{_PART}|av|de|von|van|der)){{1,4}}(?:[ \t]*\([^()\n]{{1,60}}\))?"
_SPEAKER_LINE = pattern_of(rf"^\s*(?:{_NAME}|{_PART})[ \t]+[\[(]?{_CLOCK}[\])]?\s*$")
_SPEAKER = pattern_of(rf"^\s*(?P<name>{_NAME}|{_PART})[ \t]*:[ \t]*(?=\S)")
_NOISE = pattern_of(
    r"^\s*(?:WEBVTT.*|NOTE\b.*|STYLE|REGION|\d+|[0-9a-f-]{20,}(?:/[\d-]+)?|-{3,}|={3,}|_{3,}|\*{3,}|"
    r".*\b(?:started|stopped) transcription\.?)\s*$",
    re.IGNORECASE,
)
_BULLET = pattern_of(r"^\s*(?:[-*•–·◦▪]|\[[ xX]?\]|\d{1,2}\))\s+")
_MARKS = pattern_of(r"\*\*|__|`")
_HEADING = pattern_of(r"^\s*#{1,6}\s+")
_LABELS = """
    vedtak konklusjon konklusjonar konklusjoner beslutning beslutningar beslutninger decision decisions oppfølging
    oppfølginger oppfølgingar aksjon aksjonspunkt action actions innspill innspel kommentarer kommentarar merknad sak
    hensikt formål oppsummering sammendrag samandrag notater notat summary referat tema punkt neste frist ansvarlig
    ansvarleg spørsmål svar bakgrunn
"""
_NO_SPEAKER = frozenset(_LABELS.split())
_CONCLUDED = pattern_of(r"^\s*(?:vedtak|konklusjon(?:er|ar)?|beslutning(?:er|ar)?|decisions?)\s*\d{0,2}\s*:\s*", re.I)
_ONLY_LABEL = pattern_of(
    rf"^\s*(?:{'|'.join(sorted(_NO_SPEAKER - {'sak'}))})(?:\s*/\s*\w+|\s+og\s+\w+)?\s*:?\s*$", re.IGNORECASE
)
_ENDS = (".", "!", "?", ":", ";")


def lines_in(pasted: str) -> Sequence[Line]:
    """What was pasted, as lines that say something, in order. Two of the same after each other are one."""
    of_cues = "-->" in pasted
    spoken_by = (_SPEAKER.match(_LEADING_TIME.sub("", _plain(line))) for line in pasted.splitlines())
    speakers = Counter(each["name"] for each in spoken_by if each is not None)
    found: list[Line] = []
    open_cue = False
    concluding = False
    for raw in pasted.splitlines():
        if _CUE_TIME.match(raw) or _NOISE.match(raw) or not raw.strip():
            if not raw.strip():
                concluding = False
            continue
        plain = _plain(raw)
        if _SPEAKER_LINE.match(plain):
            open_cue = False
            continue
        text = _LEADING_TIME.sub("", plain)
        spoken = _without_speaker(text, speakers)
        new_speaker = spoken != text
        text = spoken.strip()
        if not text:
            continue
        if _CONCLUDED.match(f"{text.rstrip(':')}: ") and _ONLY_LABEL.match(text):
            concluding = True
            continue
        if _ONLY_LABEL.match(text):
            concluding = False
            continue
        if of_cues and open_cue and not new_speaker and found:
            # A cue is cut where the screen was full, in the middle of a sentence.
            found[-1] = found[-1]._replace(text=f"{found[-1].text} {text}")
        else:
            concluded = _CONCLUDED.match(text)
            kind = Kind.CONCLUDED if concluded or concluding else Kind.SAID
            line = Line(_CONCLUDED.sub("", text) if concluded else text, kind, heading=bool(_HEADING.match(raw)))
            if not found or found[-1].text != line.text:
                found.append(line)
        open_cue = not text.endswith(_ENDS)
    return [part for line in found for part in (_sentences(line) if of_cues else (line,))]


def _plain(line: str) -> str:
    """Without what draws it."""
    return _BULLET.sub("", _MARKS.sub("", _HEADING.sub("", _TAG.sub("", line)))).strip()


def _without_speaker(text: str, speakers: Counter[str]) -> str:
    """One word before a colon is a speaker only if it comes again, and is not what notes are divided by."""
    found = _SPEAKER.match(text)
    if found is None or found["name"].split()[0].casefold() in _NO_SPEAKER:
        return text
    alone = " " not in found["name"]
    if alone and (speakers[found["name"]] < 2 or found["name"].isdigit()):
        return text
    return text[found.end() :]


def _sentences(line: Line) -> Iterator[Line]:
    for part in re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ])", line.text):
        yield line._replace(text=part)
