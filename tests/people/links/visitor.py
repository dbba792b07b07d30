"""Somebody with a browser without script, on the page that a signed link opens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from bot.web.guard import LINKED_HEADERS, WITH_SCRIPT
from tests.web.markup import Element, parse


@dataclass
class Visitor:
    """Sends what a browser would: a form's fields and the one button that was pressed."""

    http: aiohttp.ClientSession
    address: str
    headers: Mapping[str, str] = field(default_factory=lambda: {"Origin": "null", "Sec-Fetch-Site": "same-origin"})
    status: int = 0
    page: Element = field(default_factory=lambda: Element("", {}))

    async def open(self) -> Element:
        async with self.http.get(self.address) as response:
            return await self._see(response)

    async def press(self, label: str, place: int = 0, **changes: Any) -> Element:
        """Press the button (or the answer to its question) called `label`, with some fields changed.

        `place`: which one, where several are called that.
        """
        found = [
            (form, button) for form in self.page.all("form") for button in form.all("button") if button.words == label
        ]
        assert len(found) > place, f"no «{label}» among {self.buttons()}"
        form, button = found[place]
        return await self.post(self._sent(form, button, changes))

    async def enter(self, **changes: Any) -> Element:
        """Press Enter in the form: the same as its first button."""
        form = self.page.one("form")
        return await self.post(self._sent(form, next(form.all("button")), changes))

    async def post(self, values: list[tuple[str, str]], **headers: str) -> Element:
        data = aiohttp.FormData(values)
        if not values:
            data = aiohttp.FormData([("nothing", "")])
        async with self.http.post(self.address, data=data, headers={**self.headers, **headers}) as response:
            return await self._see(response)

    def buttons(self) -> list[str]:
        """What can be pressed, by label; a question by the label that opens it."""
        return [item.words for item in self.page.all() if item.tag in ("button", "summary") and item.words]

    def link(self, label: str) -> str:
        """Where a link on the page leads."""
        found = next(item for item in self.page.all("a") if item.words == label)
        return str(URL(self.address).join(URL(found["href"])))

    async def _see(self, response: aiohttp.ClientResponse) -> Element:
        self.status = response.status
        self.page = parse(await response.text())
        # A script only where things can be put in another order or a form saves itself, and then none but ours.
        known = {"data-order": "order.js", "data-saves": "save.js"}
        there = {name for item in self.page.all() for name in item.attributes}
        own = [file for attribute, file in known.items() if attribute in there]
        for name, value in {**LINKED_HEADERS, **(WITH_SCRIPT if own else {})}.items():
            assert response.headers[name] == value
        scripts = [(item["src"], item.text) for item in self.page.all("script")]
        assert scripts == [(f"../side/static/{file}", "") for file in own]
        return self.page.one("main")

    @staticmethod
    def _sent(form: Element, button: Element, changes: Mapping[str, Any]) -> list[tuple[str, str]]:
        sent = form.sends()
        for name, value in changes.items():
            values = value if isinstance(value, list) else [value]
            key = name if "." in name else f"value.{name}"
            sent = [pair for pair in sent if pair[0] != key]
            sent += [(key, item) for item in values]
        named = [(button["name"], button["value"])] if "name" in button.attributes else []
        return [*sent, *named]


def pressing(action: str, **arguments: str) -> list[tuple[str, str]]:
    """What is posted for a button, whether it is on the page or not."""
    return [("button", json.dumps({"action": action, "arguments": arguments}))]
