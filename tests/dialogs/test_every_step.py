"""Every step the bot has, filled to the brim, drawn by both platforms' renderers within their limits and read back.

On each surface commands are written as they are typed there.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.slack.api import as_sent as slack_sends
from bot.slack.blocks import fallback, message_blocks
from bot.slack.views import form_view, read_answers
from bot.teams.answers import Submitted, read
from bot.teams.cards import form_card, message_card
from bot.teams.connector import as_sent as teams_sends
from bot.web import draw
from bot.web.content import Opened, Told, dump
from handlers.capabilities import registry
from handlers.deviations.words import CATEGORIES
from handlers.dialogs.dialog import Form, Note, Reply
from handlers.dialogs.token import RESUME, SUMMARY, Token
from handlers.messages.message import Message
from handlers.people.links import NO_LINKS
from storage.local import Entry
from storage.tables import Organisation
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.commands import MARK, slashed
from tests.deviations import walk
from tests.slack.limits import broken_by_message, broken_by_view
from tests.slack.standin import with_state
from tests.surface import FakeSurface, form, labels, message
from tests.teams.schema import assert_valid
from tests.teams.test_answers import as_clients_send
from tests.world import World

CARD_BYTES = 25 * 1024
TITLE = "👩‍⚕️ <!channel> [x](http://evil) *fet* & " + "æøå " * 50
LONG = "Linje én.\n- punkt\n1. tall\n" + "Felles opplæring i utskrivning 👩‍⚕️ " * 60


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
    card = form_card(shown)
    assert_valid(card)
    assert len(json.dumps(card)) < CARD_BYTES
    answered = read(as_clients_send(card, shown.submit))
    assert isinstance(answered, Submitted)
    assert answered.token == shown.token
    assert same(answered.raw, shown)
    check_commands(view, card, Opened(form=draw.view(shown)))


def check_message(shown: Message) -> None:
    assert broken_by_message(message_blocks(shown), fallback(shown)) == []
    card = message_card(shown)
    assert_valid(card)
    assert len(json.dumps(card)) < CARD_BYTES
    check_commands({"blocks": message_blocks(shown), "text": fallback(shown)}, card, Told(message=shown))


_ABOUT_NOTHING_YET = ("sak.meld", "avvik.meld")


def _names_what_it_is_about(shown: Form) -> bool:
    """The case, the report or, where a name is to be remembered, the unit stands above the fields."""
    token = Token.parse(shown.token)
    dialog, step = token.dialog, token.step
    named = "Sykehjemmet" if dialog == "avvik.husk" else "AVV-" if dialog.startswith("avvik") else "Saken: "
    notes = [drawn.label for drawn in shown.fields if isinstance(drawn.widget, Note)]
    return step == SUMMARY or any(named in note for note in notes)


class Checked:
    """Draws whatever comes by, and remembers which steps came."""

    def __init__(self, surface: FakeSurface) -> None:
        self.surface = surface
        self.steps: set[tuple[str, str]] = set()

    def look(self, reply: Reply) -> Reply:
        if isinstance(reply, Form):
            check_form(reply)
            dialog, step = (token := Token.parse(reply.token)).dialog, token.step
            assert "cancel" in {button.intent for button in reply.buttons}, "every form can be cancelled"
            assert dialog in _ABOUT_NOTHING_YET or _names_what_it_is_about(reply), reply.title
            self.steps.add((dialog, step))
        elif reply is not None:
            check_message(reply)
        return reply

    async def submit(self, who: str, shown: Form, **raw: Any) -> Reply:
        """Submit wrongly first, so that the errors are drawn too."""
        empty = {field.name: "" for field in shown.fields}
        if shown.fields:
            self.look(await self.surface.submit(who, shown, empty))
        kept = {field.name: field.value for field in shown.fields}
        return self.look(await self.surface.submit(who, shown, {**kept, **raw}))

    async def press(self, who: str, shown: Message, label: str) -> Form:
        return form(self.look(await self.surface.press(who, shown, label)))

    async def inbox(self, who: str) -> Message:
        found = await self.surface.inbox(who)
        for item in found:
            self.look(item)
        return next(item for item in reversed(found) if item.buttons)


async def test_every_step_is_drawn_within_the_limits_and_read_back(small_world: World, clock: FixedClock) -> None:
    surface = FakeSurface(small_world, clock, registry())
    checked = Checked(surface)
    what = {
        "committee": str(small_world.committees["fsu"]),
        "title": TITLE[:250],
        "purpose": LONG[:3000],
        "types": ["O", "D", "B", "dialog"],
    }
    how = {
        "presenters": [str(small_world.people[name]) for name in ("member", "colleague", "clinician")],
        "others": TITLE[:250],
        "minutes": "480",
        "conclusion": LONG[:3000],
        "links": "\n".join(f"https://example.org/vedlegg/{number}?a=1&b=[2]" for number in range(10)),
    }
    first = form(checked.look(await surface.say("member", "sak")))
    second = form(await checked.submit("member", first, **what))
    await surface.submit("member", second, how, "save")
    resume = form(checked.look(await surface.say("member", "sak Noe annet")))
    second = form(checked.look(await surface.submit("member", resume)))
    look = form(await checked.submit("member", second, **how))
    receipt = message(checked.look(await surface.submit("member", look)))
    change = await checked.press("member", receipt, "Endre")
    change_how = form(await checked.submit("member", change, **what))
    await checked.submit("member", change_how, **how)

    async def having(who: str, label: str) -> Message:
        found = await surface.inbox(who)
        return next(item for item in reversed(found) if label in labels(item))

    async def to_decide() -> Message:
        return await having("secretary", "Ta senere")

    notice = await checked.inbox("secretary")
    ask = await checked.press("secretary", notice, "Be om mer")
    await checked.submit("secretary", ask, question=LONG[:2000])
    clock.forward(timedelta(seconds=20))
    answer = await checked.press("member", await checked.inbox("member"), "Svar")
    await checked.submit("member", answer, answer=LONG[:2000])
    later = await checked.press("secretary", await to_decide(), "Ta senere")
    await checked.submit("secretary", later)
    checked.look(await surface.press("secretary", await to_decide(), "Sett på sakslisten"))
    away = await checked.press(
        "secretary", await having("secretary", "Flytt til et annet møte"), "Flytt til et annet møte"
    )
    await checked.submit("secretary", away, meeting=str(small_world.meetings["fsu-1"]))
    off = await checked.press("secretary", await having("secretary", "Ta av sakslisten"), "Ta av sakslisten")
    await checked.submit("secretary", off, reason=LONG[:2000])
    clock.forward(timedelta(minutes=2))
    for item in await surface.inbox("member"):
        checked.look(item)
    again = await checked.press(
        "member", await having("member", "Rett opp og send på nytt"), "Rett opp og send på nytt"
    )
    again_how = form(await checked.submit("member", again, **what))
    await surface.submit("member", form(await checked.submit("member", again_how, **how)))
    move = await checked.press("secretary", await to_decide(), "Send til annet utvalg")
    await checked.submit("secretary", move, committee=str(small_world.committees["au"]), note=LONG[:2000])
    clock.forward(timedelta(minutes=2))
    back = await checked.press("secretary", await to_decide(), "Send tilbake")
    await checked.submit("secretary", back, reason=LONG[:2000])
    for who in ("member", "deputy"):
        for item in await surface.inbox(who):
            checked.look(item)

    await _report(checked)
    await _handle(checked)
    await _complete(checked)
    await propose(surface)
    for line in (
        "sak mine",
        "sak liste",
        "mote",
        "avvik direkte",
        "avvik mine",
        "avvik kø",
        "hjelp",
        "noe ukjent " + TITLE,
    ):
        checked.look(await surface.say("secretary", line))
        checked.look(await surface.say("member", line))

    expected = {
        (dialog.name, step.name()) for dialog in surface.bot.registry.dialogs.values() for step in dialog.every_step
    }
    expected |= {(name, RESUME) for name, dialog in surface.bot.registry.dialogs.items() if dialog.resumable}
    assert checked.steps == expected


async def _report(checked: Checked) -> None:
    """A deviation from the first screen to the receipt, with all that can be filled in."""
    surface, world = checked.surface, checked.surface.world
    what = {
        "unit": str(world.units["homecare"]),
        "categories": list(CATEGORIES),
        "category_other": TITLE[:250],
        "service": "other",
        "service_other": TITLE[:250],
        "workplace": str(world.units["ortho"]),
    }
    happened = {"description": LONG[:3000], "when": "i går 14.30", "immediate_measures": LONG[:3000]}
    first = form(checked.look(await surface.say("clinician", "avvik " + LONG)))
    second = form(await checked.submit("clinician", first, **what))
    await surface.submit("clinician", second, happened, "save")
    resume = form(checked.look(await surface.say("clinician", "avvik")))
    second = form(checked.look(await surface.submit("clinician", resume)))
    third = form(await checked.submit("clinician", second, **happened))
    last = form(await checked.submit("clinician", third, consequence="none", near_miss="true", prevention=LONG[:3000]))
    first = form(checked.look(await surface.submit("clinician", last, intent="back")))
    second = form(await checked.submit("clinician", first))
    third = form(await checked.submit("clinician", second))
    last = form(await checked.submit("clinician", third, consequence="death", near_miss="false"))
    checked.look(await checked.submit("clinician", last, consent="asked", notice_considered="true"))
    for who in ("clinician", "nurse", "manager"):
        for item in await surface.inbox(who):
            checked.look(item)


async def _complete(checked: Checked) -> None:
    """A report that the reporter's nearest leader looks over before it is sent."""
    surface, world = checked.surface, checked.surface.world
    async with world.database.transaction() as session:
        await session.execute(update(Organisation).values(leaders_complete=True))
    await walk.report(surface, "carer", "ortho", workplace=str(world.units["homecare"]))
    told = next(item for item in await surface.inbox("manager") if "Se over og send" in labels(item))
    checked.look(told)
    shown = await checked.press("manager", told, "Se over og send")
    texts = dict.fromkeys(("description", "immediate_measures", "prevention"), LONG[:3000])
    checked.look(
        await checked.submit("manager", shown, **texts, categories=list(CATEGORIES), category_other=TITLE[:250])
    )
    for who in ("carer", "surgeon"):
        for item in await surface.inbox(who):
            checked.look(item)


async def _handle(checked: Checked) -> None:
    """All that becomes of a deviation: sent on and back, asked about, answered, asked about again, rejected."""
    surface, world = checked.surface, checked.surface.world
    text = LONG[:2000]

    async def fill_in(who: str, label: str, **given: Any) -> Reply:
        shown = message(checked.look(await surface.bot.press(world.sender(who), "avvik.vis", {"deviation": "1"})))
        opened = await checked.press(who, shown, label)
        return await checked.submit(who, opened, **given)

    await fill_in("clinician", "Legg til opplysninger", text=text)
    other, first = str(world.units["nursinghome"]), str(world.units["homecare"])
    done = message(await fill_in("nurse", "Send videre", unit=other, note=text))
    remember = await checked.press("nurse", done, "Husk dette for neste gang")
    await checked.submit("nurse", remember, alias=TITLE[:100])
    back = form(await fill_in("nurse", "Send videre", unit=f"again{first}", note=text))
    await checked.submit("nurse", back, knowingly="true")
    await fill_in("nurse", "Be om opplysninger", question=text)
    await fill_in("clinician", "Svar", answer=text)
    await fill_in("nurse", "Svar og avslutt", finding=LONG[:3000], measure=LONG[:3000], measure_by=TITLE[:250])
    await fill_in("clinician", "Spør en gang til", question=text)
    await fill_in("nurse", "Avvis", reason="other", duplicate="x" * 30, comment=text)
    for who in ("clinician", "nurse", "manager", "chief"):
        for item in await surface.inbox(who):
            checked.look(item)
