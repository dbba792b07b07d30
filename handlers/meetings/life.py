"""The events in a meeting's life that say when and where it is, and whether it is held."""

from datetime import datetime
from typing import NamedTuple, Self

from handlers.calendar import dates
from handlers.writing.language import N_, _
from storage.history import Event
from storage.tables import Meeting
from storage.types import JsonObject

MADE, MOVED, CANCELLED, REINSTATED = "meeting.made", "meeting.moved", "meeting.cancelled", "meeting.reinstated"
"""Kinds of events. The values stand in the history of meetings, and in the keys of news, so they never change."""
KINDS = (MADE, MOVED, CANCELLED, REINSTATED)
_SENTENCES = {
    MADE: N_("{actor} satte opp møtet"),
    MOVED: N_("{actor} flyttet møtet fra {before} til {after}"),
    CANCELLED: N_("{actor} avlyste møtet"),
    REINSTATED: N_("{actor} bestemte at møtet holdes likevel"),
}
_CHANGED = N_("{actor} endret møtet: {after}")
"""Where it is at the same time, but at another place, with another link or another deadline."""


class MeetingTimes(NamedTuple):
    """When and where a meeting is to be (UTC). `deadline_at` None: it is not told."""

    starts_at: datetime
    ends_at: datetime
    place: str
    join_url: str = ""
    deadline_at: datetime | None = None

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        return cls(meeting.starts_at, meeting.ends_at, meeting.place, meeting.join_url, meeting.deadline_at)


class Stands(NamedTuple):
    """How a meeting stands: what somebody knows of it, or should."""

    times: MeetingTimes
    cancelled: bool = False

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        return cls(MeetingTimes.of(meeting), meeting.cancelled_at is not None)


class By(NamedTuple):
    """Who changed a meeting, and why, as those concerned read it. `actor_id` None: whoever loaded a file. `draft_id`:
    the form that they filled in, which counts once."""

    actor_id: int | None = None
    reason: str = ""
    draft_id: str | None = None


BY_LOADING = By()


def event_data(before: Stands | None, after: Stands, source: str) -> JsonObject:
    """What an event keeps: how the meeting stood before (None: it was not there) and stands after it, and where that
    was said (see `storage.tables.MeetingSource`)."""
    return {"before": stored(before) if before is not None else None, "after": stored(after), "source": source}


def before(event: Event) -> Stands | None:
    """How the meeting stood before the event; None: it was not there."""
    return read(event.data.get("before"))


def sentence(event: Event, zone: str) -> str:
    """«Eksempel Sekretær flyttet møtet fra 22. feb. 2024 kl. 13.00 til 29. feb. 2024 kl. 13.00»; empty for what is no
    event of these. Whoever loaded a file has no name here."""
    if event.kind not in _SENTENCES:
        return ""
    first, last = read(event.data.get("before")), read(event.data.get("after"))
    said = _SENTENCES[event.kind]
    if event.kind == MOVED and first is not None and last is not None and _same_time(first, last):
        said = _CHANGED
    return _(said).format(
        actor=event.actor or _("Den som lastet filen,"),
        before=_short(first, zone) if first is not None else "",
        after=in_words(last.times, zone) if last is not None and said == _CHANGED else _short(last, zone),
    )


def in_words(times: MeetingTimes, zone: str) -> str:
    """`torsdag 29. februar 2024 kl. 13.00–15.30, Rådhuset`."""
    when = dates.span(times.starts_at, times.ends_at, zone)
    return f"{when}, {times.place}" if times.place else when


def _same_time(first: Stands, last: Stands) -> bool:
    return first.times[:2] == last.times[:2]


def _short(stands: Stands | None, zone: str) -> str:
    if stands is None:
        return ""
    starts_at = stands.times.starts_at
    return _("{day} kl. {clock}").format(day=dates.short_day(starts_at, zone), clock=dates.clock(starts_at, zone))


def stored(stands: Stands) -> JsonObject:
    """As it is kept, for `read`."""
    times = stands.times
    return {
        "starts_at": times.starts_at.isoformat(),
        "ends_at": times.ends_at.isoformat(),
        "place": times.place,
        "join_url": times.join_url,
        "deadline_at": times.deadline_at.isoformat() if times.deadline_at is not None else None,
        "cancelled": stands.cancelled,
    }


def read(stored: JsonObject | None) -> Stands | None:
    """How a meeting stood, as `stored` kept it; None: nothing was."""
    if not stored:
        return None
    deadline = stored.get("deadline_at")
    times = MeetingTimes(
        dates.stored(stored["starts_at"]),
        dates.stored(stored["ends_at"]),
        str(stored["place"]),
        str(stored.get("join_url", "")),
        dates.stored(deadline) if deadline else None,
    )
    return Stands(times, bool(stored.get("cancelled")))
