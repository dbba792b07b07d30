"""Two secretaries with the same case: one wins, the other is told who did what, whatever it was."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form, Reply
from storage.database import Database
from storage.tables import AgendaItem, AgendaItemEvent, ItemStatus, Membership
from tests.cases.steps import propose, to_summary
from tests.clock import FixedClock
from tests.surface import FakeSurface, facts, form, labels, message
from tests.world import build

ACCEPT = "Sett på sakslisten"


async def test_accepting_a_case_that_a_colleague_took_later(surface: FakeSurface) -> None:
    await propose(surface)
    (first,), (second,) = await surface.inbox("secretary"), await surface.inbox("deputy")
    await surface.submit("secretary", form(await surface.press("secretary", first, "Ta senere")))
    late = message(await surface.press("deputy", second, ACCEPT))
    assert "Eksempel Secretary utsatte saken til møtet 31. okt. 2026" in late.title
    assert (await _case(surface)).status == ItemStatus.DEFERRED
    # What has come in the place of the old message is up to date.
    (now,) = await surface.inbox("deputy")
    assert "satte saken på sakslisten" in message(await surface.press("deputy", now, ACCEPT)).text


async def test_two_questions_do_not_both_go_out(surface: FakeSurface) -> None:
    await propose(surface)
    (first,), (second,) = await surface.inbox("secretary"), await surface.inbox("deputy")
    asked = form(await surface.press("secretary", first, "Be om mer"))
    also = form(await surface.press("deputy", second, "Be om mer"))
    await surface.submit("secretary", asked, {"question": "Hvem skal delta?"})
    refused = message(await surface.submit("deputy", also, {"question": "Hvem kommer?"}))
    assert "Eksempel Secretary spurte: Hvem skal delta?" in refused.title
    assert facts(refused) == {"Hva trenger dere å vite?": "Hvem kommer?"}


async def test_a_case_that_its_proposer_changed_is_looked_at_again(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    (notice,) = await surface.inbox("secretary")
    how = form(await surface.submit("member", form(await surface.press("member", receipt, "Endre")), {"title": "Ny"}))
    await surface.submit("member", form(await surface.submit("member", how)))
    assert "Eksempel Member endret saken" in message(await surface.press("secretary", notice, ACCEPT)).title


@pytest.mark.parametrize("arguments", [{}, {"item": "x", "step": "1"}, {"item": "1"}, {"item": "9" * 30, "step": "1"}])
@pytest.mark.parametrize(
    "action", ["sak.godta", "sak.spor", "sak.senere", "sak.flytt", "sak.returner", "sak.svar", "sak.endre", "sak.trekk"]
)
async def test_arguments_that_are_not_ours(surface: FakeSurface, action: str, arguments: dict[str, str]) -> None:
    reply = message(await surface.bot.press(surface.world.sender("secretary"), action, arguments))
    assert reply.title.startswith(("Knappen virker ikke lenger", "Saken finnes ikke lenger"))


async def test_a_former_secretary_keeps_no_buttons(surface: FakeSurface) -> None:
    await propose(surface)
    (notice,) = await surface.inbox("secretary")
    await surface.inbox("deputy")
    async with surface.world.database.transaction() as session:
        role = await session.scalar(
            select(Membership).where(
                col(Membership.person_id) == surface.world.people["deputy"],
                col(Membership.committee_id) == surface.world.committees["fsu"],
            )
        )
        await session.delete(role)
    await surface.press("secretary", notice, ACCEPT)
    (left,) = await surface.inbox("deputy")
    assert labels(left) == []
    assert "ikke lenger i sekretariatet" in left.text


# --- at the same moment, on PostgreSQL ---------------------------------------------------------------------


async def test_pressing_while_a_colleague_moves_it(postgresql: Database) -> None:
    surface = await _surface(postgresql)
    shown, old = await _opened(surface, "Send til annet utvalg")
    chosen = {"committee": str(surface.world.committees["au"]), "note": "Hører til AU"}
    _moved, late = await _one_after_the_other(
        surface, surface.submit("secretary", shown, chosen), surface.press("deputy", old, ACCEPT)
    )
    assert "Eksempel Secretary sendte saken fra Faglig samarbeidsutvalg (FSU) til Arbeidsutvalg" in message(late).title


async def test_pressing_while_a_colleague_takes_it_later(postgresql: Database) -> None:
    surface = await _surface(postgresql)
    shown, old = await _opened(surface, "Ta senere")
    _later, late = await _one_after_the_other(
        surface, surface.submit("secretary", shown), surface.press("deputy", old, ACCEPT)
    )
    assert "Eksempel Secretary utsatte saken til møtet 31. okt. 2026" in message(late).title
    assert (await _case(surface)).status == ItemStatus.DEFERRED


async def test_changing_a_case_while_it_is_taken_later(postgresql: Database) -> None:
    surface = await _surface(postgresql)
    shown, _old = await _opened(surface, "Ta senere")
    receipt = next(item for item in await surface.inbox("member") if "Trekk saken" in labels(item))
    _later, withdrawn = await _one_after_the_other(
        surface, surface.submit("secretary", shown), surface.press("member", receipt, "Trekk saken")
    )
    # The meeting it was taken to is part of what the proposer sees.
    assert {fact.value for fact in message(withdrawn).facts} >= {"lørdag 31. oktober 2026 kl. 09.00"}


async def test_two_questions_at_the_same_moment(postgresql: Database) -> None:
    surface = await _surface(postgresql)
    shown, old = await _opened(surface, "Be om mer")
    other = form(await surface.press("deputy", old, "Be om mer"))
    _asked, late = await _one_after_the_other(
        surface,
        surface.submit("secretary", shown, {"question": "Hvem skal delta?"}),
        surface.submit("deputy", other, {"question": "Hvem kommer?"}),
    )
    assert "Eksempel Secretary spurte" in message(late).title
    async with postgresql.transaction() as session:
        asked = select(func.count()).where(col(AgendaItemEvent.kind) == "questioned")
        assert await session.scalar(asked) == 1


async def test_sending_a_new_case_twice_at_the_same_moment(postgresql: Database) -> None:
    """Neither waits for the other before it writes: the second finds that it was overtaken, and shows the same."""
    surface = await _surface(postgresql)
    shown = await to_summary(surface)
    replies = await asyncio.gather(*(surface.submit("member", shown) for _time in range(5)))
    assert {message(reply).title for reply in replies} == {message(replies[0]).title}
    async with postgresql.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(AgendaItem)) == 1
        assert await session.scalar(select(func.count()).select_from(AgendaItemEvent)) == 1


async def _surface(database: Database) -> FakeSurface:
    clock = FixedClock()
    return FakeSurface(await build(database, clock.now()), clock, registry())


async def _opened(surface: FakeSurface, label: str) -> tuple[Form, Any]:
    """A form that the secretary has open about a new case, and the deputy's message about it."""
    await propose(surface)
    surface.clock.forward(timedelta(seconds=20))
    (notice,), (old,) = await surface.inbox("secretary"), await surface.inbox("deputy")
    return form(await surface.press("secretary", notice, label)), old


async def _one_after_the_other(
    surface: FakeSurface, first: Coroutine[Any, Any, Reply], second: Coroutine[Any, Any, Reply]
) -> tuple[Reply, Reply]:
    """Both wait for the same case, the first one in front; then it comes free."""
    other = Database(surface.world.database.url.render_as_string(hide_password=False))
    async with other.transaction() as holding:
        await holding.execute(select(AgendaItem.id).with_for_update())
        ahead = asyncio.create_task(first)
        await asyncio.wait_for(_waiting(other, 1), 10)
        behind = asyncio.create_task(second)
        await asyncio.wait_for(_waiting(other, 2), 10)
    replies = await ahead, await behind
    await other.close()
    return replies


async def _waiting(database: Database, count: int) -> None:
    """Until so many wait for a lock in this database."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    found = 0
    while found < count:
        async with database.transaction() as session:
            found = await session.scalar(waiting) or 0


async def _case(surface: FakeSurface) -> AgendaItem:
    async with surface.world.database.transaction() as session:
        return (await session.scalars(select(AgendaItem))).one()


async def test_what_is_written_in_another_window_of_a_form_that_was_sent_is_not_lost(surface: FakeSurface) -> None:
    receipt = await propose(surface)
    here, there = [form(await surface.press("member", receipt, "Endre")) for _window in range(2)]
    how = form(await surface.submit("member", here, {"title": "Ny tittel"}))
    look = form(await surface.submit("member", how))
    sent = message(await surface.submit("member", look))
    told = message(await surface.submit("member", there, {"purpose": "Skrevet i det andre vinduet"}))
    assert told.title == "Skjemaet er alt sendt, fra et annet vindu"
    assert facts(told)["Hensikt"] == "Skrevet i det andre vinduet"
    assert labels(told) == labels(sent)
    # Where nothing is written, and where the last screen is handed in twice, there is nothing to say of it.
    for again in (how, look):
        assert message(await surface.submit("member", again)).title == sent.title == "Saken din: Ny tittel"
