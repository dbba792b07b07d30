"""One page with every step of every dialog and every message, as each surface draws it, in every language."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.messenger import Attached
from bot.slack.api import as_sent as slack_sends
from bot.slack.blocks import fallback, message_blocks
from bot.slack.home import home_view
from bot.slack.views import form_view
from bot.teams.attached import asked
from bot.teams.cards import form_card, message_card
from bot.teams.connector import as_sent as teams_sends
from bot.web import draw
from bot.web.content import Opened, Told, dump
from handlers.capabilities import registry
from handlers.dialogs.dialog import Answers, Dialog, Form
from handlers.dialogs.token import RESUME, Token
from handlers.messages.message import Message
from handlers.messages.uploads import BY_THEMSELVES, instead_of_links
from handlers.people.links import NO_LINKS
from handlers.registry import Registry
from handlers.writing.language import DEFAULT, LANGUAGES, current, speaking
from handlers.writing.text import shorten
from storage.database import Database
from storage.local import Entry
from storage.migrate import migrate
from tests import accessible
from tests.catalogue import before_others, slack, teams
from tests.catalogue.unasked import Unasked
from tests.catalogue.walk import AS_PEOPLE_WRITE, OPENS_HOME, Walk, Words
from tests.clock import FixedClock
from tests.surface import FakeSurface
from tests.world import build

_HERE = Path(__file__).parent
_WHEN = datetime(2026, 9, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """What came by on the way, and how."""

    how: str
    shown: Form | Message


@dataclass(frozen=True)
class Drawing:
    """One form or message on one surface. `source`: the JSON that is sent, or nothing. `where`: in which place there,
    if not among messages. `faults`: what keeps some people from it."""

    surface: str
    html: Markup
    source: str = ""
    where: str = ""
    faults: Sequence[str] = ()


@dataclass(frozen=True)
class Item:
    """One form or message, by language."""

    how: str
    drawings: Mapping[str, Sequence[Drawing]]


@dataclass(frozen=True)
class StepView:
    """A step of a dialog: where it stands among the others, and how it came by, empty, filled in and with errors."""

    id: str
    name: str
    title: str
    place: int
    items: Sequence[Item]


@dataclass(frozen=True)
class DialogView:
    name: str
    opened_by: Sequence[str]
    steps: Sequence[StepView]
    ends_in: Sequence[str]

    def columns(self) -> Sequence[Sequence[StepView]]:
        """The graph: the steps by how far one has come; those in one column are ways that depend on the answers."""
        places: defaultdict[int, list[StepView]] = defaultdict(list)
        for step in self.steps:
            places[step.place].append(step)
        return [places[place] for place in sorted(places)]


async def seen(folder: Path, language: str, words: Words = AS_PEOPLE_WRITE) -> tuple[Registry, Sequence[Seen]]:
    """Everything that comes by when the whole way is gone in this language, and then what is said unasked."""
    known, found = registry(), list[Seen]()

    def look(how: str, shown: Form | Message) -> None:
        found.append(Seen(how, shown))

    async with _partnership(folder / f"{language}.sqlite", known) as surface:
        await Walk(surface, look, words, language).everything()
        await before_others.everything(surface, look, language)
    async with _partnership(folder / f"{language}-unasked.sqlite", known) as surface:
        await Unasked(surface, look, language).everything()
    return known, found


_MIGRATED: list[sqlite3.Connection] = []
"""A database in memory with all tables, once it is made: one is needed for each way in each language."""


async def _with_tables(file: Path) -> Database:
    database = Database(f"sqlite:///{file}")
    if _MIGRATED:
        with closing(sqlite3.connect(file)) as there:
            _MIGRATED[0].backup(there)
        return database
    await migrate(database)
    _MIGRATED.append(sqlite3.connect(":memory:"))
    with closing(sqlite3.connect(file)) as there:
        there.backup(_MIGRATED[0])
    return database


@asynccontextmanager
async def _partnership(file: Path, known: Registry) -> AsyncIterator[FakeSurface]:
    database = await _with_tables(file)
    clock = FixedClock()
    yield FakeSurface(await build(database, clock.now()), clock, known)
    await database.close()


def home(shown: Message) -> Drawing:
    """Somebody's home, where Slack keeps it."""
    sent = json.loads(slack_sends(home_view(shown)))
    faults = accessible.slack(sent["blocks"])
    return Drawing("slack", slack.message(sent["blocks"]), _pretty(sent), where="Slack, the Home tab", faults=faults)


def drawings(shown: Form | Message) -> Sequence[Drawing]:
    """On every surface, in the language being spoken."""
    if isinstance(shown, Form):
        sent_to_slack = json.loads(slack_sends(form_view(shown)))
        sent_to_teams = json.loads(teams_sends(form_card(shown)))
        on_slack, line = slack.view(sent_to_slack), dump(Opened(form=draw.searchable(shown)))
    else:
        sent_to_slack = json.loads(slack_sends({"blocks": message_blocks(shown), "text": fallback(shown)}))
        sent_to_teams = json.loads(teams_sends(message_card(shown)))
        on_slack, line = slack.message(sent_to_slack["blocks"]), dump(Told(message=shown))
    html = draw.line(Entry(1, 1, _WHEN, line), 1, _WHEN, NO_LINKS).html
    return (
        Drawing("slack", on_slack, _pretty(sent_to_slack), faults=accessible.slack(sent_to_slack["blocks"])),
        Drawing("teams", teams.card(sent_to_teams), _pretty(sent_to_teams), faults=accessible.teams(sent_to_teams)),
        # The page's own templates have escaped it.
        Drawing("local", Markup(html), faults=[*accessible.page(html), *_of_linked(shown)]),
    )


def asked_for(shown: Form | Message) -> Sequence[Drawing]:
    """The files of a message, each as Teams asks for it where the bot has no pages that could be linked to."""
    if isinstance(shown, Form):
        return ()
    found = []
    for file in instead_of_links(shown, by_themselves=BY_THEMSELVES)[1]:
        name = file.attached.document if file.attached is not None else ""
        sent = asked(Attached(name, "application/octet-stream", b"", file.title))
        (card,) = sent["attachments"]
        found.append(Drawing("teams", teams.consent(card), _pretty(sent), where="Teams, without pages to link to"))
    return found


def _of_linked(shown: Form | Message) -> Sequence[str]:
    """The faults of the page that a link opens with it: made of the same parts in every language, so in one."""
    return accessible.page(_linked(shown)) if current() == DEFAULT else ()


def _linked(shown: Form | Message) -> str:
    """The page that a link opens with it."""
    if isinstance(shown, Message):
        values: dict[str, Any] = {"message": shown, "only": {}, "once": "", "back": "./"}
        return draw.page("linked_message.html", static="", name="Eksempel Kliniker", **values)
    values = {"form": shown, "wrong": [field for field in shown.fields if field.error], "back": "./", "saves": True}
    return draw.page("linked_form.html", static="", name="Eksempel Kliniker", **values)


def _pretty(sent: Any) -> str:
    return json.dumps(sent, ensure_ascii=False, indent=1)


def page(known: Registry, by_language: Mapping[str, Sequence[Seen]]) -> str:
    """The whole page. The same way has been gone in each language, so that what comes in a place is the same."""
    first = by_language[LANGUAGES[0]]
    lengths = {language: len(found) for language, found in by_language.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"the way is not the same in every language: {lengths}")

    def item(place: int) -> Item:
        made = {}
        for language, found in by_language.items():
            with speaking(language):
                shown = found[place].shown
                is_home = found[place].how.endswith(OPENS_HOME) and isinstance(shown, Message)
                made[language] = [home(shown)] if is_home else [*drawings(shown), *asked_for(shown)]
        return Item(first[place].how, made)

    messages = [item(place) for place in _different(first)]
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html").render(
        dialogs=[_dialog(dialog, first, item) for dialog in known.dialogs.values()],
        messages=messages,
        languages=LANGUAGES,
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        local_style=_within_a_shadow((Path(draw.__file__).parent / "static" / "chat.css").read_text(encoding="utf-8")),
    )


def _different(found: Sequence[Seen]) -> Iterable[int]:
    """The places of messages, each once: an inbox is looked into again and again."""
    before: set[str] = set()
    for place, each in enumerate(found):
        if isinstance(each.shown, Message):
            # Not what its buttons are about: that is another one each time.
            bare = each.shown.without_buttons().model_dump_json()
            if bare not in before:
                before.add(bare)
                yield place


def _dialog(dialog: Dialog, found: Sequence[Seen], item: Any) -> DialogView:
    places: defaultdict[str, dict[str, int]] = defaultdict(dict)
    opened_by: dict[str, None] = {}
    ends_in: dict[str, None] = {}
    before: Token | None = None
    for place, each in enumerate(found):
        token = Token.parse(each.shown.token) if isinstance(each.shown, Form) else None
        if token is not None and token.dialog == dialog.name:
            form = each.shown
            wrong = isinstance(form, Form) and any(field.error for field in form.fields)
            filled = isinstance(form, Form) and any(field.value for field in form.fields)
            places[token.step].setdefault("wrong" if wrong else "filled" if filled else "empty", place)
            if (before is None or before.dialog != dialog.name) and not each.how.partition(" ")[2].startswith("submit"):
                opened_by.setdefault(each.how.partition(" ")[2])
        elif before is not None and before.dialog == dialog.name and " submits " in each.how:
            ends_in.setdefault(shorten(each.shown.title, 60))
        before = token
    names = [step.name() for step in dialog.every_step] + [RESUME] * dialog.resumable
    steps = []
    for name in names:
        forms = [found[place].shown for place in places[name].values()]
        titles = [form.title for form in forms if isinstance(form, Form)]
        numbers = [form.step_number for form in forms if isinstance(form, Form)]
        steps.append(
            StepView(
                id=f"{dialog.name}-{name}",
                name=name,
                title=titles[0] if titles else "",
                place=0 if name == RESUME else max(numbers, default=_place(dialog, name)) or 1,
                items=[item(place) for place in sorted(places[name].values())],
            )
        )
    return DialogView(dialog.name, list(opened_by), steps, list(ends_in))


def _place(dialog: Dialog, name: str) -> int:
    return next((place for place, step in enumerate(dialog.path(Answers({}, {})), 1) if step.name() == name), 1)


def _within_a_shadow(css: str) -> str:
    """The style of the local page for what is drawn inside this one, in light colours."""
    for before, after in ((":root", ":host"), ("html {", ":host {"), ("prefers-color-scheme: dark", "max-width: 0px")):
        css = css.replace(before, after)
    return css
