"""Who a request from Slack is from, as handlers know senders."""

import logging
from functools import partial

from bot.messenger import SendError, Unreachable
from bot.slack.api import SlackApi
from bot.slack.messenger import belongs, reach_of, vouched_email
from bot.slack.requests import Payload, speaker
from handlers.context import Profile, Sender
from handlers.errors import Busy, Refused, new_reference
from handlers.language import _

log = logging.getLogger(__name__)

SURFACE = "slack"


class Senders:
    """Makes a `Sender` of a request; asks Slack about somebody who is new."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    def of(self, payload: Payload) -> Sender:
        workspace, user_id = speaker(payload)
        return Sender(
            surface=SURFACE,
            workspace=workspace,
            user_id=user_id,
            profile=partial(self._profile, workspace, user_id),
            # Always the same address, so that a known person costs no write.
            reach=reach_of(user_id),
            lasting=False,
        )

    async def _profile(self, workspace: str, user_id: str) -> Profile:
        """Name, e-mail address and language (users.info).

        Raises:
            Refused: a guest from another workspace, or a program.
            Busy: Slack does not answer.
        """
        try:
            user = (await self._api.ask("users.info", {"user": user_id, "include_locale": "true"}, seconds=4.0)).get(
                "user"
            ) or {}
        except Unreachable:
            return Profile(name="")
        except SendError as error:
            reference = new_reference()
            log.warning("users.info: %s, reference %s", error, reference)
            raise Busy(reference) from None
        if not belongs(user, workspace):
            raise Refused(
                _("Du er her fra et annet Slack-arbeidsområde, og jeg kan bare svare dem som hører til i dette.")
            )
        profile = user.get("profile") or {}
        name = profile.get("real_name") or user.get("real_name") or user.get("name") or ""
        return Profile(name=str(name), email=vouched_email(user), locale=str(user.get("locale") or ""))
