"""What a line or a cell of a meeting plan says: whose meetings, on which days, when, and what else. Pure.

«FSU 25/1, 2/5 (12.30–15.30; 2/5 er en torsdag, 08.30–10.30), Rådhuset»: a time goes for the days before it that have
none; a day that stands again beside a weekday or a time says more of the same meeting.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time

from handlers.patterns import pattern_of
from handlers.planning.reading.scanning import Clock, Day, Month, Token, Weekday, Words, scan

_CANCELLED = pattern_of(
    r"\b(?:avlyst|avlyses|avlysast|utgår|utgått|går ut|kansellert|kanselleres|innstilt|cancell?ed)\b[:!.]?", re.I
)
_NO_MEETING = pattern_of(r"\b(?:ingen møter?|ikke møte|ikkje møte|ingen|møtefri|ferie|sommerferie)\b", re.I)
_MOVED_FROM = pattern_of(
    r"(?:flytt(?:et|a|es)? (?:fra|frå)|opprinnelig|i staden for|i stedet for|ikke)\s*:?\s*(?:den\s*)?$", re.I
)
_MOVED_TO = pattern_of(r"(?:flytt(?:et|a|es)? til|ny dato|nå|-+>|→)\s*:?\s*(?:den\s*)?$", re.I)
_MOVED_WORDS = pattern_of(r"\bflytt(?:et|a|es)?(?: (?:fra|frå|til))?\b|\bopprinnelig\b|\bny dato\b|-+>|→", re.I)
_LABELS = (
    ("place", pattern_of(r"(?:møte)?(?:sted|stad)\b\s*:?|lokale\s*:|(?:møte)?rom\s*:|hvor\s*:", re.I)),
    ("chair", pattern_of(r"møtele(?:der|iar)\b\s*:?|le(?:der|iar)\s*:|ordstyrer\b\s*:?", re.I)),
    ("host", pattern_of(r"vertskap\w*\s*:?|vert\b\s*:?|vertskommune\s*:?|arrangør\b\s*:?", re.I)),
    ("title", pattern_of(r"tema\s*:|tittel\s*:|emne\s*:", re.I)),
)
_KIND = pattern_of(
    r"\b(?:ekstra(?:ordinært)? ?møte|ekstraordinært|ordinært møte|(?:dialog|fag)?(?:seminar|samling|konferanse))\b",
    re.I,
)
_FILLER = pattern_of(
    r"(?:(?:den|de|kl\.?|klokka|klokken|tid|og|samt|til|er|en|ein|is|a|an|on|av|i|på|årstall|år|year|20\d\d|møtene?|møter|møte|møtedager|møtedatoer|møtedato|"
    r"datoene?|datoer|dato|dager|neste|alle|hver gang|begge)\b[\s.:]*)+",
    re.I,
)  # fmt: skip
_AT_A_PLACE = pattern_of(r"^(?:på|i|hos|ved)\s+(?=[A-ZÆØÅ])")
_EDGES = " \t\n:;,.–—-•·*|/+&>"


@dataclass(slots=True)
class Said:
    """What is said beside days: of one, or of all of a line."""

    place: str = ""
    chair: str = ""
    host: str = ""
    title: str = ""
    cancelled: bool = False


@dataclass(slots=True)
class Entry:
    """A day of a line."""

    day: Day
    begins: time | None = None
    ends: time | None = None
    weekday: Weekday | None = None
    moved_from: Day | None = None
    said: Said = field(default_factory=Said)


@dataclass(slots=True)
class Segment:
    """`head`: the words before the first day or time. `begins`, `ends`: for the entries that have none (they have got
    them); where there are no entries, what was said. `bad_times`: what is written as a time and is none."""

    head: str = ""
    entries: list[Entry] = field(default_factory=list)
    begins: time | None = None
    ends: time | None = None
    months: list[Month] = field(default_factory=list)
    said: Said = field(default_factory=Said)
    words: list[str] = field(default_factory=list)
    bad_times: list[str] = field(default_factory=list)
    no_meeting: bool = False


def segment(text: str, *, bare_days: bool = False, head: bool = True) -> Segment:
    """`bare_days`: as for `scan`. `head`: words before the first day are a body's name, and not a place."""
    return _Reader(bare_days, head).read(text)


class _Reader:
    def __init__(self, bare_days: bool, head: bool) -> None:
        self._bare = bare_days
        self._found = Segment()
        self._with_head = head
        self._begun = False
        """A day or a time has been met."""
        self._head: list[str] = []
        self._words: list[str] = []
        """Of all."""
        self._of: dict[int, list[str]] = {}
        """By number of an entry."""
        self._focus: int | None = None
        self._again = False
        """The day in focus stood before."""
        self._depth = 0
        self._opened_after_day = False
        self._weekday: Weekday | None = None
        """Of the day that follows."""
        self._all_days: Weekday | None = None
        self._before = ""
        """The words right before this token."""
        self._close = False
        """Nothing but spaces since the day in focus."""
        self._clocks: list[tuple[Clock, int, bool]] = []
        """Of days: the time, the day in focus, and whether it stands right behind it."""

    def read(self, text: str) -> Segment:
        tokens = scan(text, bare_days=self._bare)
        for at, token in enumerate(tokens):
            if isinstance(token, Words):
                self._take_words(token.text, tokens[at - 1] if at else None)
                continue
            if isinstance(token, Day):
                self._take_day(token)
            elif isinstance(token, Clock):
                self._take_clock(token)
            elif isinstance(token, Weekday):
                self._take_weekday(token, tokens[at + 1 :])
            else:
                self._found.months.append(token)
            self._before = ""
        self._spread()
        self._finish()
        return self._found

    def _take_words(self, text: str, before: Token | None) -> None:
        if text == "(":
            self._depth += 1
            self._opened_after_day = isinstance(before, Day | Clock) and self._focus is not None
        elif text == ")":
            self._depth = max(0, self._depth - 1)
            if not self._depth:
                self._again = False
        else:
            if text.strip(" "):
                self._close = False
            self._before = text
            if not self._begun and self._depth and any(label.match(text.strip()) for _name, label in _LABELS):
                # «FSU (møteleder …): 25/1»
                self._words.append(text)
            elif not self._begun:
                self._head.append(f"({text})" if self._depth else text)
            elif self._focus is not None and (self._again or (self._depth and self._opened_after_day)):
                self._of.setdefault(self._focus, []).append(text)
            elif self._focus is not None and _CANCELLED.search(text):
                # «25/1, 2/5 avlyst, 5/9»: the one before it.
                first, _comma, rest = text.partition(",")
                self._of.setdefault(self._focus, []).append(first if _CANCELLED.search(first) else text)
                if _CANCELLED.search(first):
                    self._words.append(rest)
            else:
                self._words.append(text)
            if ";" in text and not self._depth:
                self._again = False

    def _take_day(self, day: Day) -> None:
        entries = self._found.entries
        if entries and _MOVED_FROM.search(self._before):
            entries[-1].moved_from = day
            return
        if entries and _MOVED_TO.search(self._before):
            entries[-1].moved_from, entries[-1].day = entries[-1].day, day
            return
        same = next((number for number, each in enumerate(entries) if each.day[1:3] == day[1:3]), None)
        self._again = same is not None and (self._depth > 0 or ";" in self._before)
        if self._again:
            self._focus = same
        else:
            entries.append(Entry(day))
            self._focus = len(entries) - 1
        if self._weekday is not None and self._focus is not None:
            entries[self._focus].weekday = self._weekday
            self._weekday = None
        self._begun = self._close = True

    def _take_clock(self, clock: Clock) -> None:
        self._begun = True
        if clock.begins is None:
            self._found.bad_times.append(clock.text)
            return
        if self._focus is None:
            self._found.begins, self._found.ends = _later(self._found.begins, self._found.ends, clock)
            return
        entry = self._found.entries[self._focus]
        if self._again:
            entry.begins, entry.ends = clock.begins, clock.ends
            return
        if self._clocks and self._clocks[-1][0].ends is None and self._clocks[-1][1] == self._focus:
            # «12.30» and «15.30», in two cells.
            first, number, close = self._clocks.pop()
            clock = Clock(f"{first.text}–{clock.text}", first.begins, clock.begins)
            self._clocks.append((clock, number, close))
            return
        self._clocks.append((clock, self._focus, self._close and not self._depth))

    def _take_weekday(self, weekday: Weekday, rest: Sequence[Token]) -> None:
        follows = next((each for each in rest if not isinstance(each, Words) or each.text.strip(" .,")), None)
        if isinstance(follows, Day) and not weekday.every:
            self._weekday = weekday
            return
        beside = not weekday.every and (self._close or self._depth)
        if self._focus is not None and (self._again or beside):
            self._found.entries[self._focus].weekday = weekday
        else:
            # «Torsdager: 25/1, 2/5», «30/5; torsdager»
            self._all_days = weekday

    def _spread(self) -> None:
        """Gives each day its time: right behind a day it is that one's, where one for all of them follows; else it is
        that of all before it that have none."""
        entries = self._found.entries
        one_for_all = self._found.begins is not None or (
            bool(self._clocks) and not self._clocks[-1][2] and any(close for *_rest, close in self._clocks)
        )
        for clock, focus, close in self._clocks:
            only_one = close and one_for_all
            for number in range(focus, -1, -1):
                entry = entries[number]
                if entry.begins is None:
                    entry.begins, entry.ends = clock.begins, clock.ends
                if only_one:
                    break
        for entry in entries:
            if entry.begins is None:
                entry.begins, entry.ends = self._found.begins, self._found.ends
            if entry.weekday is None:
                entry.weekday = self._all_days

    def _finish(self) -> None:
        found = self._found
        head = " ".join(self._head)
        if not self._with_head or not (found.entries or found.begins or found.months):
            self._words = [*self._head, *self._words] if not self._with_head else self._words
            head = "" if not self._with_head else head
        found.head = tidied(head)
        if _CANCELLED.search(found.head):
            found.said.cancelled = True
            found.head = tidied(_CANCELLED.sub("", found.head))
        found.said, found.words, found.no_meeting = details(self._words, found.said)
        for number, words in self._of.items():
            found.entries[number].said, more, _none = details(words, Said())
            if more:
                found.entries[number].said.place = ", ".join(more)


def _later(begins: time | None, ends: time | None, clock: Clock) -> tuple[time | None, time | None]:
    if begins is not None and ends is None and clock.ends is None:
        return begins, clock.begins
    return clock.begins, clock.ends


def details(words: Sequence[str], said: Said) -> tuple[Said, list[str], bool]:
    """What words say beside days, put into `said`; those left over, and whether they say that there is no meeting."""
    left: list[str] = []
    none = False
    for raw in re.split(r"[;,\n]|\s[–—-]\s", ",".join(words)):
        cancelled = _CANCELLED.search(raw) is not None
        said.cancelled = said.cancelled or cancelled
        piece = tidied(_MOVED_WORDS.sub("", tidied(_CANCELLED.sub("", raw) if cancelled else raw)))
        if not piece or _FILLER.fullmatch(piece):
            continue
        if _NO_MEETING.fullmatch(piece):
            none = True
            continue
        for name, label in _LABELS:
            found = label.match(piece)
            if found is not None and piece[found.end() :].strip(_EDGES):
                setattr(said, name, piece[found.end() :].strip(_EDGES))
                break
        else:
            if _KIND.fullmatch(piece) and not said.title:
                said.title = piece
            else:
                left.append(_AT_A_PLACE.sub("", piece))
    return said, left, none


def with_place(said: Said, words: Sequence[str]) -> Said:
    """What is said, with the words that are left over as (more of) the place."""
    said.place = ", ".join([each for each in (said.place, *words) if each])
    return said


def tidied(text: str) -> str:
    text = re.sub(r"\(\s*\)", "", " ".join(text.split())).strip(_EDGES)
    return text + ")" if text.count("(") > text.count(")") else text
