"""A calendar address is opened: is it one, and has anything in it changed since the calendar was here last?

One statement finds all that stands in it, and what it found is the version: so whether it has changed costs neither
drawing nor remembering (see docs/decisions/060). A second one notes a new version, or once an hour that it was read.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import blake2b

from handlers.calendar import feed
from handlers.calendar.clock import Clock
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.subscriptions import address, contents
from handlers.subscriptions.contents import Contents
from handlers.writing.language import _, speaking
from storage import calendar_feeds
from storage.calendar_feeds import Opened, Rows
from storage.database import Database

_NOTED_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Feed:
    """Somebody's calendar as it is now. `tag`: another for each version of it. `changed_at`: since when it is so."""

    tag: str
    changed_at: datetime
    language: str
    found: Sequence[str]
    today: date

    def draw(self) -> bytes:
        """The file."""
        with speaking(self.language):
            return _draw(contents.read(self.found), self.today, self.changed_at)


class Feeds:
    """Opens calendar addresses."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def open(self, path: str) -> Feed | None:
        """What an address leads to (`path`: what stands behind the folder in it); None: nowhere.

        Whether nobody ever had it, it was another's or has been taken away, or its person is not in the partnership any
        more, is found out by the same statement, and nothing else is done then.

        Raises:
            DatabaseUnavailable: the database is gone.
        """
        asked, now = address.asked_for(path), self._clock.now()
        secret_hash, today = address.hashed(asked.secret), local_day(now)
        opened = await calendar_feeds.opened(self._database, asked.handle, secret_hash, today, now)
        if opened is None or not hmac.compare_digest(opened.secret_hash, secret_hash):
            return None
        version = _version(opened, today)
        changed_at = opened.changed_at
        if version != opened.version or opened.read_at is None or now - opened.read_at >= _NOTED_AGAIN:
            async with self._database.transaction() as session:
                changed_at = await calendar_feeds.note_read(session, opened, version, now)
        if changed_at is None:
            return None
        # Since it says when it was changed, it is another file each time it comes back to what it was.
        tag = f"{version}-{int(changed_at.timestamp() * 1000):x}"
        return Feed(tag, changed_at, opened.language, opened.contents, today)


def _version(opened: Opened, today: date) -> str:
    begins_later = contents.begins_later(opened.contents, today)
    return _hash(*opened.contents, *begins_later, opened.language, _drawn_by_this_build(opened.language))


def _draw(found: Contents, today: date, at: datetime) -> bytes:
    name = _("Helsefellesskapet: møter og frister")
    return feed.write(name, contents.events(found, today), at)


@cache
def _drawn_by_this_build(language: str) -> str:
    """One entry of each kind: a build that words or writes something otherwise makes another version of every
    calendar."""
    day, at = "2026-06-15", "2026-06-15T10:00:00+00:00"
    zone = LOCAL_ZONE.key
    sample = Contents(
        [Rows.Role(1, "medlem", None, None)],
        [
            Rows.Meeting(number, "uid", 1, 1, "A", at, at, at, zone, "B", cancelled, day_only, True, "https://c")
            for number, cancelled, day_only in ((1, False, False), (2, True, False), (3, False, True))
        ],
        [Rows.Answer(1, "coming", True, True, True)],
        [Rows.Presented(1, "1", "D", False)],
        [Rows.Hearing("uid", "E", at, "A")],
        [Rows.Task("uid", 1, "F", day, "A")],
        [Rows.Approval("uid", at, zone, at, "A")],
        [Rows.Comments("uid", at, zone, at, 1, "A", "{}", True)],
    )
    with speaking(language):
        return _hash(_draw(sample, date.fromisoformat(day), datetime(2026, 6, 15, tzinfo=UTC)).decode())


def _hash(*parts: str) -> str:
    made = blake2b(digest_size=12)
    for part in parts:
        made.update(part.encode())
        made.update(b"\0")
    return made.hexdigest()
