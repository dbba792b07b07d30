"""Who reads a conversation on Teams: its roster (Teams: «Fetch the roster or user profile»)."""

import logging
from typing import TYPE_CHECKING, Any

from bot.messenger import SendError
from bot.teams.activity import SURFACE, profile, tenant
from bot.teams.apps import Apps
from handlers.people.audience import Reader, Readers

if TYPE_CHECKING:
    from botbuilder.schema import Activity

log = logging.getLogger(__name__)

MOST = 500
"""People of a conversation who are looked at: one page of its roster. A larger one is as good as public."""


async def readers(apps: Apps, activity: "Activity", seconds: float) -> Readers:
    """Who reads the conversation that an activity comes from. What Teams does not say is taken for nobody known: only
    what is public is shown there.

    A conversation of two people looks like that of one with the bot (`personal`), but there the bot is told of nobody.
    """
    where, place = (tenant(activity),), tenant(activity)
    if _is_shared(activity):
        # Whoever comes in through another team is not in the roster for sure.
        return Readers(SURFACE, where, None, shared=True)
    # A thread of a channel has the members of the channel.
    conversation_id = str(activity.conversation.id).partition(";messageid=")[0]
    try:
        members = await apps.asked(activity).roster(activity.service_url, conversation_id, MOST, seconds=seconds)
    except SendError as error:
        log.info("it is not known who reads a conversation: %s", error)
        return Readers(SURFACE, where, None)
    if members is None:
        return Readers(SURFACE, where, None)
    return Readers(SURFACE, where, [_reader(each, place) for each in members])


def _reader(member: dict[str, Any], place: str) -> Reader:
    said = profile(member, place)
    found = member.get("aadObjectId") or member.get("objectId") or member.get("id")
    return Reader(str(found or ""), outsider=said.outsider or not said.workspaces <= {place}, homes=said.workspaces)


def _is_shared(activity: "Activity") -> bool:
    """Whether it is a channel that several teams share (Teams: «Apps for shared and private channels»)."""
    said = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    channel = said.get("channel")
    return isinstance(channel, dict) and str(channel.get("type") or "").casefold() == "shared"
