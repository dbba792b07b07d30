"""Telling that somebody has not got a message, and will not by waiting: those who can tell them in another way.

Of a case and of a meeting that is the committee's secretariat; of a deviation whoever works with it and may know of it
(see `handlers.deviations.access`). They learn who has not got something and about what, not what it said. Where there
is nobody to tell, and when such a notice itself does not arrive, the log has it all the same.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import around
from handlers.cases import views as case_views
from handlers.deviations import announce as deviation_announce
from handlers.deviations import views as deviation_views
from handlers.messages.message import Button, Message
from handlers.messages.standing import Build, Seen, Standing, places, show_all
from handlers.writing.language import _
from storage import cases, committees, deliveries, deviations
from storage.deliveries import Place
from storage.tables import DeviationStatus

log = logging.getLogger(__name__)


class Missed(NamedTuple):
    """What somebody (`name`) has not got: a message about `subject`. `reference`: of the fault, as the log has it."""

    subject: str
    person_id: int
    name: str
    reference: str


class _About(NamedTuple):
    """`title` says what it is about. `readers`: person id and language of those to tell."""

    title: Callable[[], str]
    readers: Sequence[tuple[int, str]]
    base: Callable[[], Message]
    """A message with what opens it."""


async def tell(session: AsyncSession, missed: Missed, now: datetime, *, held: bool) -> None:
    """Write notices of `missed`. There is one for each person and subject, which always has the last reference.

    `held`: it will be sent when the fault is mended.
    """
    about = await _about(session, missed, now)
    readers = [reader for reader in about.readers if reader[0] != missed.person_id] if about else []
    if about is None or not readers:
        log.warning("nobody can be told that a message is not delivered, reference %s", missed.reference)
        return
    what, base = about.title, about.base

    def build() -> Message:
        if held:
            text = _(
                "Jeg får ikke sendt meldinger dit nå. Meldingen er tatt vare på, og sendes når feilen er rettet. "
                "Haster det, gi beskjed på en annen måte."
            )
        else:
            text = _("Meldingen lot seg ikke levere. Gi beskjed på en annen måte.")
        operator = _("Oppgi referansen {reference} til den som drifter boten.").format(reference=missed.reference)
        title = _("Ikke levert: {name} har ikke fått en melding om {what}").format(name=missed.name, what=what())
        return base().model_copy(update={"title": title, "text": f"{text} {operator}"})

    subject = _subject(missed)
    await show_all(session, now, [Standing(subject, [Seen(places(subject, readers), build)])])


async def arrived(session: AsyncSession, missed: Missed, now: datetime) -> None:
    """It did arrive: notices that nobody has read yet go, the others say so, unless there is more not delivered."""
    if await deliveries.undelivered(session, missed.subject, missed.person_id):
        return
    await deliveries.drop_unsent(session, _subject(missed), idle_at=now)
    about = await _about(session, missed, now)
    if about is None:
        return
    what, base = about.title, about.base

    def build() -> Message:
        title = _("Levert: {name} har nå fått meldingen om {what}").format(name=missed.name, what=what())
        return base().model_copy(update={"title": title})

    allowed = {person_id for person_id, _language in about.readers}

    def gone(place: Place) -> Build | None:
        return build if place.person_id in allowed else None

    await show_all(session, now, [Standing(_subject(missed), (), gone)])


def _subject(missed: Missed) -> str:
    return f"undelivered:{missed.person_id}:{missed.subject}"


async def _about(session: AsyncSession, missed: Missed, now: datetime) -> _About | None:
    kind, _colon, rest = missed.subject.partition(":")
    number = rest.partition(":")[0]
    if not number.isdecimal():
        return None
    match kind:
        case "item":
            return await _about_case(session, int(number), now)
        case "deviation":
            return await _about_deviation(session, int(number), missed.person_id, now)
        case "meeting":
            return await _about_meeting(session, int(number), now)
        case _other:
            return None


async def _about_case(session: AsyncSession, item_id: int, now: datetime) -> _About | None:
    case = await cases.case(session, item_id)
    if case is None:
        return None
    holders = await around.secretaries(session, case.item.committee_id, now)

    def base() -> Message:
        show = Button(label=_("Vis saken"), action="sak.vis", arguments={"item": str(item_id)})
        return Message(title="", buttons=(show,), page=case_views.page_of(case))

    def title() -> str:
        if case.item.number:
            return _("sak {number}").format(number=case.item.number)
        return _("saken «{title}»").format(title=case.item.title)

    return _About(title, [(holder.person_id, holder.language) for holder in holders], base)


async def _about_deviation(session: AsyncSession, deviation_id: int, person_id: int, now: datetime) -> _About | None:
    report = await deviations.report(session, deviation_id)
    if report is None or report.deviation.status == DeviationStatus.WITHDRAWN:
        return None
    found = await deviation_announce.holders(session, report, now)
    sent = report.deviation.sent_at is not None
    # Who leads whom on the reporter's side is no business of the unit's, nor is a report that it has not got.
    own_side = not sent or any(person_id == leader for leader, _language in found.nearest)
    readers = found.nearest if own_side else (*found.readers, *found.leaders)

    def base() -> Message:
        show = deviation_views.show(report)
        return Message(title="", buttons=(show,), page=deviation_views.page_of(report))

    return _About(lambda: report.deviation.reference, list(dict(readers).items()), base)


async def _about_meeting(session: AsyncSession, meeting_id: int, now: datetime) -> _About | None:
    meeting = await committees.meeting(session, meeting_id)
    committee = await committees.committee(session, meeting.committee_id) if meeting else None
    if meeting is None or committee is None:
        return None
    holders = await around.secretaries(session, meeting.committee_id, now)

    def title() -> str:
        day = dates.day(meeting.starts_at, meeting.zone)
        return _("møtet i {committee} {day}").format(committee=committee.name, day=day)

    return _About(title, [(holder.person_id, holder.language) for holder in holders], lambda: Message(title=""))
