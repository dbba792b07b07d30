"""Telling the coordinators that Slack takes nothing from the bot in a workspace any more."""

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.messages.deliveries import in_language
from handlers.messages.message import Message
from handlers.people.access import DECIDERS
from handlers.writing.language import _
from storage import committees, deliveries, people
from storage.deliveries import Wish

log = logging.getLogger(__name__)


async def tell(session: AsyncSession, key: str, workspace: str, organisation: str, now: datetime) -> int:
    """Write to whoever coordinates a committee; how many. `key`: of what happened, so that it is told of once.
    `workspace`: what it is called."""
    active = [each.id for each in await committees.active(session)]
    terms = await people.holding_roles_from(session, active, local_day(now), local_day(now))
    readers = {term.person_id: term.language for each in terms.values() for term in each if term.role in set(DECIDERS)}

    def build() -> Message:
        return Message(
            title=_("Boten er ikke lenger i Slack-arbeidsområdet {workspace}").format(workspace=workspace),
            text=_(
                "De som bruker Slack i {organisation}, får ikke skrevet til meg derfra, og meldinger til dem går en "
                "annen vei eller venter. Var det ikke meningen, be den som drifter boten installere den på nytt."
            ).format(organisation=organisation),
        )

    wishes = [
        Wish(f"{key}:{person_id}", "", person_id, in_language(language, build), now)
        for person_id, language in sorted(readers.items())
    ]
    if not wishes:
        log.warning("nobody coordinates a committee, so nobody is told that the bot is gone from a workspace")
    return await deliveries.wish_once(session, wishes)
