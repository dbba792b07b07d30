"""Where the plan in the file and the one in the bot say different things of a meeting: which of them holds.

What was said in chat, on a page or by a plan that was handed in is not undone by loading the file. It stays until
somebody says that the file holds; once they have said that the bot does, they are not asked of the same again.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from handlers.calendar import dates
from handlers.meetings import life
from handlers.meetings.life import MeetingTimes, in_words
from handlers.writing.language import _
from storage.history import Event
from storage.tables import Meeting, MeetingSource

KEPT = "meeting.kept"
"""The event in a meeting's history: the bot holds, whatever the file said then. The value stands in it, so it never
changes."""


class Holds(StrEnum):
    """Which of them holds. `BOT_FOR_NOW`: nobody has said, so what the bot has stays, and it is asked again."""

    FILE = "file"
    BOT = "bot"
    BOT_FOR_NOW = "bot_for_now"


class Difference(NamedTuple):
    """A meeting that the two say different things of: which one, what the file says, and what the bot has, in words."""

    meeting: str
    file: str
    bot: str

    def __str__(self) -> str:
        return _("{meeting}: filen: {file}; i boten: {bot}").format(meeting=self.meeting, file=self.file, bot=self.bot)


Decide = Callable[[Difference], Holds]


def nobody_says(_difference: Difference) -> Holds:
    return Holds.BOT_FOR_NOW


NOT_IN_FILE: str = "not in the file"
"""What a `KEPT` event says that the file said, where the meeting is not in it."""


class Sides(NamedTuple):
    """Who hosts and leads a meeting, where the two say different things of it, in words; empty: they do not."""

    file: str = ""
    bot: str = ""


def between(
    meeting: Meeting, committee: str, planned: MeetingTimes | None, last: Event | None, sides: Sides
) -> Difference:
    """`planned`: as the file has it; None: it is not in it. `last`: the last change in the bot."""
    now = MeetingTimes.of(meeting)
    if planned is None:
        return Difference(_label(committee), _("står ikke i planen"), _in_bot(meeting, last))
    same = planned[:3] == now[:3] and meeting.cancelled_at is None
    if same:
        # Only the deadline is another, or who hosts or leads it.
        file, bot = sides
        if planned.deadline_at != now.deadline_at:
            file = _joined(_deadline(planned.deadline_at or now.starts_at, meeting.zone), file)
            bot = _joined(_deadline(meeting.deadline_at, meeting.zone), bot)
        return Difference(
            f"{_label(committee)} {dates.short_day(meeting.starts_at, meeting.zone)}",
            file,
            f"{bot}{_by(last, meeting)}",
        )
    file = _joined(in_words(planned, meeting.zone), sides.file)
    return Difference(_label(committee), file, _joined(_in_bot(meeting, last), sides.bot))


def _deadline(moment: datetime, zone: str) -> str:
    return _("frist {when}").format(when=dates.day_and_clock(moment, zone))


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _label(committee: str) -> str:
    return _("møte i {committee}").format(committee=committee)


def _in_bot(meeting: Meeting, last: Event | None) -> str:
    stands = in_words(MeetingTimes.of(meeting), meeting.zone)
    if meeting.cancelled_at is not None:
        said = _("avlyst ({when})").format(when=stands)
    elif last is not None and last.kind == life.MOVED:
        said = _("flyttet til {when}").format(when=stands)
    else:
        said = stands
    return f"{said}{_by(last, meeting)}"


def _by(last: Event | None, meeting: Meeting) -> str:
    """« av Eksempel Sekretær 3. jan. 2026», « etter en plan som ble lest inn 3. jan. 2026»."""
    if last is None:
        return ""
    day = dates.short_day(last.at, meeting.zone)
    if meeting.source == MeetingSource.PLAN:
        return " " + _("etter en plan som ble lest inn {day}").format(day=day)
    return " " + (_("av {actor} {day}").format(actor=last.actor, day=day) if last.actor else day)
