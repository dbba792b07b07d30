"""The stand-in for Slack, where it has several workspaces: it refuses the wrong token, and what is another's."""

import aiohttp
import pytest

from bot.messenger import Misconfigured, Unreachable
from bot.slack.api import SlackApi
from bot.slack.tokens import FixedToken
from handlers.calendar.clock import Clock
from tests.slack.standin import TOKEN, Slack

MESSAGE = {"text": "Hei", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Hei"}}]}


async def test_each_workspace_has_its_own(http: aiohttp.ClientSession, slack: Slack, clock: Clock) -> None:
    def by(token: str) -> SlackApi:
        return SlackApi(http, url=slack.api_url, tokens=FixedToken(token), clock=clock)

    other = slack.workspace("T-OTHER", members=frozenset({"U-handler"}), token="xoxb-other")
    assert (await by(TOKEN).ask("auth.test", {}))["team_id"] == slack.id
    assert (await by("xoxb-other").ask("auth.test", {}))["team_id"] == "T-OTHER"

    await by("xoxb-other").call("chat.postMessage", {"channel": "U-handler", **MESSAGE})
    assert [line["text"] for line in other.conversations["D-handler"]] == ["Hei"]
    assert slack.conversations == {}
    with pytest.raises(Unreachable, match="channel_not_found"):
        await by("xoxb-other").call("chat.postMessage", {"channel": "U-member", **MESSAGE})
    with pytest.raises(Unreachable, match="users_not_found"):
        await by("xoxb-other").ask("users.lookupByEmail", {"email": "member@example.org"})

    for wrong, error in (("xoxb-nobodys", "invalid_auth"), ("xoxb-other", "token_expired"), (TOKEN, "token_revoked")):
        if error != "invalid_auth":
            slack.refuse(wrong, error)
        with pytest.raises(Misconfigured, match=error):
            await by(wrong).ask("auth.test", {})
    assert [error for _method, error in slack.refused_tokens] == ["invalid_auth", "token_expired", "token_revoked"]
