"""What somebody typed that may be an identity number: held in memory while their form is open, and never stored.

A draft has the text without it. Here is what the person sees in its place: the text with what they are asked about,
and what was taken out, so that it can be put back if it was none.

It is kept in one process, for a while. In another process, or after a restart, it is not there, and the person is
asked to write it again.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from handlers.writing.identity import REMOVED, Cleared, take_out

LIFETIME = timedelta(hours=2)
DRAFTS = 500
CHARACTERS = 20_000
"""Of each text: more than any field takes. A longer one is not held."""
_BESIDE = 8
"""So many letters beside a mark tell which one it is, in a text that was changed."""


@dataclass(frozen=True)
class Text:
    """A field's text as the person sees it.

    `taken`: what stood in the place of each `REMOVED` in it; None where that is not known. `stamp`: the draft has the
    same one, unless another text was stored meanwhile, perhaps by another process.
    """

    shown: str
    taken: Sequence[str | None] = ()
    stamp: str = ""


@dataclass
class OfDraft:
    """What is held of one draft, by field."""

    texts: dict[str, Text] = field(default_factory=dict)
    asked: dict[str, Sequence[str]] = field(default_factory=dict)
    """What the form on the screen asks about, whether it is an identity number."""
    pending: dict[str, str] = field(default_factory=dict)
    """What was typed after the command that led to «Fortsett der du slapp?», as it was typed."""
    used_at: datetime | None = None


class Withheld:
    """What is held of every draft; the least used go first."""

    def __init__(self, *, drafts: int = DRAFTS, lifetime: timedelta = LIFETIME) -> None:
        self._limit = drafts
        self._lifetime = lifetime
        self._drafts: OrderedDict[str, OfDraft] = OrderedDict()

    def of_call(self) -> "OfCall":
        """As one call sees and changes it."""
        return OfCall(self)

    def get(self, draft_id: str) -> OfDraft | None:
        """What is held of a draft, to look at."""
        return self._drafts.get(draft_id)

    def put(self, draft_id: str, held: OfDraft, before: OfDraft | None) -> None:
        """Hold this of a draft. `before`: what was held of it when the call began that has changed it."""
        touched = before is None or before.used_at != held.used_at
        if held == before or (not touched and draft_id not in self._drafts):
            # It was only looked at; or it was taken from while another call was done with it.
            return
        self._drafts[draft_id] = held
        if touched:
            self._drafts.move_to_end(draft_id)
        while len(self._drafts) > self._limit:
            self._drafts.popitem(last=False)

    def forget(self, draft_id: str) -> None:
        self._drafts.pop(draft_id, None)

    def forget_old(self, now: datetime) -> None:
        """Let go what nobody has touched for a while."""
        while self._drafts:
            draft_id, oldest = next(iter(self._drafts.items()))
            if oldest.used_at is not None and now - oldest.used_at < self._lifetime:
                return
            del self._drafts[draft_id]

    def __len__(self) -> int:
        return len(self._drafts)


class OfCall:
    """What is held, as one call sees and changes it. Its changes count once it is certain that what they go with is
    stored (`keep`): where nothing was, or it is tried again, what is held is what it was."""

    def __init__(self, withheld: Withheld) -> None:
        self._withheld = withheld
        self._drafts: dict[str, OfDraft | None] = {}
        self._before: dict[str, OfDraft] = {}

    def of(self, draft_id: str, now: datetime) -> OfDraft:
        """What is held of a draft, to add to."""
        found = self._own(draft_id) or OfDraft()
        self._drafts[draft_id] = found
        found.used_at = now
        return found

    def known(self, draft_id: str) -> OfDraft:
        """What is held of a draft, to look at and take from."""
        return self._own(draft_id) or OfDraft()

    def forget(self, draft_id: str) -> None:
        self._drafts[draft_id] = None

    def keep(self) -> None:
        """What the call has stored is stored."""
        for draft_id, held in self._drafts.items():
            if held is None:
                self._withheld.forget(draft_id)
            else:
                self._withheld.put(draft_id, held, self._before.get(draft_id))

    def _own(self, draft_id: str) -> OfDraft | None:
        if draft_id not in self._drafts:
            held = self._withheld.get(draft_id)
            if held is None:
                return None
            self._before[draft_id] = held
            self._drafts[draft_id] = OfDraft(dict(held.texts), dict(held.asked), dict(held.pending), held.used_at)
        return self._drafts[draft_id]


def sort_out(typed: str, before: Text | None, but: Sequence[str]) -> Text:
    """What was typed without the numbers that are written as such.

    Args:
        before: the same field as it was, of which there may be marks in the text.
        but: what the person has said is no such number.
    """
    marks = list(_marks(typed, before))
    pieces: list[str] = []
    taken: list[str | None] = []
    for number, piece in enumerate(typed.split(REMOVED)):
        taken += marks[number - 1 : number] if number else ()
        cleared = take_out(piece, but=but)
        pieces.append(cleared.text)
        taken += cleared.taken
    return Text(REMOVED.join(pieces), taken)


def put_back(text: str, taken: Sequence[str | None]) -> str:
    """The text with what was taken out of it, where that is known."""
    pieces = text.split(REMOVED)
    back = [REMOVED if each is None else each for each in taken]
    return "".join(part for pair in zip(pieces, [*back, ""], strict=True) for part in pair)


def restored(text: str, whole: Cleared) -> str:
    """A part of a text that was cleared, as it was written."""
    return put_back(text, list(_marks(text, Text(whole.text, whole.taken))))


def _marks(text: str, before: Text | None) -> Sequence[str | None]:
    """What stood in the place of each mark in a text that was `before` another one."""
    count = text.count(REMOVED)
    if before is None or not count:
        return [None] * count
    if count == len(before.taken):
        return before.taken
    # Some are gone, or somebody wrote one. What stands beside a mark tells it, in the order in which they stood.
    known = list(zip(_sides(before.shown), before.taken, strict=False))
    found: list[str | None] = []
    for sides in _sides(text):
        place = next((place for place, (other, _taken) in enumerate(known) if _alike(sides, other)), None)
        found.append(None if place is None else known[place][1])
        known = known if place is None else known[place + 1 :]
    return found


def _sides(text: str) -> Sequence[tuple[str, str]]:
    """What stands before and after each mark."""
    pieces = text.split(REMOVED)
    return [(before[-_BESIDE:], after[:_BESIDE]) for before, after in pairwise(pieces)]


def _alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return one[0] == other[0] or one[1] == other[1]
