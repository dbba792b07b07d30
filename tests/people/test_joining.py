"""Somebody who was met without an address turns out to be somebody in the file: everything of theirs follows.

On databases that the migrations made, whose histories cannot be changed.
"""

import asyncio
from typing import Any

import pytest
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, col

from handlers import admission
from handlers.capabilities import registry
from handlers.dialogs.dialog import Person as PersonField
from handlers.people.recognising import by_link
from handlers.people.ticket import Ticket
from storage import deliveries, joining
from storage.database import Database
from storage.deliveries import Wish
from storage.tables import (
    Account,
    AgendaItem,
    AgendaItemEvent,
    CaseFollower,
    Delivery,
    Deviation,
    DeviationEvent,
    Draft,
    LanguageFrom,
    LocalEntry,
    Membership,
    Person,
    Workplace,
)
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.deviations.steps import report
from tests.surface import FakeSurface, message
from tests.world import build


@pytest.fixture
async def surface(migrated: Database, clock: FixedClock) -> FakeSurface:
    return FakeSurface(await build(migrated, clock.now()), clock, registry())


async def join(surface: FakeSurface, one: str, other: str) -> None:
    async with surface.world.database.transaction() as session:
        people = [await session.get_one(Person, surface.world.people[name]) for name in (one, other)]
        await admission.join(session, *people, surface.clock.now())


async def rows(surface: FakeSurface, table: type[Any], *where: Any) -> list[Any]:
    async with surface.world.database.transaction() as session:
        return list(await session.scalars(select(table).where(*where)))


async def test_cases_reports_drafts_and_what_waits_follow(surface: FakeSurface) -> None:
    world = surface.world
    old, new = world.people["clinician"], world.people["registrar"]
    await propose(surface, "clinician", committee="forum")
    await report(surface, "clinician")
    await surface.open("clinician", "sak Noe begynt")
    async with world.database.transaction() as session:
        waiting = Wish("w", "", old, {"title": "Venter"}, surface.clock.now())
        await deliveries.wish(session, [waiting])
        await session.execute(update(Delivery).where(col(Delivery.key) == "w").values(status="waiting"))
        person = await session.get_one(Person, old)
        person.language, person.language_from = "nn", LanguageFrom.PERSON
    await join(surface, "clinician", "registrar")

    assert {item.proposer_id for item in await rows(surface, AgendaItem)} == {new}
    assert {event.actor_id for event in await rows(surface, AgendaItemEvent)} == {new}
    assert {each.reporter_id for each in await rows(surface, Deviation)} == {new}
    assert old not in {event.actor_id for event in await rows(surface, DeviationEvent)}
    assert new in {event.actor_id for event in await rows(surface, DeviationEvent)}
    assert old not in {draft.person_id for draft in await rows(surface, Draft)}
    assert old not in {each.person_id for each in await rows(surface, Account)}
    assert {each.status for each in await rows(surface, Delivery, col(Delivery.key) == "w")} == {"pending"}
    assert [each.person_id for each in await rows(surface, Delivery, col(Delivery.key) == "w")] == [new]
    assert (await rows(surface, Person, col(Person.id) == new))[0].language == "nn"
    assert "Sakene dine" in message(await surface.say("registrar", "sak mine")).title


async def test_a_form_that_was_open_is_still_theirs(surface: FakeSurface) -> None:
    """Also one that nothing was written in before: the row is made when it is handed in."""
    form = await surface.open("clinician", "sak")
    assert await rows(surface, Draft) == []
    await join(surface, "clinician", "registrar")
    await surface.submit("registrar", form, {"title": "Felles opplæring"})
    (draft,) = await rows(surface, Draft)
    assert (draft.person_id, draft.answers["title"]) == (surface.world.people["registrar"], "Felles opplæring")


async def test_what_is_done_in_the_moment_of_the_joining_is_theirs(surface: FakeSurface) -> None:
    """Somebody is looked up before it and writes after it: on another click, while the platform is being asked."""
    world = surface.world
    old, new = world.people["clinician"], world.people["registrar"]
    await surface.say("clinician", "hjelp")
    async with world.database.transaction() as session:
        await session.execute(update(Account).where(col(Account.person_id) == old).values(asked=1))
    async with world.database.transaction() as session:
        people = [await session.get_one(Person, each) for each in (old, new)]
        await admission.join(session, *people, surface.clock.now())
        doing = asyncio.create_task(surface.say("clinician", "sak Felles opplæring"))
        done, _waiting = await asyncio.wait({doing}, timeout=0.5)
        assert not done
    await doing
    assert [draft.person_id for draft in await rows(surface, Draft)] == [new]


async def test_no_column_refers_to_who_they_were(surface: FakeSurface) -> None:
    world = surface.world
    old, new = world.people["colleague"], world.people["manager"]
    await propose(surface, "colleague")
    async with world.database.transaction() as session:
        # More than one of theirs, and fewer of the other's: counted on one by one, they would meet each other.
        session.add_all(
            LocalEntry(person_id=each, content={}, at=surface.clock.now(), revision=revision)
            for each, revision in ((old, 1), (old, 2), (old, 3), (new, 1))
        )
        session.add_all(Workplace(person_id=each, unit_id=world.units["homecare"]) for each in (old, new))
        session.add(Membership(committee_id=world.committees["fsu"], person_id=new, role="medlem"))
    await join(surface, "colleague", "manager")
    async with world.database.transaction() as session:
        columns = list(joining.referring())
        # Each table that has a reference is among them, also those to come.
        assert {column.table.name for column in columns} >= {"account", "delivery", "draft", "membership", "unit_staff"}
        for column in columns:
            if column.name != "joined_to_id":
                assert (await session.execute(select(column).where(column == old))).all() == [], column
    lines = await rows(surface, LocalEntry, col(LocalEntry.person_id) == new)
    assert sorted(line.revision for line in lines) == [1, 2, 3, 4]
    mine = col(Membership.person_id) == new
    assert sorted(each.role for each in await rows(surface, Membership, mine)) == ["medlem", "medlem"]


async def test_whoever_was_chosen_as_a_presenter_is_chosen_still(surface: FakeSurface) -> None:
    world = surface.world
    old, new = world.people["clinician"], world.people["registrar"]
    await propose(surface, "member", presenters=[str(old)])
    form = await surface.open("member", "sak Felles opplæring")
    async with world.database.transaction() as session:
        draft = await session.scalar(select(Draft).where(col(Draft.status) == "open"))
        assert draft is not None, form.title
        draft.answers = {**draft.answers, "presenters": [str(old), str(new)]}
        session.add(
            Delivery(
                key=f"item:1:presenter:{old}",
                subject="item:1",
                person_id=old,
                message={"title": "x"},
                due_at=surface.clock.now(),
                created_at=surface.clock.now(),
            )
        )
    await join(surface, "clinician", "registrar")
    (item,) = await rows(surface, AgendaItem)
    assert item.presenter_ids == [new]
    (draft,) = await rows(surface, Draft, col(Draft.status) == "open")
    assert draft.answers["presenters"] == [str(new)]
    keys = {each.key for each in await rows(surface, Delivery)}
    assert (f"item:1:presenter:{new}" in keys, f"item:1:presenter:{old}" in keys) == (True, False)


def test_every_field_that_holds_people_is_known() -> None:
    fields = {
        name
        for dialog in registry().dialogs.values()
        for step in dialog.every_step
        for name, info in step.model_fields.items()
        if any(isinstance(each, PersonField) for each in info.metadata)
    }
    assert fields
    assert fields == set(admission.PEOPLE_IN_FORMS)


async def test_history_follows_a_joining_and_nothing_else(surface: FakeSurface) -> None:
    await report(surface, "clinician")
    world = surface.world
    old, new = world.people["clinician"], world.people["registrar"]
    changes = [
        update(DeviationEvent).values(actor_id=new),
        update(DeviationEvent).values(note="noe annet"),
        text("DELETE FROM deviation_event"),
    ]
    for change in changes:
        with pytest.raises(DBAPIError, match="append-only"):
            async with world.database.transaction() as session:
                await session.execute(change)
    await join(surface, "clinician", "registrar")
    # And not back, and not along with anything else.
    for change in (
        update(DeviationEvent).values(actor_id=old),
        update(DeviationEvent).values(actor_id=new, note="noe annet"),
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            async with world.database.transaction() as session:
                await session.execute(change)


async def test_a_link_that_was_made_before_leads_on(surface: FakeSurface) -> None:
    old, new = surface.world.people["clinician"], surface.world.people["registrar"]
    await join(surface, "clinician", "registrar")
    reply = await surface.bot.command(by_link(Ticket(old, "sak.mine")), "sak mine")
    assert "registrert" not in message(reply).title
    assert {each.person_id for each in await rows(surface, Account, col(Account.surface) == "page")} == {new}


async def test_every_table_that_refers_to_people_says_so_to_the_database(migrated: Database) -> None:
    """What follows is read out of the definitions: a column that holds a person and does not say so would stay."""
    async with migrated.engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    known = {(column.table.name, column.name) for column in joining.referring()}
    for table in SQLModel.metadata.sorted_tables:
        assert table.name in names
        for column in table.columns:
            if column.name in ("person_id", "actor_id", "handler_id", "proposer_id", "reporter_id"):
                assert (table.name, column.name) in known


async def test_a_case_that_both_followed_is_followed_once(surface: FakeSurface) -> None:
    await propose(surface)
    people = surface.world.people
    async with surface.world.database.transaction() as session:
        session.add_all(
            CaseFollower(item_id=1, person_id=people[each], since=surface.clock.now()) for each in ("nurse", "carer")
        )
    async with surface.world.database.transaction() as session:
        await joining.join(session, people["nurse"], people["carer"], surface.clock.now(), keys={}, answers=())
    assert [row.person_id for row in await rows(surface, CaseFollower)] == [people["carer"]]
