"""Somebody at a Teams client: sends activities to the real route, and looks at what comes back."""

from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.teams.standin import APP_ID, Connector
from tests.world import MUNICIPALITY_TENANT, email_of

BOT = {"id": "28:bot", "name": "Sak"}
REGISTERED = {"id": f"28:{APP_ID}", "name": "Sak"}
"""The same with a registration, as in production."""


@dataclass
class Client:
    """`name` is one of `tests.world.PEOPLE`."""

    http: aiohttp.ClientSession
    url: str
    connector: Connector
    name: str = "colleague"
    conversation: str = "a:personal"
    kind: str = "personal"
    tenant: str | None = MUNICIPALITY_TENANT
    headers: dict[str, str] = field(default_factory=dict)
    bot: dict[str, str] = field(default_factory=lambda: BOT)
    count: int = 0

    def __post_init__(self) -> None:
        self.connector.members[self.user_id.replace(":", "%3A")] = {
            "id": self.user_id,
            "name": f"Eksempel {self.name.title()}",
            "email": email_of(self.name),
            "userPrincipalName": email_of(self.name),
        }

    @property
    def user_id(self) -> str:
        return f"29:{self.name}"

    def activity(self, **more: Any) -> dict[str, Any]:
        """An activity as Teams sends it, each at a time of its own."""
        self.count += 1
        whole: dict[str, Any] = {
            "type": "message",
            "id": f"id-{self.name}-{self.count}",
            "timestamp": f"2026-09-01T08:{self.count // 60:02}:{self.count % 60:02}.123Z",
            "localTimestamp": f"2026-09-01T10:{self.count // 60:02}:{self.count % 60:02}.123+02:00",
            "serviceUrl": self.connector.url,
            "channelId": "msteams",
            "from": {"id": self.user_id, "name": self.name, "aadObjectId": f"aad-{self.name}"},
            "recipient": self.bot,
            "conversation": {"id": self.conversation, "conversationType": self.kind},
            "channelData": {"tenant": {"id": self.tenant}} if self.tenant else {},
            **more,
        }
        return {key: value for key, value in whole.items() if value is not None}

    async def post(self, activity: Any) -> tuple[int, Any]:
        """(status, body)."""
        async with self.http.post(self.url, json=activity, headers=self.headers) as response:
            text = await response.text()
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else text

    async def say(self, text: str, **more: Any) -> int:
        """Where others read it too, the bot is mentioned: Teams hands over nothing else."""
        if self.kind != "personal" and "entities" not in more:
            text = f"<at>{self.bot['name']}</at> {text}"
            more["entities"] = [{"type": "mention", "mentioned": self.bot, "text": f"<at>{self.bot['name']}</at>"}]
        status, _body = await self.post(self.activity(text=text, **more))
        return status

    def invoke(self, action: dict[str, Any], reply_to: str, **more: Any) -> dict[str, Any]:
        return self.activity(
            type="invoke", name="adaptiveCard/action", value={"action": action}, replyToId=reply_to, **more
        )

    async def press(
        self, card: dict[str, Any], label: str, reply_to: str = "activity-1", **filled: str
    ) -> dict[str, Any]:
        """Press the button `label` on `card`, with `filled` in its fields as clients send it. The response's body."""
        button = next(button for button in buttons(card) if button["title"] == label)
        data = {**button.get("data", {}), **{name: value for name, value in filled.items() if value}}
        status, body = await self.post(self.invoke({**button, "data": data}, reply_to))
        assert status == 200
        assert body["statusCode"] == 200
        result: dict[str, Any] = body
        return result

    def chosen(self, name: str, content: str | None, **message: Any) -> dict[str, Any]:
        """The invoke of an action in the menu of somebody else's message, which says `content` (HTML)."""
        whole = {
            "id": "1611060744833",
            "body": {"contentType": "html", "content": content},
            "from": {"user": {"userIdentityType": "aadUser", "id": "aad-other", "displayName": "Eksempel Kollega"}},
            "mentions": [],
            "attachments": [],
            **message,
        }
        value = {"commandId": name, "commandContext": "message", "requestId": "r1", "messagePayload": whole}
        return self.activity(type="invoke", name="composeExtension/fetchTask", value=value)

    async def open_dialog(self, name: str, content: str | None, **message: Any) -> dict[str, Any]:
        """Choose an action in a message's menu; the card in the dialog."""
        return in_dialog(await self.post(self.chosen(name, content, **message)))

    async def begin(self, name: str, where: str = "compose") -> dict[str, Any]:
        """Choose an action where one writes a new message, or in the field above; the card in the dialog."""
        value = {"commandId": name, "commandContext": where, "requestId": "r1", "context": {"theme": "default"}}
        return in_dialog(await self.post(self.activity(type="invoke", name="composeExtension/fetchTask", value=value)))

    def submitted(self, card: dict[str, Any], label: str, **filled: str) -> dict[str, Any]:
        """The invoke of the button `label` on a dialog's card."""
        button = next(part for part in parts(card) if part["type"] == "Action.Submit" and part["title"] == label)
        data = {**button.get("data", {}), **{name: value for name, value in filled.items() if value}}
        value = {"commandId": "merk", "commandContext": "message", "requestId": "r2", "data": data}
        return self.activity(type="invoke", name="composeExtension/submitAction", value=value)

    async def submit(self, card: dict[str, Any], label: str, **filled: str) -> dict[str, Any]:
        """Press a button in a dialog; the card that comes in its place."""
        return in_dialog(await self.post(self.submitted(card, label, **filled)))


def in_dialog(answer: tuple[int, Any]) -> dict[str, Any]:
    """The card in a dialog, which is as Teams wants it."""
    status, body = answer
    assert status == 200, answer
    assert body["task"]["type"] == "continue"
    value = body["task"]["value"]
    assert (value["width"], value["height"]) == ("medium", "large")
    assert 1 <= len(value["title"]) <= 64
    assert value["card"]["contentType"] == "application/vnd.microsoft.card.adaptive"
    card: dict[str, Any] = value["card"]["content"]
    # A dialog knows no Action.Execute.
    assert buttons(card) == []
    return card


def buttons(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Every Action.Execute on a card, also those within other parts; not what a client calls by itself."""
    shown = {name: part for name, part in card.items() if name != "refresh"}
    return [part for part in parts(shown) if part.get("type") == "Action.Execute"]


def parts(value: Any) -> list[dict[str, Any]]:
    """Every part of a card that has a type, at any depth."""
    found: list[dict[str, Any]] = []
    if isinstance(value, dict):
        if "type" in value:
            found.append(value)
        for inner in value.values():
            found += parts(inner)
    elif isinstance(value, list):
        for inner in value:
            found += parts(inner)
    return found


def texts(card: dict[str, Any]) -> list[str]:
    """All that is written on a card outside its inputs and buttons."""
    return [run["text"] for run in parts(card) if run.get("type") == "TextRun"]


def inputs(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["id"]: part for part in parts(card) if part["type"].startswith("Input.")}
