"""`/sak mine`, `/sak liste`, `/mote` and `/hjelp`."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from handlers.writing.typed import with_slash, without_slash
from storage.tables import Meeting
from tests.cases.steps import propose
from tests.surface import FakeSurface, button_called, facts, form, labels, message, values


async def test_my_proposals_when_there_are_none(surface: FakeSurface) -> None:
    assert message(await surface.say("member", "sak mine")).title == "Du har ikke meldt noen saker"


async def test_my_proposals_and_where_they_stand(surface: FakeSurface) -> None:
    await propose(surface)
    await propose(surface, committee="forum")
    shown = message(await surface.say("member", "/sak MINE"))
    assert [section.text for section in shown.sections] == [
        "Samarbeidsforum rus og psykisk helse – Venter på sekretariatet",
        "Faglig samarbeidsutvalg (FSU) – Venter på sekretariatet",
    ]
    assert message(await surface.say("colleague", "sak mine")).sections == ()


async def test_many_proposals_come_a_page_at_a_time(surface: FakeSurface) -> None:
    for _number in range(9):
        await propose(surface)
    first = message(await surface.say("member", "sak mine"))
    assert len(first.sections) == 8
    second = message(await surface.press("member", first, "Neste"))
    assert len(second.sections) == 1
    assert second.replace
    assert "Forrige" in labels(second)


async def test_the_coming_agenda(surface: FakeSurface) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    empty = message(await surface.say("member", "sak liste FSU"))
    assert empty.sections[0].text == "Ingen saker på sakslisten ennå."
    await surface.press("secretary", notice, "Sett på sakslisten")
    shown = message(await surface.say("member", "sak liste fsu"))
    assert shown.sections[0].text == "1/2026 (O/D)  Felles opplæring i utskrivning"
    assert shown.title == "Saksliste for Faglig samarbeidsutvalg (FSU)"


async def test_the_secretariat_finds_what_waits(surface: FakeSurface) -> None:
    assert labels(message(await surface.say("secretary", "sak liste"))) == []
    await propose(surface)
    shown = message(await surface.say("secretary", "sak liste"))
    waiting = message(await surface.press("secretary", shown, "Vis 1 ubehandlet sak"))
    assert labels(waiting) == ["Sett på sakslisten", "Se mer og velg"]
    nothing = message(await surface.press("member", waiting, "Se mer og velg"))
    assert nothing.title == "Ingen saker venter på dere"
    shown = {"item": button_called(waiting, "Sett på sakslisten").arguments["item"]}
    case = message(await surface.bot.press(surface.world.sender("secretary"), "sak.vis", shown))
    assert "Sett på sakslisten" in labels(case)
    refused = message(await surface.bot.press(surface.world.sender("member"), "sak.vis", shown))
    assert refused.title == "Bare sekretariatet kan åpne saken herfra."


async def test_an_agenda_is_for_those_who_follow_the_committee(surface: FakeSurface) -> None:
    assert "er for medlemmene" in message(await surface.say("clinician", "sak liste FSU")).title
    assert "ikke med i noe utvalg" in message(await surface.say("clinician", "sak liste")).title


async def test_a_title_that_begins_like_a_word_of_ours_is_a_title(surface: FakeSurface) -> None:
    for title in ("liste over felles rutiner", "mine erfaringer"):
        assert isinstance(await surface.say("member", f"sak {title}"), Form)


async def test_meetings_with_deadline_place_and_cases(surface: FakeSurface) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    shown = message(await surface.say("member", "/møte"))
    first = {fact.label: fact.value for fact in shown.sections[0].facts}
    assert first == {
        "Tid": "mandag 21. september 2026 kl. 10.00–13.00",
        "Sted": "Eksempelsalen",
        "Frist for saker": "mandag 7. september 2026 kl. 10.00",
        "Saksliste": "1 sak",
    }
    late = message(await surface.say("secretary", "mote"))
    assert {fact.label: fact.value for fact in late.sections[0].facts}["Frist for saker"].endswith("(gått ut)")


async def test_meetings_of_committees_that_take_cases_from_everyone_are_there_and_marked(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-2"])
        meeting.committee_id = surface.world.committees["forum"]
    shown = message(await surface.say("member", "mote"))
    marked = {section.title: "Åpent for alle" in facts(section) for section in shown.sections}
    assert marked == {"Faglig samarbeidsutvalg (FSU)": False, "Samarbeidsforum rus og psykisk helse": True}
    assert "Frist for saker" in facts(shown.sections[1])
    (only,) = message(await surface.say("clinician", "mote")).sections
    assert "Åpent for alle" in facts(only)
    # One's own committee is not marked, though it is open to everybody.
    assert "Åpent for alle" not in facts(message(await surface.say("deputy", "mote")).sections[-1])


async def test_no_meetings(surface: FakeSurface) -> None:
    surface.clock.forward(timedelta(days=400))
    assert message(await surface.say("member", "mote")).title == "Ingen kommende møter"


async def test_a_cancelled_meeting_is_not_listed(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        meeting.cancelled_at = surface.clock.now()
    assert len(message(await surface.say("member", "mote")).sections) == 1


@pytest.mark.parametrize("who", ["member", "secretary", "observer", "clinician"])
@pytest.mark.parametrize("write", [with_slash, without_slash])
async def test_every_example_in_the_help_works_as_typed(
    surface: FakeSurface, who: str, write: Callable[[str], str]
) -> None:
    shown = message(await surface.say(who, "hjelp"))
    text = write("\n".join(section.text for section in shown.sections))
    lines = [line.split(" – ")[0] for line in text.splitlines()]
    commands = [line for line in lines if surface.bot.registry.command(line.split()[0])]
    assert all(line.startswith("/") == (write is with_slash) for line in commands)
    assert len(commands) > 3
    for line in commands:
        reply = await surface.say(who, line)
        assert isinstance(reply, Form | Message)
        if isinstance(reply, Message):
            assert not reply.title.startswith("Jeg kjenner ikke"), line
        if isinstance(reply, Form) and reply.title == "Fortsett der du slapp?":
            await surface.submit(who, form(reply), {}, "discard")


async def test_an_unknown_word_leads_to_the_help(surface: FakeSurface) -> None:
    shown = message(await surface.say("member", "kaffe der"))
    assert shown.title == "Jeg kjenner ikke «kaffe»"
    assert shown.sections


@pytest.mark.parametrize("line", ["hjelp sak", "hjelp /mote", "hei du", "hei", "   \n", "/hjelp hjelp"])
async def test_words_that_are_known_are_not_complained_of(surface: FakeSurface, line: str) -> None:
    assert message(await surface.say("member", line)).title == "Dette kan jeg hjelpe deg med"


async def test_a_line_break_after_the_command_is_white_space(surface: FakeSurface) -> None:
    assert values(await surface.open("member", "sak\nTittel på en sak"))["title"] == "Tittel på en sak"


async def test_a_title_typed_after_the_command_is_cleaned(surface: FakeSurface) -> None:
    assert values(await surface.open("member", "sak Felles\x00 kurs\u200b"))["title"] == "Felles kurs"


async def test_a_long_title_that_may_have_been_meant_as_a_committee_is_said_in_the_form(surface: FakeSurface) -> None:
    shown = await surface.open("member", "sak liste FSX og AUX")
    assert "Jeg kjenner ikke noe utvalg som heter «FSX og AUX»" in shown.fields[0].label
    assert values(shown)["title"] == "liste FSX og AUX"
    assert "list_meant" not in values(await surface.open("observer", "sak Felles kurs"))


async def test_a_meeting_that_is_being_held_is_still_listed(surface: FakeSurface) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    surface.clock.forward(timedelta(days=20, hours=1))
    listed = message(await surface.say("member", "sak liste FSU"))
    assert listed.sections[0].text == "1/2026 (O/D)  Felles opplæring i utskrivning"
    assert len(message(await surface.say("member", "mote")).sections) == 2
    surface.clock.forward(timedelta(hours=3))
    assert len(message(await surface.say("member", "mote")).sections) == 1


async def test_what_is_typed_while_a_draft_is_open_is_shown(surface: FakeSurface) -> None:
    await surface.submit("member", await surface.open("member", "sak Gammel tittel"), {}, "save")
    shown = await surface.open("member", "sak Ny tittel")
    assert shown.facts[-1].label == "Ny tekst"
    assert shown.facts[-1].value == "Ny tittel"


async def test_a_draft_can_be_deleted(surface: FakeSurface) -> None:
    await surface.submit("member", await surface.open("member", "sak Gammel tittel"), {}, "save")
    shown = await surface.open("member", "sak")
    (intent,) = [button.intent for button in shown.buttons if button.label == "Slett utkastet"]
    assert message(await surface.submit("member", shown, {}, intent)).title == "Utkastet er slettet."
    assert not values(await surface.open("member", "sak"))["title"]


async def test_the_secretariats_help_tells_of_its_buttons(surface: FakeSurface) -> None:
    for who, expected in (("deputy", True), ("member", False)):
        titles = [section.title for section in message(await surface.say(who, "hjelp")).sections]
        assert ("For sekretariatet" in titles) is expected
