"""docs/surfaces.md: what can be done on each surface, and where else what one of them lacks (`make surfaces`).

All of it is asked of the registry, the manifests and the renderers: nothing is written here by hand but the words for
where a thing is done that a surface does not show.
"""

import json
import sys
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.slack import manifest as slack
from bot.slack.blocks import fallback, message_blocks
from bot.slack.views import form_view
from bot.teams import manifest as teams
from bot.teams.cards import form_card, message_card
from bot.web import draw
from bot.web.content import Opened, Told, dump
from handlers.capabilities import registry
from handlers.capability import Capability, Command
from handlers.dialogs.dialog import Choice, Form, FormField, Option, Widget
from handlers.messages.files import with_links
from handlers.messages.message import (
    Button,
    Confirm,
    Fact,
    FileLink,
    FileRef,
    Image,
    Link,
    Message,
    Order,
    PageLink,
    Place,
    Secret,
    Section,
    Upload,
)
from handlers.people.links import NO_LINKS, Links
from handlers.registry import Registry
from handlers.writing.language import _
from storage.local import Entry
from tests.web.markup import parse

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "surfaces.md"
SURFACES = ("Slack", "Teams", "the local page", "a linked page")
Cells = Mapping[str, str]
"""What stands in a row, by surface."""
_NO = "–"
_NOW = datetime(2026, 9, 1, tzinfo=UTC)
_LINKS = Links("https://bot.example.org/", "a key for what is drawn here alone")

INSTEAD: Mapping[str, str] = {
    "opens": "it is open already",
    "order": "buttons that move a line up and down",
    "upload": "a link to the page where it is handed in; without `PUBLIC_URL` the message says where",
}
"""Parts of a message that not every surface shows, and what there is in their place (tests/test_surfaces.py)."""
UNSEEN = {"page", "part", "mailable", "invitation", "replace", "closes", "delivery_key", "shared", "attached"}
"""What a message carries that nobody reads on these surfaces: it says how and to where it goes."""
ALSO: Mapping[str, Sequence[str]] = {
    "the tab «Hjem»": ("hjem",),
    "cards of our own links": ("sak", "vedtak", "mote"),
    "the search below where one writes": ("sok", "vedtak"),
}
"""What the manifests of the platforms have beside commands and shortcuts, and the commands that lead to the same."""


# --- the parts of messages and forms -----------------------------------------------------------------------


def samples() -> Mapping[str, Message]:
    """A message with each part that a message can have, which says `MARK`."""
    url = "https://bot.example.org/fil/a.b"
    file = FileRef(document="x", url=url)
    button: dict[str, Any] = {"label": "MARK", "action": "x"}
    parts: dict[str, dict[str, Any]] = {
        "text": {"text": "MARK"},
        "facts": {"facts": (Fact(label="x", value="MARK"),)},
        "image": {"image": Image(file=file, alt="MARK")},
        "links": {"links": (Link(label="MARK", url=url),)},
        "files": {"files": (FileLink(label="MARK", file=file),)},
        "opens": {"opens": (PageLink.model_construct(label="MARK", action="x", arguments={"x": "1"}, url=url),)},
        "buttons": {"buttons": (Button(**button),)},
        "a question first": {"buttons": (Button(label="x", action="x", confirm=Confirm(text="MARK", yes="y")),)},  # type: ignore[arg-type]
        "order": {
            "sections": (
                Section(order=Order.model_construct(action="x", places=(Place(key="x", name="MARK", text="MARK"),))),
            )
        },
        "upload": {"upload": Upload.model_construct(label="MARK", action="x", arguments={}, accept=".txt")},
        "secrets": {"secrets": (Secret(label="x", value="MARK", later="x"),)},
        "sections": {"sections": (Section(title="MARK"),)},
        "small": {"small": "MARK"},
    }
    return {"title": Message(title="MARK"), **{name: Message(title="x", **each) for name, each in parts.items()}}


def message_on(surface: str, message: Message) -> str:
    """All that is sent of a message."""
    match surface:
        case "Slack":
            return json.dumps([message_blocks(message), fallback(message)])
        case "Teams":
            return json.dumps(message_card(message))
        case "the local page":
            return draw.line(Entry(1, 1, _NOW, dump(Told(message=message))), 1, _NOW, _LINKS).html
        case _linked:
            message = with_links(message, _LINKS, 1, pages=False)
            values = {"message": message, "name": "", "only": {}, "once": "", "back": ""}
            return draw.page("linked_message.html", static="", **values)


def shows(surface: str, name: str) -> bool:
    """Whether this part of a message is seen there. A secret, and what is on its way only, is stored by none."""
    message = samples()[name]
    if name == "secrets" and surface == "the local page":
        # It is drawn from what is shown now, and stored without (`dump_whole`).
        return "secret.value" in (Path(draw.__file__).parent / "templates" / "parts.html").read_text(encoding="utf-8")
    return "MARK" in message_on(surface, message)


def _field(widget: type[Widget], *, searched: bool = False) -> FormField:
    is_choice = widget.__name__ in ("Choice", "Choices", "Person")
    return FormField(
        "it",
        widget("MARK"),
        "MARK",
        many=widget.__name__ == "Choices",
        options=(Option("a", "A"), Option("b", "B")) if is_choice else (),
        searched=searched,
    )


def fields() -> Mapping[str, FormField]:
    """One of each kind of field."""
    found = {_spaced(widget.__name__): _field(widget) for widget in typing.get_args(Widget)}
    return {**found, "choice among many": _field(Choice, searched=True)}


def _spaced(name: str) -> str:
    return {"LongText": "several lines", "TimeOfDay": "time of day", "YesNo": "yes or no"}.get(name, name.lower())


def form_on(surface: str, form: Form) -> str:
    """All that is sent of a form."""
    match surface:
        case "Slack":
            return json.dumps(form_view(form))
        case "Teams":
            return json.dumps(form_card(form))
        case "the local page":
            line = dump(Opened(form=draw.searchable(form)))
            return draw.line(Entry(1, 1, _NOW, line), 1, _NOW, NO_LINKS).html
        case _linked:
            wrong = [field for field in form.fields if field.error]
            return draw.page("linked_form.html", static="", form=form, wrong=wrong, name="", back="", saves=False)


def field_on(surface: str, field: FormField) -> str:
    """What a field is drawn as."""
    drawn = form_on(surface, Form(token="x.y.z", title="x", submit="x", fields=(field,)))
    if surface == "Slack":
        blocks = [block for block in json.loads(drawn)["blocks"] if block["type"] in ("input", "section")]
        return ", ".join(block["element"]["type"] if block["type"] == "input" else "text" for block in blocks)
    if surface == "Teams":
        found = [part["type"] for part in json.loads(drawn)["body"] if part["type"].startswith("Input.")]
        return ", ".join(found) or "text"
    return _first_field(drawn)


def _first_field(html: str) -> str:
    for each in parse(html).all():
        kind = each.attributes.get("type", "")
        if each.tag in ("textarea", "select") or (each.tag == "input" and kind not in ("hidden", "submit")):
            return f"{each.tag} {kind}".strip()
    return "text"


# --- what can be done --------------------------------------------------------------------------------------


def command_cells(command: Command, rest: str = "") -> Cells:
    line = f"{command.name} {rest}".strip()
    listed = "typed" if command.seldom and not rest else "listed" if not rest else ""
    on_teams = f"`{line}`" + (f" ({listed})" if listed else "")
    return {"Slack": f"`/{line}`", "Teams": on_teams, "the local page": f"`/{line}`", "a linked page": _NO}


def begins(capability: Capability) -> Command | None:
    """The command that opens the same form as the capability's shortcuts do."""
    return next((each for each in capability.commands if each.begin is not None), None)


def of_one_thing(known: Registry, capability: Capability) -> Sequence[str]:
    """Its actions that are done from the page of one thing."""
    only = {capability.about: "1"} if capability.about else {"": ""}
    names = [str(each.name) for each in capability.actions]
    return [name for name in names if capability.about and known.may_be_done_from(only, name)]


def beside(known: Registry) -> Mapping[str, str]:
    """What only one platform has, by what it is called here: the platform."""
    on_slack = slack.manifest(known, "https://bot.example.org")["features"]
    on_teams = teams.manifest(known, None, "https://bot.example.org")
    searches = [
        command
        for extension in on_teams.get("composeExtensions", ())
        for command in extension["commands"]
        if command["type"] == "query"
    ]
    unfurled = any(each.get("messageHandlers") for each in on_teams.get("composeExtensions", ()))
    cards = {"Slack": bool(on_slack.get("unfurl_domains")), "Teams": unfurled}
    found = {
        "the tab «Hjem»": "Slack" if on_slack["app_home"]["home_tab_enabled"] else "",
        "cards of our own links": ", ".join(surface for surface, shown in cards.items() if shown),
        "the search below where one writes": "Teams" if searches else "",
    }
    return {what: where for what, where in found.items() if where}


# --- the document ------------------------------------------------------------------------------------------


def _table(first: str, rows: Iterable[tuple[str, Cells]]) -> Iterator[str]:
    yield f"| {first} | " + " | ".join(SURFACES) + " |"
    yield "| --- |" + " --- |" * len(SURFACES)
    for name, cells in rows:
        yield f"| {name} | " + " | ".join(_cell(cells.get(surface, _NO)) for surface in SURFACES) + " |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or _NO


def _shown(part: str, so: str) -> Cells:
    """Where this part of a message is seen, and what there is in its place where it is not."""
    return {surface: so if shows(surface, part) else f"{_NO} {INSTEAD[part]}" for surface in SURFACES}


def _commands(known: Registry) -> Iterator[tuple[str, Cells]]:
    for command in known.commands.values():
        yield _(command.summary), command_cells(command)
        for way in command.ways:
            if way.rest:
                yield _(way.label), command_cells(command, way.rest)


def _shortcuts(known: Registry) -> Iterator[tuple[str, Cells]]:
    for capability in known.capabilities:
        command = begins(capability)
        for each in capability.shortcuts:
            where = (
                {"Slack": "the message's menu", "Teams": "the message's menu"}
                if each.on_message
                else {"Slack": "⚡ beside where one writes", "Teams": "below where one writes, and in the search field"}
            )
            typed = f"`/{command.name}` and its text" if command else _NO
            yield f"«{_(each.label)}»", {**where, "the local page": typed}


def _buttons(known: Registry) -> Iterator[str]:
    yield "| part | buttons | of these on its page | not there, since they are about no one thing |"
    yield "| --- | --- | --- | --- |"
    for capability in known.capabilities:
        if capability.actions:
            there = of_one_thing(known, capability)
            left = [f"`{each.name}`" for each in capability.actions if str(each.name) not in there]
            yield f"| {capability.name} | {len(capability.actions)} | {len(there)} | {', '.join(left) or _NO} |"
    yield ""


def document() -> str:
    """The whole of it."""
    known = registry()
    everywhere = dict.fromkeys(SURFACES, "yes")
    lines = [
        "# What can be done where",
        "",
        "Made by `make surfaces` from the registry, the manifests and the renderers; a test fails when it is stale.",
        "The bot is spoken to from Slack, from Teams and from the local page; a *linked page* is what a link in an "
        "e-mail opens, for one person and one thing ([decision 013](decisions/013-a-link-opens-one-case-for-one-"
        "person.md)). Whatever can be done on one of the first three can be done on the others.",
        "",
        "## Commands",
        "",
        "On Slack and the local page with a slash or without; on Teams without, from the list of commands or typed. "
        "What people write in their own words leads to the same. A linked page has none.",
        "",
        *_table("what it does", _commands(known)),
        "## Shortcuts",
        "",
        "On the local page nobody else writes, so a message's text is written after the command.",
        "",
        *_table("shortcut", _shortcuts(known)),
        "## Buttons",
        "",
        "Every button is drawn on Slack, on Teams and on the local page. A linked page shows those that are about the "
        "thing that it is for.",
        "",
        *_buttons(known),
        "## Forms",
        "",
        f"All {len(known.dialogs)} are filled in on every surface. This is what their fields are drawn as:",
        "",
        *_table("field", ((name, {on: field_on(on, field) for on in SURFACES}) for name, field in fields().items())),
        "## Files",
        "",
        "By a link. Without `PUBLIC_URL` there is none, and on Slack and Teams the file itself comes into the "
        "conversation ([decision 066](decisions/066-files-come-into-the-conversation.md)).",
        "",
        *_table("file", ((f"`{name}`, to fetch", everywhere) for name in known.documents)),
        *_table(
            "file",
            ((f"`{name}`, to hand in", _shown("upload", "a field")) for name in known.intakes),
        ),
        "## What a message is made of",
        "",
        *_table(
            "part",
            ((name, _shown(name, "yes")) for name in samples()),
        ),
        "## What one platform has beside this",
        "",
        "| what | where | elsewhere |",
        "| --- | --- | --- |",
        *(
            f"| {what} | {where} | {', '.join(f'`{name}`' for name in ALSO[what])} |"
            for what, where in beside(known).items()
        ),
    ]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT}\n")
