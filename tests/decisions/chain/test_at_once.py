"""Two at once, a restart in the middle, and what the minutes' form and a linked page make of it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from handlers import capabilities
from handlers.capabilities import registry
from handlers.decisions.chain import steps as chain_steps
from handlers.decisions.chain.actions import Do
from handlers.decisions.chain.party_actions import Do as PartyDo
from handlers.meetings.minutes.actions import Do as Minutes
from storage.tables import AgendaItem, FollowUp, FollowUpStatus, MinutesEntry, MinutesStatus, Organisation
from storage.tables import Minutes as MinutesRow
from tests.clock import FixedClock
from tests.decisions.chain import steps
from tests.decisions.chain.steps import RECOMMENDED, called
from tests.decisions.chain.test_down import CONCLUDED, TITLE, TO_DO, case_of, handled_there, meeting_of, sent_down
from tests.decisions.steps import decide
from tests.meetings.steps import ACCEPT
from tests.people.links.conftest import serve
from tests.people.links.visitor import Visitor
from tests.surface import FakeSurface, errors, form, labels, message
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def test_two_workers_at_once_make_one_case(surface: FakeSurface) -> None:
    world = surface.world
    decided = await decide(surface, TITLE, CONCLUDED, to_do=TO_DO, owner_committee_id=world.committees["forum"])

    async def look() -> None:
        async with world.database.transaction() as session:
            await chain_steps.bring_up(session, [decided.entry], surface.clock.now())

    await asyncio.gather(*(look() for _worker in range(4)))
    async with world.database.transaction() as session:
        count = await session.scalar(select(func.count()).select_from(AgendaItem).where(col(AgendaItem.title) == TO_DO))
    assert count == 1
    assert [each.kind for each in await steps.events(world, decided.follow)] == ["sent_down"]


async def test_a_restart_in_the_middle_leaves_nothing_half_done(surface: FakeSurface) -> None:
    world = surface.world
    decided = await decide(surface, TITLE, CONCLUDED, to_do=TO_DO, owner_committee_id=world.committees["forum"])

    async def look_and_die() -> None:
        async with world.database.transaction() as session:
            await chain_steps.bring_up(session, [decided.entry], surface.clock.now())
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await look_and_die()
    assert await case_of(world, decided.follow) is None
    await steps.clock_says(surface, minutes=1)
    assert await case_of(world, decided.follow) is not None


async def test_of_two_secretaries_who_send_it_to_all_at_once_each_party_gets_it_once(surface: FakeSurface) -> None:
    await steps.with_parties(surface.world, surface.clock)
    decided = await steps.recommended(surface)
    opened = {
        who: form(await steps.press(surface, who, Do.SEND, entry=decided.entry)) for who in ("secretary", "deputy")
    }
    await asyncio.gather(*(surface.submit(who, each, {"parties": ["alle"]}) for who, each in opened.items()))
    async with surface.world.database.transaction() as session:
        rows = list(await session.scalars(select(FollowUp).where(col(FollowUp.recommended))))
    assert len(rows) == len({row.owner_organisation_id for row in rows}) == 6


async def test_the_minutes_form_refuses_to_give_it_back_to_where_it_came_from(
    surface: FakeSurface, clock: FixedClock
) -> None:
    world = surface.world
    await meeting_of(world, "forum", "forum-1", clock)
    decided = await sent_down(surface)
    case = await case_of(world, decided.follow)
    assert case is not None
    await surface.press("deputy", await steps.newest(surface, "deputy", "Forslag til sak"), ACCEPT)
    clock.forward(timedelta(days=11))
    there = await handled_there(surface, case.id, "forum-1", text="Forumet tar det.")
    async with world.database.transaction() as session:
        entry = await session.get_one(MinutesEntry, there.entry)
        (await session.get_one(MinutesRow, entry.minutes_id)).status = MinutesStatus.DRAFT
        slot = entry.slot_id
    opened = form(await steps.press(surface, "deputy", Minutes.FOLLOW_UP, meeting=world.meetings["forum-1"], slot=slot))
    fsu, au = (f"c{world.committees[name]}" for name in ("fsu", "au"))
    again = form(await surface.submit("deputy", opened, {"text": "Gjør det selv", "owner": fsu}))
    assert errors(again)["owner"].startswith("Saken kom fra Faglig samarbeidsutvalg (FSU), så den ville gått i ring.")
    assert {field.name: field.value for field in again.fields}["text"] == "Gjør det selv"
    message(await surface.submit("deputy", again, {"owner": au}))


async def test_what_was_sent_may_be_taken_out_of_minutes_that_were_refused(surface: FakeSurface) -> None:
    world = surface.world
    decided = await sent_down(surface)
    async with world.database.transaction() as session:
        entry = await session.get_one(MinutesEntry, decided.entry)
        (await session.get_one(MinutesRow, entry.minutes_id)).status = MinutesStatus.REFUSED
        slot = entry.slot_id
    shown = message(
        await steps.press(
            surface,
            "secretary",
            Minutes.REMOVE_FOLLOW_UP,
            meeting=world.meetings["fsu-1"],
            slot=slot,
            follow=decided.follow,
        )
    )
    assert f"Tatt bort: {TO_DO}" in steps.told(shown)
    assert TO_DO not in "\n".join(fact.value for section in shown.sections for fact in section.facts)
    assert (await steps.follow_up(world, decided.follow)).status == FollowUpStatus.DROPPED


async def test_whoever_is_not_on_chat_answers_on_a_linked_page(world: World, clock: FixedClock) -> None:
    await steps.with_parties(world, clock)
    async with world.database.transaction() as session:
        ids = await steps.organisations(world)
        (await session.get_one(Organisation, ids["nordre"])).contacts = ["mailbox@example.org"]
    surface = FakeSurface(world, clock, registry())
    decided = await steps.recommended(surface)
    await steps.send(surface, decided.entry, "nordre", "søndre")
    legs = await steps.legs(world)
    clock.forward(timedelta(days=10))
    async with serve(world, clock, capabilities.registry()) as served:
        arguments = {"leg": str(legs["nordre"].id)}
        visitor = Visitor(served.http, str(served.links.page(world.people["mailbox"], PartyDo.SHOW, arguments)))
        page = await visitor.open()
        assert RECOMMENDED in page.text
        assert visitor.buttons() == ["Svar på tilrådingen"]
        await visitor.press("Svar på tilrådingen")
        await visitor.press("Send svaret", answer="changes", text="Fra 2028.")
        assert "Takk. Svaret er tatt imot." in visitor.page.text
        # The link leads to this one answer, and to no other party's.
        other = await visitor.post([("do", PartyDo.ANSWER), ("leg", str(legs["søndre"].id))])
        assert called("søndre") not in other.text
    answered = (await steps.legs(world))["nordre"]
    assert (answered.answer, answered.answer_text) == ("changes", "Fra 2028.")
    assert (await steps.legs(world))["søndre"].answer is None
    assert labels(await steps.newest(surface, "søndre", "Tilråding til")) == ["Svar på tilrådingen"]
