"""Telling the coordinators that the bot has lost its access to a Slack workspace, or is about to."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.messages.message import Message
from handlers.messages.standing import Seen, places, tell_once
from handlers.people.access import DECIDERS
from handlers.writing.language import _
from storage import committees, people

log = logging.getLogger(__name__)


async def tell_gone(session: AsyncSession, key: str, workspace: str, organisation: str, now: datetime) -> int:
    """Slack takes nothing from the bot there any more. Write to whoever coordinates a committee; how many.

    Args:
        key: of what happened, so that it is told of once.
        workspace: what it is called.
    """

    def build() -> Message:
        return Message(
            title=_("Boten er ikke lenger i Slack-arbeidsområdet {workspace}").format(workspace=workspace),
            text=_(
                "De som bruker Slack i {organisation}, får ikke skrevet til meg derfra, og meldinger til dem går en "
                "annen vei eller venter. Var det ikke meningen, be den som drifter boten installere den på nytt."
            ).format(organisation=organisation),
        )

    return await _tell(session, key, build, now)


async def tell_stuck(
    session: AsyncSession, key: str, workspace: str, organisation: str, ends_at: datetime, now: datetime
) -> int:
    """As `tell_gone`, of a workspace where Slack does not renew the bot's access, which ends then."""

    def build() -> Message:
        return Message(
            title=_("Boten må installeres på nytt i Slack-arbeidsområdet {workspace}").format(workspace=workspace),
            text=_(
                "Slack fornyer ikke tilgangen min hos {organisation}. Den varer til {moment}. Be den som drifter "
                "boten, få den installert på nytt før det, så merker ingen noe. Ingenting er tapt."
            ).format(organisation=organisation, moment=dates.day_and_clock(ends_at, LOCAL_ZONE.key)),
        )

    return await _tell(session, key, build, now, until=ends_at)


async def _tell(
    session: AsyncSession, key: str, build: Callable[[], Message], now: datetime, *, until: datetime | None = None
) -> int:
    active = [each.id for each in await committees.active(session)]
    terms = await people.holding_roles_from(session, active, local_day(now), local_day(now))
    readers = {term.person_id: term.language for each in terms.values() for term in each if term.role in set(DECIDERS)}
    if not readers:
        log.warning("nobody coordinates a committee, so nobody is told of the bot's access to a Slack workspace")
    return await tell_once(session, now, "", [Seen(places(key, sorted(readers.items())), build)], expires_at=until)
