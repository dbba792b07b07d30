"""Who an activity is from, as handlers know senders, and where that person alone can be answered."""

import logging
from typing import TYPE_CHECKING

from bot.messenger import SendError, Unreachable
from bot.teams.activity import SURFACE, address, is_personal, locale, profile, spoken_in, tenant, user_id
from bot.teams.apps import Apps
from bot.teams.connector import CALL_SECONDS
from handlers import faults
from handlers.errors import Refused
from handlers.people.address import Address
from handlers.people.context import Profile, Sender
from handlers.writing.language import _

if TYPE_CHECKING:
    from botbuilder.schema import Activity

log = logging.getLogger(__name__)


class Senders:
    """Makes a `Sender` of an activity; asks Teams about somebody who is new."""

    def __init__(self, apps: Apps) -> None:
        self._apps = apps

    def of(self, activity: "Activity", place: Address | None, *, lasting: bool = True) -> Sender:
        """`place`: where they can be reached from now on; None where the activity reveals no such place.
        `lasting`: whether the answer stays in a conversation."""
        conversation_id = place.reach["conversation_id"] if place else activity.conversation.id

        async def ask() -> Profile:
            try:
                member = await self._apps.asked(activity).member(
                    activity.service_url, conversation_id, activity.from_property.id
                )
            except Unreachable as error:
                log.warning("could not look up %s: %s", user_id(activity), error)
                raise Refused(_unknown(activity) if place or is_personal(activity) else _not_met()) from None
            except SendError as error:
                raise faults.platform_busy("Teams", error) from None
            return profile(member, tenant(activity), locale(activity))

        return Sender(
            SURFACE,
            tenant(activity),
            user_id(activity),
            ask,
            reach=place.reach if place else None,
            lasting=lasting,
            shared=("service_url",),
            spoken_in=spoken_in(activity),
        )

    async def private(
        self, activity: "Activity", seconds: float = CALL_SECONDS, *, among_others: bool = False
    ) -> Address:
        """The conversation between the bot and whoever the activity is from, which is made if need be.

        `among_others`: it comes from where they write to others, so that a conversation that looks personal may be that
        of two people (microsoft/botbuilder-dotnet#2976).

        Raises:
            Unreachable: Teams does not let us, most often since the person does not have the app.
            SendError: Teams does not say, which passes.
        """
        if is_personal(activity) and not among_others:
            return address(activity, activity.conversation.id)
        conversation_id = await self._apps.asked(activity).open_private(
            activity.service_url,
            bot_id=activity.recipient.id,
            user_id=activity.from_property.id,
            tenant_id=tenant(activity),
            seconds=seconds,
        )
        return address(activity, conversation_id)


def _not_met() -> str:
    """Where the bot is no member, Teams tells it of nobody."""
    return _("Jeg kjenner deg ikke ennå. Finn meg under Apper i Teams, og skriv til meg der først.")


def _unknown(activity: "Activity") -> str:
    return _(
        "Teams viser meg ikke hvem du er, så jeg har ikke gjort noe. Prøv igjen om litt. Hjelper ikke det, be "
        "koordinatoren skrive dette på linjen din i helsefellesskapets fil: {field}: {id}."
    ).format(field="teams_id", id=user_id(activity))


def how_to_meet() -> str:
    return _(
        "Jeg får ikke startet en privat samtale med deg herfra. Finn meg under Apper i Teams, og skriv det samme til "
        "meg der."
    )
