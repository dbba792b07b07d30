"""Telling that somebody has not got a message, and will not by waiting: those who can tell them in another way.

Who that is, the capability says whose subject it is (`Capability.subjects`): of a case and of a meeting the committee's
secretariat, of a deviation whoever works with it and may know of it. They learn who has not got something and about
what, not what it said. Where there is nobody to tell, and when such a notice itself does not arrive, the log has it all
the same.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.message import Message
from handlers.messages.standing import Build, Seen, Standing, places, show_all
from handlers.writing.language import _
from storage import deliveries
from storage.deliveries import Place

log = logging.getLogger(__name__)


class Missed(NamedTuple):
    """What somebody (`name`) has not got: a message about `subject`. `reference`: of the fault, as the log has it."""

    subject: str
    person_id: int
    name: str
    reference: str


class About(NamedTuple):
    """`title` says what it is about. `readers`: person id and language of those to tell."""

    title: Callable[[], str]
    readers: Sequence[tuple[int, str]]
    base: Callable[[], Message]
    """A message with what opens it."""


AboutSubject = Callable[[AsyncSession, int, int, datetime], Awaitable[About | None]]
"""What a message was about that did not arrive, and who is told: by the number in its subject, the person who has not
got it, and the time. None: it is gone."""
Subjects = Mapping[str, AboutSubject]
"""By what comes before the first colon of a delivery's subject."""


async def tell(session: AsyncSession, subjects: Subjects, missed: Missed, now: datetime, *, held: bool) -> None:
    """Write notices of `missed`. There is one for each person and subject, which always has the last reference.

    `held`: it will be sent when the fault is mended.
    """
    about = await _about(session, subjects, missed, now)
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


async def arrived(session: AsyncSession, subjects: Subjects, missed: Missed, now: datetime) -> None:
    """It did arrive: notices that nobody has read yet go, the others say so, unless there is more not delivered."""
    if await deliveries.undelivered(session, missed.subject, missed.person_id):
        return
    await deliveries.drop_unsent(session, _subject(missed), idle_at=now)
    about = await _about(session, subjects, missed, now)
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


async def _about(session: AsyncSession, subjects: Subjects, missed: Missed, now: datetime) -> About | None:
    kind, _colon, rest = missed.subject.partition(":")
    number = rest.partition(":")[0]
    about = subjects.get(kind)
    if about is None or not number.isdecimal():
        return None
    return await about(session, int(number), missed.person_id, now)
