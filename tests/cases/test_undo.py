"""«Angre» within a minute: nobody else has heard of it, and the case stands where it stood."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.worker import Worker
from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from storage.tables import AgendaItem, AgendaItemEvent, Delivery, FormerNumber, ItemStatus
from tests.cases.steps import propose, too_late_to_undo
from tests.clock import FixedClock
from tests.surface import FakeSurface, button_called, facts, form, labels, message

ACCEPT = "Sett på sakslisten"
PRESENTER = "colleague"


async def _proposed(surface: FakeSurface) -> Message:
    """The secretary's message about a case that somebody else proposed, and that a colleague is to present."""
    await propose(surface, presenters=[str(surface.world.people[PRESENTER])])
    surface.clock.forward(timedelta(seconds=20))
    await surface.inbox("member")
    return (await surface.inbox("secretary"))[-1]


async def _case(surface: FakeSurface) -> dict[str, Any]:
    async with surface.world.database.transaction() as session:
        row = (await session.scalars(select(AgendaItem))).one()
        return {name: value for name, value in row.model_dump().items() if name != "changed_at"}


async def _heard(surface: FakeSurface) -> dict[str, list[str]]:
    """What those outside the secretariat see, by person."""
    return {
        who: [item.model_dump_json(exclude={"delivery_key"}) for item in await surface.inbox(who)]
        for who in ("member", PRESENTER)
    }


async def _later(surface: FakeSurface, notice: Message) -> Message:
    return message(await surface.submit("secretary", form(await surface.press("secretary", notice, "Ta senere"))))


async def _back(surface: FakeSurface, notice: Message) -> Message:
    shown = form(await surface.press("secretary", notice, "Send tilbake"))
    return message(await surface.submit("secretary", shown, {"reason": "Mangler fakta"}))


async def _away(surface: FakeSurface, notice: Message) -> Message:
    shown = form(await surface.press("secretary", notice, "Send til annet utvalg"))
    chosen = {"committee": str(surface.world.committees["forum"]), "note": "Hører til hos dere"}
    return message(await surface.submit("secretary", shown, chosen))


async def _accept(surface: FakeSurface, notice: Message) -> Message:
    return message(await surface.press("secretary", notice, ACCEPT))


DECISIONS = {"accept": _accept, "later": _later, "back": _back, "away": _away}


@pytest.mark.parametrize("decision", DECISIONS)
async def test_a_decision_is_taken_back_before_anybody_else_hears_of_it(surface: FakeSurface, decision: str) -> None:
    notice = await _proposed(surface)
    before, heard = await _case(surface), await _heard(surface)
    done = await DECISIONS[decision](surface, notice)
    assert "Du kan angre i ett minutt." in done.text
    surface.clock.forward(timedelta(seconds=59))
    assert await _heard(surface) == heard
    undone = message(await surface.press("secretary", done, "Angre"))
    assert undone.title == "Angret: Felles opplæring i utskrivning"
    assert undone.text == "Venter på sekretariatet. Ingen andre har fått beskjed."
    assert undone.replace
    assert await _case(surface) == before
    too_late_to_undo(surface)
    assert await _heard(surface) == heard
    # The secretariat can decide anew, both of them, and nothing is left with another committee.
    for who in ("secretary", "deputy"):
        now = next(item for item in await surface.inbox(who) if "Meldt av" in facts(item))
        assert ACCEPT in labels(now)
        assert "Eksempel Secretary angret «" in now.small


async def test_the_number_of_an_undone_acceptance_waits_for_its_case(surface: FakeSurface) -> None:
    notice = await _proposed(surface)
    undone = message(await surface.press("secretary", await _accept(surface, notice), "Angre"))
    too_late_to_undo(surface)
    await propose(surface)
    other = next(item for item in await surface.inbox("secretary") if item.small.startswith("Eksempel Member meldte"))
    assert "2/2026 (O/D)" in (await _accept(surface, other)).text
    listed = message(await surface.say("member", "sak liste fsu"))
    assert listed.sections[0].text == "2/2026 (O/D)  Felles opplæring i utskrivning"
    shown = message(await surface.bot.press(surface.world.sender("deputy"), "sak.vis", {"item": "1"}))
    assert facts(shown)["Tidligere saksnummer"] == "1/2026 (O/D): satt av til saken"
    # In any meeting of that year it is the case's own.
    undone = message(await surface.bot.press(surface.world.sender("secretary"), "sak.vis", {"item": "1"}))
    await _later(surface, undone)
    undone = message(await surface.bot.press(surface.world.sender("secretary"), "sak.vis", {"item": "1"}))
    assert "1/2026 (O/D)" in (await _accept(surface, undone)).text
    assert await _former(surface) == []


async def test_after_a_minute_it_says_what_to_do_instead(surface: FakeSurface) -> None:
    done = await _accept(surface, await _proposed(surface))
    before = await _case(surface)
    surface.clock.forward(timedelta(seconds=61))
    late = message(await surface.press("secretary", done, "Angre"))
    assert late.title.startswith("Det er gått mer enn ett minutt")
    assert "«Ta av sakslisten»" in late.text
    case = message(await surface.press("secretary", late, "Vis saken"))
    assert "Ta av sakslisten" in labels(case)
    assert await _case(surface) == before


async def test_a_second_press_has_no_effect(surface: FakeSurface) -> None:
    done = await _accept(surface, await _proposed(surface))
    await surface.press("secretary", done, "Angre")
    again = message(await surface.press("secretary", done, "Angre"))
    assert again.title == "Dette er angret allerede."
    assert await _kinds(surface) == ["proposed", "accepted", "undone"]


@pytest.mark.parametrize("who", ["deputy", "member", "clinician"])
async def test_only_whoever_decided_undoes(surface: FakeSurface, who: str) -> None:
    done = await _accept(surface, await _proposed(surface))
    refused = message(await surface.press(who, done, "Angre"))
    assert refused.title.startswith("Bare den som bestemte det, kan angre.")
    assert (await _case(surface))["status"] == ItemStatus.ACCEPTED


async def test_what_a_colleague_did_afterwards_stands(surface: FakeSurface) -> None:
    done = await _accept(surface, await _proposed(surface))
    notice = (await surface.inbox("deputy"))[-1]
    await surface.submit("deputy", form(await surface.press("deputy", notice, "Ta av sakslisten")))
    refused = message(await surface.press("secretary", done, "Angre"))
    assert "Eksempel Deputy tok saken av sakslisten" in refused.title
    assert (await _case(surface))["status"] == ItemStatus.REMOVED


@pytest.mark.parametrize("arguments", [{}, {"item": "1"}, {"item": "1", "step": "x"}, {"item": "1", "step": "999"}])
async def test_buttons_that_are_not_ours(surface: FakeSurface, arguments: dict[str, str]) -> None:
    await _accept(surface, await _proposed(surface))
    refused = message(await surface.bot.press(surface.world.sender("secretary"), "sak.angre", arguments))
    assert refused.title.startswith(("Knappen virker ikke lenger", "Bare den som bestemte det"))
    assert (await _case(surface))["status"] == ItemStatus.ACCEPTED


async def test_what_was_sent_all_the_same_is_corrected(surface: FakeSurface) -> None:
    """A worker on a machine whose clock is ahead sends before the minute is over here."""
    done = await _accept(surface, await _proposed(surface))
    ahead = FixedClock(surface.clock.now() + timedelta(minutes=2))
    early = Worker(surface.world.database, {"local": surface.messenger}, ahead)
    while await early.deliver_due():
        pass
    undone = message(await surface.press("secretary", done, "Angre"))
    assert undone.text == "Venter på sekretariatet. De som fikk beskjed, får en rettelse."
    *_rest, receipt, news, correction = await surface.inbox("member")
    assert news.title.startswith("Saken din er satt på sakslisten") or receipt.title.startswith("Saken din er satt")
    assert correction.title == "Rettelse: Felles opplæring i utskrivning"
    assert "Eksempel Secretary angret «Sett på sakslisten»" in correction.text
    (standing,) = await surface.inbox(PRESENTER)
    assert standing.title == "Du skal ikke lenger legge fram saken: Felles opplæring i utskrivning"


async def test_undoing_a_removal_gives_the_number_back(surface: FakeSurface) -> None:
    await _accept(surface, await _proposed(surface))
    too_late_to_undo(surface)
    before, heard = await _case(surface), await _heard(surface)
    notice = (await surface.inbox("secretary"))[-1]
    shown = form(await surface.press("secretary", notice, "Ta av sakslisten"))
    done = message(await surface.submit("secretary", shown))
    message(await surface.press("secretary", done, "Angre"))
    assert await _case(surface) == before
    assert await _former(surface) == []
    too_late_to_undo(surface)
    assert await _heard(surface) == heard


async def test_undoing_a_move_to_another_meeting_gives_the_number_back(surface: FakeSurface) -> None:
    await _accept(surface, await _proposed(surface))
    too_late_to_undo(surface)
    before, heard = await _case(surface), await _heard(surface)
    notice = (await surface.inbox("secretary"))[-1]
    shown = form(await surface.press("secretary", notice, "Flytt til et annet møte"))
    done = message(await surface.submit("secretary", shown))
    assert (await _case(surface))["number"] == "2/2026 (O/D)"
    message(await surface.press("secretary", done, "Angre"))
    assert await _case(surface) == before
    assert [row.number for row in await _former(surface)] == ["2/2026 (O/D)"]
    too_late_to_undo(surface)
    assert await _heard(surface) == heard


async def test_a_form_that_is_open_about_an_undone_decision_is_not_sent(surface: FakeSurface) -> None:
    notice = await _proposed(surface)
    done = await _accept(surface, notice)
    opened = await surface.press("deputy", (await surface.inbox("deputy"))[-1], "Ta av sakslisten")
    assert isinstance(opened, Form)
    await surface.press("secretary", done, "Angre")
    closed = message(await surface.submit("deputy", opened, {"reason": "Utgår"}))
    assert closed.title.startswith("Saken er ikke på sakslisten nå. Eksempel Secretary angret «Sett på sakslisten»")
    assert facts(closed) == {"Begrunnelse": "Utgår"}


async def test_the_proposers_own_case_is_shown_at_once(surface: FakeSurface) -> None:
    """A secretary who decides on their own proposal knows; there is nothing to hold back."""
    await propose(surface, "secretary")
    surface.clock.forward(timedelta(seconds=20))
    notice = next(item for item in await surface.inbox("secretary") if ACCEPT in labels(item))
    await _accept(surface, notice)
    receipt = next(item for item in await surface.inbox("secretary") if item.title.startswith("Saken din"))
    assert facts(receipt)["Status"].startswith("På sakslisten som 1/2026")


async def test_nothing_of_a_held_message_is_sent_twice(surface: FakeSurface) -> None:
    done = await _accept(surface, await _proposed(surface))
    await surface.press("secretary", done, "Angre")
    notice = next(item for item in await surface.inbox("secretary") if ACCEPT in labels(item))
    await surface.press("secretary", notice, ACCEPT)
    too_late_to_undo(surface)
    titles = [item.title for item in await surface.inbox("member")]
    assert titles.count("Saken din er satt på sakslisten: Felles opplæring i utskrivning") == 1
    assert [item.title for item in await surface.inbox(PRESENTER)] == ["Du er satt opp til å legge fram en sak"]
    async with surface.world.database.transaction() as session:
        assert not (await session.scalars(select(Delivery).where(col(Delivery.status) == "pending"))).all()
    assert button_called(done, "Angre").arguments["item"] == "1"


async def test_whoever_withdraws_within_the_minute_hears_nothing_of_what_was_decided(surface: FakeSurface) -> None:
    await _accept(surface, await _proposed(surface))
    receipt = (await surface.inbox("member"))[-1]
    await surface.press("member", receipt, "Trekk saken")
    too_late_to_undo(surface)
    assert [item.title for item in await surface.inbox("member") if "sakslisten" in item.title] == []
    assert await surface.inbox(PRESENTER) == []
    assert "Saken er trukket: 1/2026 (O/D) Felles opplæring i utskrivning" in [
        item.title for item in await surface.inbox("secretary")
    ]


@pytest.mark.parametrize(
    ("label", "presents"),
    [("Ta av sakslisten", []), ("Flytt til et annet møte", ["Du er satt opp til å legge fram en sak"])],
)
async def test_presenters_who_have_heard_nothing_yet_hear_only_what_is_so(
    surface: FakeSurface, label: str, presents: list[str]
) -> None:
    await _accept(surface, await _proposed(surface))
    notice = (await surface.inbox("secretary"))[-1]
    await surface.submit("secretary", form(await surface.press("secretary", notice, label)))
    too_late_to_undo(surface)
    assert [item.title for item in await surface.inbox(PRESENTER)] == presents


async def test_undoing_what_came_after_an_acceptance_tells_of_the_acceptance(surface: FakeSurface) -> None:
    await _accept(surface, await _proposed(surface))
    notice = (await surface.inbox("secretary"))[-1]
    shown = form(await surface.press("secretary", notice, "Ta av sakslisten"))
    await surface.press("secretary", message(await surface.submit("secretary", shown)), "Angre")
    too_late_to_undo(surface)
    titles = [item.title for item in await surface.inbox("member")]
    assert titles.count("Saken din er satt på sakslisten: Felles opplæring i utskrivning") == 1
    assert not any("tatt av" in title for title in titles)
    assert [item.title for item in await surface.inbox(PRESENTER)] == ["Du er satt opp til å legge fram en sak"]


async def _former(surface: FakeSurface) -> list[FormerNumber]:
    async with surface.world.database.transaction() as session:
        return list(await session.scalars(select(FormerNumber)))


async def _kinds(surface: FakeSurface) -> list[str]:
    async with surface.world.database.transaction() as session:
        return list(await session.scalars(select(AgendaItemEvent.kind).order_by(col(AgendaItemEvent.id))))
