"""Who a request from Slack is from, as handlers know senders."""

import logging
from functools import partial

from bot.messenger import Misconfigured, SendError, Unreachable
from bot.slack.messenger import SURFACE, reach_of
from bot.slack.requests import Payload, installation, speaker
from bot.slack.users import is_person, profile
from bot.slack.workspaces import Workspaces
from handlers import faults
from handlers.errors import Refused
from handlers.people.context import Profile, Sender, SpokenIn
from handlers.writing.language import _

log = logging.getLogger(__name__)

_SEES_ADDRESSES = "users:read.email"
_NO_NAMES = ("privategroup", "directmessage", "")


class Senders:
    """Makes a `Sender` of a request; asks Slack about somebody who is new."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    def of(self, payload: Payload) -> Sender:
        workspaces, user_id = speaker(payload)
        return Sender(
            surface=SURFACE,
            workspace=workspaces[0],
            also=workspaces[1:],
            user_id=user_id,
            profile=partial(self._profile, installation(payload), workspaces, user_id),
            # Always the same address, so that a known person costs no write.
            reach=reach_of(user_id),
            lasting=False,
            spoken_in=_spoken_in(payload),
        )

    async def _profile(self, app: tuple[str, ...], workspaces: tuple[str, ...], user_id: str) -> Profile:
        """What Slack says of them (users.info): where they are at home, if the app is installed there too, which knows
        best whether they are a guest; else where they spoke to it (`app`). What it does not say is never filled in with
        somebody new, so each way that it may not say has an end of its own.

        Raises:
            Refused: Slack does not show them to the bot, or they are a program.
            PlatformBusy: it does not answer, and may later.
            NotSetUp: the bot may not ask.
        """
        arguments = {"user": user_id, "include_locale": "true"}
        try:
            api = await self._workspaces.api((*workspaces[:1], *app))
            try:
                told = await api.ask("users.info", arguments, seconds=4.0)
            except Unreachable:
                spoken_to = await self._workspaces.api(app)
                if spoken_to is api:
                    raise
                api = spoken_to
                told = await api.ask("users.info", arguments, seconds=4.0)
            user = told.get("user") or {}
        except Unreachable as error:
            log.warning("users.info of %s: %s", user_id, error)
            raise Refused(_not_shown(user_id)) from None
        except Misconfigured as error:
            raise faults.not_set_up("Slack", str(error)) from None
        except SendError as error:
            raise faults.platform_busy("Slack", f"users.info: {error}") from None
        if not is_person(user):
            raise Refused(_("Jeg svarer bare mennesker med en åpen konto i Slack, ikke andre programmer."))
        found = profile(user, workspaces)
        if found.unvouched and api.lacks(_SEES_ADDRESSES):
            # Everybody's address would seem hidden, and everybody would become somebody else.
            raise faults.not_set_up("Slack", f"users.info: the scope {_SEES_ADDRESSES} is missing")
        return found


def _spoken_in(payload: Payload) -> SpokenIn | None:
    """The channel of a slash command or a mention; a private conversation is none (Slack: «Conversations API»)."""
    event = payload.get("event")
    found = event.get("channel") if isinstance(event, dict) else payload.get("channel_id")
    if not isinstance(found, str) or not found.startswith(("C", "G")):
        return None
    app = installation(payload)
    if not app:
        return None
    name = payload.get("channel_name")
    # What Slack calls a private channel and a conversation of several (Slack: «Slash commands»).
    known = isinstance(name, str) and name not in _NO_NAMES
    return SpokenIn(SURFACE, app[0], found, str(name) if known else "", reach_of(found))


def _not_shown(user_id: str) -> str:
    return _(
        "Slack viser meg ikke hvem du er, så jeg har ikke gjort noe. Prøv igjen om litt. Hjelper ikke det, be "
        "koordinatoren skrive dette på linjen din i helsefellesskapets fil: {field}: {id}."
    ).format(field="slack_id", id=user_id)
