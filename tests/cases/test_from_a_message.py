"""«Lag sak av dette» in a message's menu, and «Meld sak» beside where one writes: what comes along."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.slack.chosen import Chosen as OnSlack
from bot.teams.chosen import Chosen as OnTeams
from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from storage.tables import AgendaItem, Committee
from tests.clock import FixedClock
from tests.deviations.tools import Tools, everything_sent_to, tools
from tests.slack.standin import Answer, no
from tests.surface import FakeSurface, form
from tests.teams.client import Client, inputs, texts
from tests.world import OFF_CHAT, PEOPLE, World

COLLEAGUE = "Eksempel Kollega"
TITLE = "Hei, skal vi ha felles opplæring?"
LONG = "Vi trenger felles opplæring i utskrivning.\nDet har vi snakket om lenge."
ALONG = "Lenken til meldingen er med. Bare de som kan lese meldingen der den står, kan åpne den."
PRIVATE = "Meldingen står i en privat samtale, så lenken til den er ikke med."
NOT_FOUND = "Lenken til meldingen fikk jeg ikke med. Du kan lime den inn selv."
FILES = "Bilder og filer i meldingen blir ikke med."
CHANNEL = "https://teams.example.org/l/message/19%3Ax%40thread.tacv2/1611060744833"
IN_TEAMS = f"{CHANNEL}?tenantId=t-1&groupId=g-1&parentMessageId=1611060744833&createdTime=1611060744833"


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with tools(small_world, clock) as running:
        yield running


async def the_only(both: Tools) -> AgendaItem:
    async with both.world.database.transaction() as session:
        return (await session.scalars(select(AgendaItem))).one()


async def test_on_slack_a_message_becomes_a_case_with_a_link_back(both: Tools) -> None:
    member = both.on_slack("member")
    said = f"Hei <@U-another|{COLLEAGUE}>, skal vi ha felles opplæring?"
    await member.client.shortcut("sak", said, username=COLLEAGUE, files=[{"name": "bilde.png"}])
    await both.settled()
    assert TITLE in member.form()
    assert ALONG in member.form()
    assert FILES in member.form()
    fsu = str(both.world.committees["fsu"])
    await member.fills(committee=fsu, purpose="Bli enige", types=["D"])
    assert "https://x.slack.com/archives/C-2/p10" in member.form()
    await member.fills()
    await member.fills()
    item = await the_only(both)
    assert (item.title, item.links) == (TITLE, ["https://x.slack.com/archives/C-2/p10"])
    assert COLLEAGUE not in everything_sent_to(both.slack)
    # Nothing in the channel where the message stands: Slack is only asked where it is found again.
    assert [call.method for call in both.slack.calls if call.arguments.get("channel") == "C-2"] == ["chat.getPermalink"]


@pytest.mark.parametrize("refusal", [no("channel_not_found"), no("message_not_found"), Answer(status=500)])
async def test_on_slack_it_is_said_that_the_link_is_not_found(both: Tools, refusal: Answer) -> None:
    member = both.on_slack("member")
    both.slack.will_answer("chat.getPermalink", refusal)
    await member.client.shortcut("sak", TITLE)
    await both.settled()
    assert NOT_FOUND in member.form()
    assert TITLE in member.form()
    assert ALONG not in member.form()


async def test_where_it_has_no_room_slack_is_not_asked_for_a_link(both: Tools) -> None:
    await both.on_slack("clinician").client.shortcut("avvik", TITLE)
    await both.settled()
    assert both.slack.made("chat.getPermalink") == []


async def test_who_may_propose_nothing_hears_that_and_no_more(both: Tools) -> None:
    clinician = both.on_slack("clinician")
    async with both.world.database.transaction() as session:
        # Anybody may propose to this one.
        (await session.get_one(Committee, both.world.committees["forum"])).removed_at = both.clock.now()
    both.slack.will_answer("chat.getPermalink", no("channel_not_found"))
    await clinician.client.shortcut("sak", TITLE)
    await both.settled()
    assert "Du kan ikke melde saker ennå" in clinician.answer()
    assert TITLE in clinician.answer(), "what they chose is not lost"
    assert NOT_FOUND not in clinician.answer()


async def test_on_slack_both_begin_without_a_message(both: Tools) -> None:
    for name, title in (("sak.ny", "Hva gjelder saken?"), ("avvik.nytt", "Steg 1 av 4")):
        member = both.on_slack("member")
        assert (await member.client.begin(name))[0] == 200
        await both.settled()
        assert title in member.form()
        assert "ingen tekst" not in member.form()


@pytest.mark.parametrize(
    ("channel", "ts", "said"),
    [
        ({"id": "D-1", "name": "directmessage"}, "1.0", PRIVATE),
        ({"id": "C-9", "name": "mpdm-en--to--tre-1"}, "1.0", PRIVATE),
        ({"id": "C-9"}, None, ""),
        ("C-9", "1.0", ""),
    ],
)
async def test_a_private_conversation_has_no_link(both: Tools, channel: Any, ts: str | None, said: str) -> None:
    body = {"callback_id": "sak", "message": {"text": "x", "ts": ts}, "channel": channel}
    chosen = OnSlack.of(body)
    # No workspaces: it does not even ask.
    await chosen.find_link(None, ())  # type: ignore[arg-type]
    assert (chosen.link, chosen.remark()) == ("", said)


# --- Teams -------------------------------------------------------------------------------------------------


async def test_on_teams_a_message_becomes_a_case_with_a_link_back(both: Tools) -> None:
    client: Client = both.on_teams("colleague").client
    client.kind, client.conversation = "channel", "19:kanal@thread.tacv2;messageid=1"
    said = f'<p>Hei <at id="0">{COLLEAGUE}</at>, skal vi ha felles opplæring?</p>'
    link = f"{IN_TEAMS}&teamName=Pasient%20X&channelName=General"
    files = [{"contentType": "reference", "name": "plan.docx"}]
    card = await client.open_dialog("sak", said, linkToMessage=link, attachments=files)
    assert inputs(card)["title"]["value"] == TITLE
    assert f"{FILES}\n\n{ALONG}" in texts(card)
    fsu = str(both.world.committees["fsu"])
    card = await client.submit(card, "Neste", committee=fsu, title=TITLE, purpose="Bli enige", types="D")
    assert inputs(card)["links"]["value"] == IN_TEAMS
    meeting = inputs(card)["meeting"]["value"]
    card = await client.submit(card, "Se over", meeting=meeting, links=IN_TEAMS)
    await client.submit(card, "Send inn")
    await both.settled()
    item = await the_only(both)
    assert (item.title, item.links) == (TITLE, [IN_TEAMS])
    assert COLLEAGUE not in everything_sent_to(both.teams)
    assert "19:kanal" not in everything_sent_to(both.teams)


async def test_on_teams_both_begin_without_a_message(both: Tools) -> None:
    client: Client = both.on_teams("colleague").client
    assert "Hva gjelder saken?" in texts(await client.begin("sak.ny"))
    assert "Steg 1 av 4" in texts(await client.begin("avvik.nytt", "commandBox"))


@pytest.mark.parametrize(
    ("link", "channel", "expected"),
    [
        (f"{IN_TEAMS}&teamName=x", True, IN_TEAMS),
        (CHANNEL, True, CHANNEL),
        (IN_TEAMS, False, ""),
        ("http://teams.example.org/l/message/1", True, ""),
        ("https://[", True, ""),
        ("javascript:alert(1)", True, ""),
        (None, True, ""),
        (["x"], True, ""),
    ],
)
def test_a_link_in_teams_says_no_more_than_it_must(link: Any, channel: bool, expected: str) -> None:
    chosen = OnTeams("sak", {"body": {"content": "x"}, "linkToMessage": link}, channel)
    assert chosen.link == expected
    assert chosen.without(links=True) == ("" if expected else NOT_FOUND if channel else PRIVATE)
    assert chosen.without(links=False) == ""


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"attachments": [{"contentType": "reference"}]}, FILES),
        ({"attachments": [{"contentType": "image/png"}]}, FILES),
        ({"body": {"content": '<p>Se</p><img src="x" itemid="1">'}}, FILES),
        ({"body": {"content": '<img alt="👍" itemtype="http://schema.skype.com/Emoji">'}}, ""),
        (
            {
                "attachments": [
                    {"contentType": "messageReference"},
                    {"contentType": "application/vnd.microsoft.card.hero"},
                ]
            },
            "",
        ),
        ({"attachments": "x", "body": "x"}, ""),
        ({}, ""),
    ],
)
def test_on_teams_it_is_said_that_pictures_and_files_stay_behind(message: Any, said: str) -> None:
    assert OnTeams("avvik", message, channel=True).without(links=False) == said


# --- what a message becomes --------------------------------------------------------------------------------


def values(shown: Form) -> dict[str, Any]:
    return {field.name: field.value for field in shown.fields if field.value}


@pytest.mark.parametrize(
    ("said", "begun"),
    [
        (f"  {TITLE}\r\n", {"title": TITLE}),
        (LONG, {"purpose": LONG}),
        ("x" * 100, {"title": "x" * 100}),
        ("x" * 101, {"purpose": "x" * 101}),
        ("", {}),
    ],
)
async def test_a_short_line_is_a_title_and_the_rest_is_the_purpose(
    small_world: World, clock: FixedClock, said: str, begun: dict[str, str]
) -> None:
    surface = FakeSurface(small_world, clock, registry())
    shown = form(await surface.bot.shortcut(small_world.sender("member"), "sak", said))
    assert {name: value for name, value in values(shown).items() if name != "committee"} == begun
    assert ("Meldingen hadde ingen tekst" in shown.intro) == (not said)


async def test_something_begun_before_is_asked_about_and_nothing_of_either_is_lost(
    small_world: World, clock: FixedClock
) -> None:
    surface, me = FakeSurface(small_world, clock, registry()), small_world.sender("member")
    first = form(await surface.bot.shortcut(me, "sak", TITLE, IN_TEAMS))
    # The platform asks once more.
    assert form(await surface.bot.shortcut(me, "sak", TITLE, IN_TEAMS)).token == first.token
    asked = form(await surface.bot.shortcut(me, "sak", "Noe annet", f"{IN_TEAMS}2"))
    assert asked.title == "Fortsett der du slapp?"
    assert ALONG not in asked.intro
    begun = form(await surface.bot.submit(me, asked.token, {}, "restart"))
    assert values(begun)["title"] == "Noe annet"
    fsu = str(small_world.committees["fsu"])
    raw = {"committee": fsu, "title": "Noe annet", "purpose": "Bli enige", "types": ["D"]}
    how = form(await surface.bot.submit(me, begun.token, raw))
    assert values(how)["links"] == f"{IN_TEAMS}2"


async def test_a_link_that_is_too_long_for_a_case_stays_behind(small_world: World, clock: FixedClock) -> None:
    surface, me = FakeSurface(small_world, clock, registry()), small_world.sender("member")
    shown = form(await surface.bot.shortcut(me, "sak", TITLE, f"{CHANNEL}/{'x' * 1000}"))
    assert ALONG not in shown.intro


async def test_each_person_may_do_with_a_shortcut_what_they_may_with_the_command(
    small_world: World, clock: FixedClock
) -> None:
    surface, known = FakeSurface(small_world, clock, registry()), registry()
    assert {name for name in known.shortcuts if name.startswith("sak")} == {"sak", "sak.ny"}
    async with small_world.database.transaction() as session:
        # Anybody may propose to this one.
        (await session.get_one(Committee, small_world.committees["forum"])).removed_at = clock.now()
    may = {who: isinstance(await surface.say(who, "sak"), Form) for who in PEOPLE if who not in OFF_CHAT}
    assert set(may.values()) == {True, False}
    for name in ("sak", "sak.ny"):
        for who, allowed in may.items():
            reply = await surface.bot.shortcut(small_world.sender(who), name, "", IN_TEAMS)
            assert isinstance(reply, Form) == allowed, (name, who)
