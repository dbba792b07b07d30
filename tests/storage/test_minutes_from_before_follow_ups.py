"""A database with published minutes from before the bot followed up what they say: nobody is flooded after the upgrade,
and what is still to come is reminded of."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, text
from sqlmodel import col

from handlers.capabilities import registry
from handlers.meetings.follow_up_actions import Do
from storage.database import Database
from storage.migrate import migrate
from storage.tables import AgendaItem, Delivery, FollowUp
from tests.clock import FixedClock
from tests.storage.test_migrations import upgrade_to
from tests.surface import FakeSurface, form, labels, message
from tests.world import World

OWNER, SECRETARY = 1, 2
_LONG = 40
"""So many things were decided long ago, and are not done."""


def _statements() -> Sequence[str]:
    """Two committees; the first one met two years ago. The owner has much from then that is long due or without a date,
    and one thing that is due in a year. One thing is another committee's, one decision is a recommendation."""
    later = (datetime.now(UTC) + timedelta(days=365)).date()
    before = "'2024-09-01 08:00:00.000000+00:00'"
    follow_ups = [(each, f"'Gammelt {each}'", OWNER, "NULL", "'2024-10-01'") for each in range(_LONG)]
    follow_ups += [
        (_LONG, "'Uten dato'", OWNER, "NULL", "NULL"),
        (_LONG + 1, "'Fristen kommer'", OWNER, "NULL", f"'{later}'"),
        (_LONG + 2, "'For styret'", "NULL", 2, "'2024-10-01'"),
    ]
    return (
        "INSERT INTO organisation (id, key, name, kind) VALUES (1, 'hospital', 'Eksempel sykehus', 'hospital')",
        *(
            f"INSERT INTO person (id, organisation_id, name, email, language, also_at) "
            f"VALUES ({each}, 1, '{name}', '{key}@example.org', 'nb', '[]')"
            for each, key, name in (
                (OWNER, "owner", "Eksempel Owner"),
                (SECRETARY, "secretary", "Eksempel Secretary"),
                (3, "board", "Eksempel Board"),
            )
        ),
        *(
            f"INSERT INTO account (person_id, surface, workspace, user_id, reach, seen_at) "
            f"VALUES ({each}, 'local', 'local', '{each}', '{{\"user\": \"{each}\"}}', {before})"
            for each in (OWNER, SECRETARY, 3)
        ),
        *(
            "INSERT INTO committee (id, key, name, number_template, proposals_from, zone, standing_items, settings) "
            f"VALUES ({each}, 'c{each}', 'Utvalg {each}', '{{n}}/{{yyyy}}', 'members', 'Europe/Oslo', '[]', '{{}}')"
            for each in (1, 2)
        ),
        f"INSERT INTO membership (committee_id, person_id, role) VALUES (1, {SECRETARY}, 'sekretariat')",
        "INSERT INTO membership (committee_id, person_id, role) VALUES (2, 3, 'sekretariat')",
        "INSERT INTO meeting (id, key, committee_id, starts_at, ends_at, deadline_at, zone, place) VALUES "
        f"(1, 'c1-1', 1, {before}, {before}, {before}, 'Europe/Oslo', '')",
        *(
            "INSERT INTO agenda_slot (id, meeting_id, kind, position, title, text, presenters_text) VALUES "
            f"({each}, 1, 'other', {each}, 'Sak {each}', '', '')"
            for each in (1, 2, 3)
        ),
        "INSERT INTO minutes (id, meeting_id, status, revision, remark, minute_taker_id, published_at, created_at, "
        f"changed_at) VALUES (1, 1, 'published', 1, '', {SECRETARY}, {before}, {before}, {before})",
        *(
            "INSERT INTO minutes_entry (id, minutes_id, slot_id, discussion, how_decided, revision, changed_at) VALUES "
            f"({each}, 1, {each}, '', {how}, 0, {before})"
            for each, how in ((1, "'agreed'"), (2, "'recommended'"), (3, "'disagreed'"))
        ),
        *(
            f"INSERT INTO conclusion (id, entry_id, ordinal, verb, text) VALUES ({each}, {each}, 1, '', 'Vedtak')"
            for each in (1, 2, 3)
        ),
        *(
            "INSERT INTO follow_up (entry_id, ordinal, text, owner_id, owner_committee_id, owner_text, due_on, "
            f"due_text) VALUES (1, {ordinal}, {words}, {owner}, {committee}, '', {due}, '')"
            for ordinal, words, owner, committee, due in follow_ups
        ),
    )


async def upgraded(empty: Database) -> FakeSurface:
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.transaction() as session:
        await (await session.connection()).run_sync(upgrade_to, "0026")
        for statement in _statements():
            await session.execute(text(statement.replace(":", r"\:")))
    assert await migrate(empty) is True
    people = {"owner": OWNER, "secretary": SECRETARY, "board": 3}
    world = World(empty, {"c1": 1, "c2": 2}, {"c1-1": 1}, people, {})
    return FakeSurface(world, FixedClock(datetime.now(UTC)), registry())


async def titles(database: Database) -> list[tuple[int, str]]:
    async with database.reading() as session:
        rows = await session.scalars(select(Delivery).order_by(col(Delivery.id)))
        return [(row.person_id, str(row.message["title"])) for row in rows if not row.key.startswith("welcome")]


async def test_an_upgrade_tells_of_what_is_to_come_alone(empty: Database) -> None:
    surface = await upgraded(empty)
    told = [(OWNER, "Oppfølging til deg: Fristen kommer")]
    await surface.worker.do_chores()
    assert await titles(empty) == told
    # Nor later, when something makes the clock look at all of it again.
    async with empty.transaction() as session:
        await session.execute(text('UPDATE committee SET settings = \'{"follow_up"\\: {"overdue_every"\\: 3}}\''))
        await session.execute(text("UPDATE minutes SET status = 'approved', approved_at = published_at"))
    for _day in range(40):
        surface.clock.forward(timedelta(days=1))
        await surface.worker.do_chores()
    assert await titles(empty) == told
    async with empty.reading() as session:
        assert (await session.scalars(select(AgendaItem))).all() == [], "nothing was sent down to the other committee"


async def test_what_is_old_is_in_the_register_and_lacks_nothing(empty: Database) -> None:
    surface = await upgraded(empty)
    await surface.worker.do_chores()
    mine = message(await surface.say("owner", "vedtak mine"))
    assert mine.sections[0].title == "Gammelt 0"
    overdue = message(await surface.say("secretary", "vedtak forfalt"))
    assert len(overdue.sections) > 1
    lacking = message(await surface.say("secretary", "vedtak mangler"))
    assert lacking.text == "Alle vedtak har eier og frist, eller krever ingen oppfølging."
    shown = message(await surface.say("owner", "hjelp"))
    assert "forfalt" not in str(shown)


async def test_what_is_old_is_followed_up_once_somebody_has_given_it_a_date(empty: Database) -> None:
    surface = await upgraded(empty)
    await surface.worker.do_chores()
    async with empty.reading() as session:
        (row,) = await session.scalars(select(FollowUp).where(col(FollowUp.text) == "For styret"))
    sender = surface.world.sender("secretary")
    page = message(await surface.bot.press(sender, Do.SHOW, {"follow": str(row.id)}))
    assert "Endre eier og frist" in labels(page), "another committee's, but it never became a case there"
    shown = form(await surface.press("secretary", page, "Endre eier og frist"))
    later = (surface.clock.now() + timedelta(days=30)).date()
    reply = await surface.submit("secretary", shown, {"owner": str(OWNER), "due": later.isoformat()})
    assert "får beskjed" in message(reply).text
    await surface.worker.do_chores()
    assert (OWNER, "Oppfølging til deg: For styret") in await titles(empty)
