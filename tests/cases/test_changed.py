"""A proposer changes a case: the secretariat sees what, and hears of it when the case is on an agenda."""

from typing import Any

from sqlalchemy import select

from handlers.cases.numbers import shown_number
from handlers.messages.message import Message
from storage.tables import AgendaItem, AgendaItemEvent
from tests.cases.steps import propose, too_late_to_undo
from tests.surface import FakeSurface, facts, form, labels, message

ACCEPT = "Sett på sakslisten"
LONG = "Sykehus og kommune øver på det samme, hver for seg. " * 8


async def _on_agenda(surface: FakeSurface, **how: Any) -> Message:
    """The receipt of a case on the agenda."""
    receipt = await propose(surface, **how)
    await surface.press("secretary", (await surface.inbox("secretary"))[-1], ACCEPT)
    too_late_to_undo(surface)
    await surface.arrive()
    return receipt


async def _change(surface: FakeSurface, receipt: Message, what: dict[str, Any], **how: Any) -> Message:
    shown = form(await surface.press("member", receipt, "Endre"))
    second = form(await surface.submit("member", shown, what))
    return message(await surface.submit("member", form(await surface.submit("member", second, how))))


async def _told(surface: FakeSurface, who: str) -> list[Message]:
    return [item for item in await surface.inbox(who) if item.title.startswith("En sak på sakslisten er endret")]


async def test_the_secretariat_hears_what_changed_old_and_new(surface: FakeSurface) -> None:
    receipt = await _on_agenda(surface)
    colleague = str(surface.world.people["colleague"])
    what = {"title": "Felles kurs", "types": ["D"]}
    await _change(surface, receipt, what, presenters=[colleague], minutes="20", conclusion="Tas til orientering")
    for who in ("secretary", "deputy"):
        (told,) = await _told(surface, who)
        assert told.title == "En sak på sakslisten er endret: 1/2026 (O/D), nå D Felles kurs"
        assert facts(told) == {
            "Saksnummer": "1/2026 (O/D) → 1/2026 (O/D), nå D",
            "Tittel": "Felles opplæring i utskrivning → Felles kurs",
            "Type": "Orientering, Drøfting → Drøfting",
            "Legges fram av": "(tomt) → Eksempel Colleague",
            "Tid": "(tomt) → 20 min",
            "Forslag til konklusjon": "(tomt) → Tas til orientering",
        }
        assert labels(told) == ["Vis saken"]
        notice = message(await surface.press(who, told, "Vis saken"))
        assert notice.sections[-1].title == "Endret"
        assert {fact.label: fact.value for fact in notice.sections[-1].facts}["Tid"] == "(tomt) → 20 min"


async def test_long_texts_are_told_where_they_differ(surface: FakeSurface) -> None:
    receipt = await _on_agenda(surface)
    receipt = await _change(surface, receipt, {"purpose": LONG + "Vi kan gjøre det sammen."})
    await _change(surface, receipt, {"purpose": LONG + "Vi bør gjøre det hver for oss."})
    *_first, told = await _told(surface, "secretary")
    before, after = facts(told)["Hensikt"].split(" → ")
    assert before.startswith("… ")
    assert before.endswith("Vi kan gjøre det sammen.")
    assert after.endswith("Vi bør gjøre det hver for oss.")
    assert len(before) < 150


async def test_a_changed_type_shows_beside_the_number_that_stays(surface: FakeSurface) -> None:
    receipt = await _on_agenda(surface)
    await _change(surface, receipt, {"types": ["D", "B"]})
    listed = message(await surface.say("member", "sak liste fsu"))
    assert listed.sections[0].text == "1/2026 (O/D), nå D/B  Felles opplæring i utskrivning"
    notice = (await surface.inbox("deputy"))[0]
    assert notice.title == "1/2026 (O/D), nå D/B Felles opplæring i utskrivning"
    async with surface.world.database.transaction() as session:
        assert (await session.scalars(select(AgendaItem.number))).all() == ["1/2026 (O/D)"]
    await _change(surface, receipt, {"types": ["O", "D"]})
    assert "nå" not in message(await surface.say("member", "sak liste fsu")).sections[0].text


def test_a_number_without_types_stays_as_it_is() -> None:
    assert shown_number("2026.1", None, ["D"]) == "2026.1"
    assert shown_number("1/2026 (O/D)", ["O", "D"], ["D", "O"]) == "1/2026 (O/D)"


async def test_nothing_changed_is_nothing_told(surface: FakeSurface) -> None:
    receipt = await _on_agenda(surface)
    same = await _change(surface, receipt, {})
    assert same.small == "Ingenting er endret."
    assert await _told(surface, "secretary") == []
    async with surface.world.database.transaction() as session:
        assert "changed" not in (await session.scalars(select(AgendaItemEvent.kind))).all()


async def test_those_who_present_it_hear_that_they_do_or_do_not(surface: FakeSurface) -> None:
    first, second = str(surface.world.people["colleague"]), str(surface.world.people["clinician"])
    receipt = await _on_agenda(surface, presenters=[first])
    await _change(surface, receipt, {}, presenters=[second])
    gone = "Du skal ikke lenger legge fram saken: 1/2026 (O/D) Felles opplæring i utskrivning"
    assert [item.title for item in await surface.inbox("colleague")] == [gone, gone]
    assert [item.title for item in await surface.inbox("clinician")] == ["Du er satt opp til å legge fram en sak"]


async def test_before_it_is_on_an_agenda_the_message_says_which_fields(surface: FakeSurface) -> None:
    """And what stood there before is kept nowhere: it may be what had to go."""
    receipt = await propose(surface)
    await surface.arrive()
    await _change(surface, receipt, {"purpose": "Noe annet"})
    (notice,) = await surface.inbox("secretary")
    assert facts(notice)["Endret"] == "Hensikt"
    async with surface.world.database.transaction() as session:
        steps = (await session.scalars(select(AgendaItemEvent))).all()
    assert "Bli enige" not in str([step.data for step in steps])
