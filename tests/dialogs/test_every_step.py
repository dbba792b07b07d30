"""Every step the bot has, filled to the brim, drawn by both platforms' renderers within their limits and read back.

On each surface commands are written as they are typed there.
"""

import json
from datetime import UTC, datetime
from typing import Any

from bot.slack.api import as_sent as slack_sends
from bot.slack.blocks import fallback, message_blocks
from bot.slack.views import form_as_sent, form_view, read_answers
from bot.teams.answers import Submitted, read
from bot.teams.cards import form_card, message_card
from bot.teams.connector import as_sent as teams_sends
from bot.web import draw
from bot.web.content import Opened, Told, dump
from handlers.capabilities import registry
from handlers.dialogs.dialog import Form, Note
from handlers.dialogs.token import SUMMARY, Token
from handlers.messages.message import Message
from handlers.people.links import NO_LINKS
from storage.local import Entry
from tests.catalogue.walk import Walk, every_step
from tests.clock import FixedClock
from tests.commands import MARK, slashed
from tests.slack.limits import broken_by_message, broken_by_view
from tests.slack.standin import with_state
from tests.surface import FakeSurface
from tests.teams.schema import assert_valid
from tests.teams.test_answers import as_clients_send
from tests.world import World

CARD_BYTES = 25 * 1024


def given(shown: Form) -> dict[str, Any]:
    return {field.name: field.value for field in shown.fields if not isinstance(field.widget, Note)}


def same(back: dict[str, Any], shown: Form) -> bool:
    """Whether it is what the form shows. Several choices may come back in another order."""

    def plain(value: Any) -> Any:
        # A box that nobody has touched is one without a tick.
        return sorted(value) if isinstance(value, list) else None if value == "false" else value or None

    return all((plain(back.get(name)) or None) == (plain(value) or None) for name, value in given(shown).items())


def check_commands(view: dict[str, Any], card: dict[str, Any], line: Opened | Told) -> None:
    """In what is sent to Slack, to Teams and to a page."""
    assert MARK.encode("unicode-escape") not in slack_sends(view)
    assert slashed(teams_sends(card).decode()) == []
    assert (
        MARK
        not in draw.line(
            Entry(1, 1, datetime(2026, 9, 1, tzinfo=UTC), dump(line)), 1, FixedClock().now(), NO_LINKS
        ).html
    )


def check_form(shown: Form) -> None:
    view = form_view(shown)
    assert broken_by_view(view) == []
    assert same(read_answers(with_state(view, {})), shown)
    assert json.loads(form_as_sent(shown)) == json.loads(slack_sends(view))
    card = form_card(shown)
    assert_valid(card)
    assert len(json.dumps(card)) < CARD_BYTES
    answered = read(as_clients_send(card, shown.submit))
    assert isinstance(answered, Submitted)
    assert answered.token == shown.token
    assert same(answered.raw, shown)
    check_commands(view, card, Opened(form=draw.searchable(shown)))


def check_where_files_are_handed_in(shown: Message) -> None:
    """Where there is no field for it, the message opens a page that has one; and without an address it says what to do
    (there is none here)."""
    for section in (shown, *shown.sections):
        if section.upload is not None:
            assert shown.opens, shown.title
            said = section.upload.instead or shown.text
            assert any(words in said for words in ("lokale siden", "PUBLIC_URL", "lime dem inn")), shown.title


def check_message(shown: Message) -> None:
    # What it is about may have been written on several lines.
    assert "\n" not in shown.title, shown.title
    check_where_files_are_handed_in(shown)
    assert broken_by_message(message_blocks(shown), fallback(shown)) == []
    card = message_card(shown)
    assert_valid(card)
    assert len(json.dumps(card)) < CARD_BYTES
    check_commands({"blocks": message_blocks(shown), "text": fallback(shown)}, card, Told(message=shown))


_ABOUT_A_MEETING = ("referat.hvem", "referat.notater", "referat.plasser", "oppmote.", "saksliste.")
"""How the names of dialogs begin that are about a meeting."""
_ABOUT_NOTHING_YET = (
    "sak.meld",
    "avvik.meld",
    "horing.ny",
    "motetid.ny",
    "datovalg.ny",
    "moteplan.skriv",
    "paminnelser.innstillinger",
    "paminnelser.pause",
)


def _names_what_it_is_about(shown: Form) -> bool:
    """The case, the meeting, the report or, where a name is to be remembered, the unit stands above the fields."""
    token = Token.parse(shown.token)
    dialog, step = token.dialog, token.step
    named = "Sykehjemmet" if dialog == "avvik.husk" else "AVV-" if dialog.startswith("avvik") else "Saken: "
    if dialog.startswith(_ABOUT_A_MEETING):
        named = "Faglig samarbeidsutvalg (FSU), møtet "
    if dialog.startswith("referatrunde.") and "Saken: " not in str(shown.fields):
        named = "Referatet fra "
    if dialog.startswith("motetid."):
        # One of AU's.
        named = ", møtet "
    if dialog.startswith("horing."):
        named = "Høringen: "
    if dialog.startswith("datovalg."):
        named = "Datovalget: møte i "
    if dialog.startswith("evaluering."):
        named = "Gjelder møtet i "
    if dialog.startswith(("oppfolging.", "vedtak.")):
        # What was decided or is to be done, in its own words: those of the walk.
        named = "<!channel>"
    if dialog.startswith("papirer."):
        named = "Papiret: "
    if dialog.startswith("moteplan."):
        named = {"moteplan.utvalg": "Planen kaller det ", "moteplan.vanlig": "For møtene i "}.get(dialog, "utvalg (")
    if dialog.startswith("uenighet."):
        named = "Uenighet i sak"
    notes = [drawn.label for drawn in shown.fields if isinstance(drawn.widget, Note)]
    return step == SUMMARY or any(named in note for note in notes)


async def test_every_step_is_drawn_within_the_limits_and_read_back(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    steps: set[tuple[str, str]] = set()

    messages: set[str] = set()

    def look(_how: str, shown: Form | Message) -> None:
        if isinstance(shown, Message):
            # An inbox is looked into again and again.
            whole = shown.model_dump_json()
            if whole not in messages:
                messages.add(whole)
                check_message(shown)
            return
        check_form(shown)
        token = Token.parse(shown.token)
        assert "cancel" in {button.intent for button in shown.buttons}, "every form can be cancelled"
        assert token.dialog in _ABOUT_NOTHING_YET or _names_what_it_is_about(shown), shown.title
        steps.add((token.dialog, token.step))

    await Walk(surface, look).everything()
    assert steps == every_step(surface.bot.registry)
