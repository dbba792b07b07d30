"""Telling the secretariat which reminders do not arrive: one message about each meeting, which is brought up to date.

It says who has not got what, and why. When they have, or it makes no sense any more, nobody who has not read the
message gets it, and the others read there that nothing is missing. The same of each committee, for what its people are
reminded of beside the meetings.

Whoever brings messages out notes what did not arrive (`storage.oversight.note`), so a tick at which nothing was noted
costs one statement.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import around
from handlers.lookout import Looked, Lookout
from handlers.meetings.at_hand import about
from handlers.messages.message import Button, Message
from handlers.messages.standing import Build, Reader, Seen, Standing, places, show_all
from handlers.oversight import words
from handlers.oversight.actions import Do
from handlers.writing.language import _, ngettext
from storage import committees, deliveries, looks, oversight
from storage.deliveries import Place, Wish
from storage.oversight import ABOUT, CHORE, COMMITTEE, MEETING, Overseen
from storage.tables import Committee, Meeting
from storage.watched import EVERYTHING

log = logging.getLogger(__name__)

_AGAIN = timedelta(minutes=15)
"""As long as something is missing, it is looked whether it has arrived: somebody may have come to the chat."""
_MOST_NAMES = 20
"""Names in one message; the rest stand on the meeting's list."""

Label = Callable[[str], str]
"""What a kind of reminder is called."""


class Telling:
    """The chore. `label`: what a kind is called, in the language being spoken."""

    def __init__(self, label: Label) -> None:
        self._label = label
        self.chore = Lookout(CHORE, "reminders of", _spread, self._look).chore(at_once=10)

    async def _look(self, session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
        meetings, of_committees = _ids(ids, MEETING), _ids(ids, COMMITTEE)
        missing: dict[str, list[Overseen]] = {}
        for each in await oversight.undelivered(session, meetings, of_committees, now):
            missing.setdefault(each.about, []).append(each)
        known = await committees.meetings_with_ids(session, meetings)
        theirs = {each.committee_id for each in known} | set(of_committees)
        owners = {each.id: each for each in await committees.with_ids(session, theirs)}
        readers = {each: await _readers(session, each, now) for each in owners}
        subjects: dict[str, tuple[Committee, Meeting | None]] = {
            **{f"{MEETING}{each.id}": (owners[each.committee_id], each) for each in known},
            **{f"{COMMITTEE}{each}": (owners[each], None) for each in of_committees if each in owners},
        }
        for subject in subjects.keys() - missing.keys():
            await deliveries.drop_unsent(session, f"{ABOUT}{subject}", idle_at=now)
        standing = [
            self._standing(subject, *of, missing.get(subject, ()), readers[of[0].id])
            for subject, of in subjects.items()
        ]
        written = await _show(session, standing, now)
        again = {subject: now + _AGAIN if subject in missing else None for subject in ids}
        return Looked(written, again)

    def _standing(
        self,
        subject: str,
        committee: Committee,
        meeting: Meeting | None,
        missing: Sequence[Overseen],
        readers: Mapping[int, str],
    ) -> Standing:
        key = f"{ABOUT}{subject}"
        if not missing:
            nothing = partial(_nothing_missing, committee, meeting)

            def gone(place: Place) -> Build | None:
                return nothing if place.person_id in readers else None

            return Standing(key, (), gone)
        absent = {each.person_id for each in missing}
        told: Sequence[Reader] = [reader for reader in readers.items() if reader[0] not in absent]
        if not told:
            log.warning("nobody can be told that reminders about %s are not delivered", subject)
        return Standing(key, [Seen(places(key, told), partial(self._missing, committee, meeting, missing))])

    def _missing(self, committee: Committee, meeting: Meeting | None, missing: Sequence[Overseen]) -> Message:
        """One line for each person, with all that they have not got and the latest reason."""
        by_person: dict[int, list[Overseen]] = {}
        for each in missing:
            by_person.setdefault(each.person_id, []).append(each)
        count = len(by_person)
        title = ngettext(
            "Ikke levert: {count} person har ikke fått påminnelser om {what}",
            "Ikke levert: {count} personer har ikke fått påminnelser om {what}",
            count,
        ).format(count=count, what=_what(committee, meeting))
        lines = [self._line(own) for own in list(by_person.values())[:_MOST_NAMES]]
        if count > _MOST_NAMES:
            left = count - _MOST_NAMES
            lines.append(ngettext("og {count} til", "og {count} til", left).format(count=left))
        return Message(
            title=title,
            text="\n".join([*lines, _("Gi beskjed på en annen måte. Når alle har fått påminnelsene, står det her.")]),
            buttons=_buttons(meeting),
        )

    def _line(self, own: Sequence[Overseen]) -> str:
        kinds = ", ".join(dict.fromkeys(self._label(each.kind) for each in own))
        return _("{name} ({kinds}): {why}").format(name=own[-1].name, kinds=kinds, why=words.not_delivered(own[-1]))


def _what(committee: Committee, meeting: Meeting | None) -> str:
    if meeting is None:
        return committee.name
    return _("møtet i {committee} {day}").format(
        committee=committee.name, day=dates.day(meeting.starts_at, meeting.zone)
    )


def _nothing_missing(committee: Committee, meeting: Meeting | None) -> Message:
    title = _("Ingen påminnelser om {what} venter på å bli levert lenger")
    return Message(title=title.format(what=_what(committee, meeting)), buttons=_buttons(meeting))


def _buttons(meeting: Meeting | None) -> tuple[Button, ...]:
    if meeting is None:
        return ()
    return (Button(label=_("Hvem er påminnet"), action=Do.SHOW, arguments=about(meeting)),)


async def _readers(session: AsyncSession, committee_id: int, now: datetime) -> Mapping[int, str]:
    """The secretariat, with their languages."""
    holders = await around.secretaries(session, committee_id, now)
    return {holder.person_id: holder.language for holder in holders}


async def _show(session: AsyncSession, standing: Sequence[Standing], now: datetime) -> int:
    """Write what says something else than what stands there; how many messages that is."""
    before = {
        held.key: held.message for _person, held in await deliveries.about(session, [s.subject for s in standing])
    }
    written = 0

    async def write(session: AsyncSession, wishes: Sequence[Wish]) -> None:
        nonlocal written
        new = [wish for wish in wishes if before.get(wish.key) != wish.message]
        written = len(new)
        await deliveries.wish(session, new)

    await show_all(session, now, standing, write=write)
    return written


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    subjects = set(changed)
    if EVERYTHING in subjects:
        subjects = (subjects - {EVERYTHING}) | set(await oversight.looked_for(session))
    await looks.look_at(session, CHORE, dict.fromkeys(subjects, now))


def _ids(subjects: Collection[str], kind: str) -> Sequence[int]:
    return [int(each.removeprefix(kind)) for each in subjects if each.startswith(kind)]
