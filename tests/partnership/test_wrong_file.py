"""A wrong file is loaded, and then the right one again: all is as it was, and nobody hears more than what is true."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlmodel import SQLModel, col

from handlers.capabilities import registry
from handlers.meetings.reminders import REMIND
from handlers.messages.deliveries import as_json
from handlers.messages.message import Message
from storage import deliveries
from storage.database import Database
from storage.deliveries import Wish
from storage.statements import table
from storage.tables import (
    Account,
    ChoreChanged,
    ChoreLease,
    ChoreLook,
    Committee,
    CommitteeAlias,
    Delivery,
    DeliveryStatus,
    Meeting,
    MeetingEvent,
    Membership,
    Person,
    Unit,
    UnitAlias,
    UnitStaff,
    Workspace,
)
from tests.cases.steps import propose, too_late_to_undo
from tests.chores import reminded
from tests.clock import FixedClock
from tests.deviations import reports
from tests.partnership.loader import Loader
from tests.surface import FakeSurface
from tests.world import World

RIGHT = """\
organisations:
  - {key: sykehuset, name: Eksempel sykehus, kind: hospital, slack: [T0EXAMPLE1]}
  - {key: kommunen, name: Eksempel kommune, kind: municipality, teams: [00000000-1111-2222-3333-444444444444]}
people:
  - {name: Eksempel Sekretær, email: secretary@example.org, organisation: sykehuset}
  - {name: Eksempel Medlem, email: member@example.org, organisation: kommunen, also_at: [sykehuset]}
  - {name: Eksempel Vara, email: deputy@example.org, organisation: kommunen, unit: hjemme}
  - {name: Eksempel Sykepleier, email: nurse@example.org, organisation: kommunen}
units:
  - key: hjemme
    name: Hjemmetjenesten
    organisation: kommunen
    aliases: [Hjemmesykepleien, {name: Pleie og omsorg, to: 2019-12-31}]
    handlers: [nurse@example.org]
    leaders: [{email: deputy@example.org, from: 2026-01-01}]
committees:
  - key: FSU
    name: Faglig samarbeidsutvalg
    aliases: [{name: Klinisk utvalg, to: 2019-12-31}]
    number: "{n}/{yyyy}"
    members:
      - {email: secretary@example.org, role: sekretariat}
      - {email: member@example.org, role: medlem, from: 2026-01-01}
      - {email: deputy@example.org, role: stedfortreder, substitute_for: member@example.org}
  - key: AU
    name: Arbeidsutvalget
    number: "{n}/{yy}"
    members: [{email: secretary@example.org, role: koordinator}]
plans:
  - year: 2026
    meetings:
      FSU: {time: 12.30–15.30, place: Eksempelsalen, dates: [24/9, 26/11]}
      AU: {time: 14.00–16.00, dates: [17/9]}
deviations: {mask_below: 5}
"""
WRONG = """\
organisations:
  - {key: annet, name: Annet sykehus, kind: hospital, slack: [T0EXAMPLE2]}
people:
  - {name: Annen Sekretær, email: annen@example.org, organisation: annet}
committees:
  - key: RAAD
    name: Annet råd
    number: "{n}/{yyyy}"
    members: [{email: annen@example.org, role: sekretariat}]
plans:
  - year: 2026
    meetings:
      RAAD: {time: 12.00–13.00, dates: [1/10]}
"""
NEW_IDS: tuple[type[SQLModel], ...] = (Workspace, CommitteeAlias, Membership, UnitStaff, UnitAlias, Delivery)
"""Rows that nothing points to, so that it does not matter that they are made anew."""
NOTES: tuple[type[SQLModel], ...] = (ChoreChanged, ChoreLook, ChoreLease)
"""What the clock is to look at again: a load that changes something may have it look once more, and that is all."""
LASTING: tuple[type[SQLModel], ...] = (MeetingEvent,)
"""What happened stays in the history: that the meeting was cancelled, and is held after all. And it has another
`Meeting.sequence` each time, which never goes back: a calendar may have fetched it while it was cancelled, and takes
only what is newer."""
OF_THE_WRONG_FILE = ("Annet", "Annen", "annet", "annen@example.org", "T0EXAMPLE2", "RAAD")


class Partnership(FakeSurface):
    """The partnership in full use."""

    def __init__(self, loader: Loader, world: World, clock: FixedClock) -> None:
        super().__init__(world, clock, registry())
        self.load = loader

    async def stored(self) -> dict[str, list[Mapping[str, Any]]]:
        """Every row of every table by what it holds, but for what only the wrong file had."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        anew = {table(model).name for model in NEW_IDS}
        notes = {table(model).name for model in (*NOTES, *LASTING)}
        async with self.world.database.transaction() as session:
            committees = set(await session.scalars(select(col(Committee.id)).where(col(Committee.key) == "RAAD")))
            people = set(await session.scalars(select(col(Person.id)).where(col(Person.name) == "Annen Sekretær")))
            for each in SQLModel.metadata.sorted_tables:
                if each.name in notes:
                    continue
                rows = [dict(row) for row in (await session.execute(select(each))).mappings()]
                for row in rows:
                    if each.name in anew:
                        row.pop("id")
                    if each.name == "meeting":
                        row.pop("sequence")
                found[each.name] = sorted(
                    (
                        row
                        for row in rows
                        if row.get("committee_id") not in committees
                        and row.get("person_id") not in people
                        and not any(str(value).startswith(OF_THE_WRONG_FILE) for value in row.values())
                    ),
                    key=str,
                )
        return found

    async def lives(self) -> dict[int, tuple[int, list[str]]]:
        """Each meeting's sequence, and what has happened to it."""
        async with self.world.database.transaction() as session:
            meetings = await session.execute(select(Meeting.id, Meeting.sequence))  # type: ignore[call-overload]
            events = select(col(MeetingEvent.meeting_id), col(MeetingEvent.kind)).order_by(col(MeetingEvent.id))
            found = {meeting_id: (sequence, list[str]()) for meeting_id, sequence in meetings}
            for meeting_id, kind in await session.execute(events):
                found[meeting_id][1].append(kind)
            return found

    async def statuses(self) -> dict[str, DeliveryStatus]:
        async with self.world.database.transaction() as session:
            asked = select(Delivery.key, Delivery.status).order_by(col(Delivery.id))  # type: ignore[call-overload]
            rows = await session.execute(asked)
            return {key: DeliveryStatus(status) for key, status in rows}


@pytest.fixture
async def partnership(database: Database, clock: FixedClock, tmp_path: Path) -> Partnership:
    """With cases on the agenda and waiting, a report, reminders sent and due, and messages in every state."""
    loader = Loader(database, clock, tmp_path, RIGHT)
    await loader()
    people = {str(row.email).partition("@")[0]: row.id for row in await loader.rows(Person)}
    committees = {row.key.lower(): row.id for row in await loader.rows(Committee)}
    meetings = {row.key: row.id for row in await loader.rows(Meeting)}
    units = {row.key: row.id for row in await loader.rows(Unit)}
    world = World(database, committees, meetings, people, units)
    async with database.transaction() as session:
        for person_id in people.values():
            reach = {"user": str(person_id), "channel": str(person_id)}
            values = {"surface": "local", "workspace": "local", "user_id": str(person_id)}
            session.add(Account(person_id=person_id, reach=reach, seen_at=clock.now(), **values))
    found = Partnership(loader, world, clock)
    for _number in range(2):
        await propose(found, meeting=f"m{meetings['2026-09-24']}")
    await propose(found, meeting="any")
    (first, *_others) = await found.inbox("secretary")
    await found.press("secretary", first, "Sett på sakslisten")
    too_late_to_undo(found)
    await reports.put(world, clock, reporter="secretary", unit="hjemme")
    clock.go_to(datetime(2026, 9, 10, 11, 0, tzinfo=UTC))
    await found.worker.do_chores()
    await found.arrive()
    # Some are due that nobody has got yet, and some will never be.
    clock.go_to(datetime(2026, 9, 16, 12, 0, tzinfo=UTC))
    assert await reminded(REMIND, database, clock)
    async with database.transaction() as session:
        for status in (DeliveryStatus.FAILED, DeliveryStatus.CANCELLED, DeliveryStatus.WAITING):
            subject = "other" if status is DeliveryStatus.WAITING else "item:1"
            key = f"{subject}:secretariat:{committees['fsu']}:{people['member']}:{status}"
            told = as_json(Message(title=f"Noe som er {status}"))
            await deliveries.wish(session, [Wish(key, subject, people["member"], told, clock.now())])
            await session.execute(update(Delivery).where(col(Delivery.key) == key).values(status=status))
    return found


async def test_as_if_nothing_had_been_where_nobody_has_seen_it_yet(partnership: Partnership) -> None:
    before = await partnership.stored()
    lives = await partnership.lives()
    gone = await partnership.load(WRONG)
    assert gone.removals.committees == ["Faglig samarbeidsutvalg", "Arbeidsutvalget"]
    assert len(gone.removals.meetings) == 3
    statuses = await partnership.statuses()
    assert [status for key, status in statuses.items() if key.endswith((":failed", ":cancelled"))] == [
        DeliveryStatus.FAILED,
        DeliveryStatus.CANCELLED,
    ]
    await partnership.load()
    await reminded(REMIND, partnership.world.database, partnership.clock)
    assert await partnership.stored() == before
    after = await partnership.lives()
    for meeting_id, (sequence, happened) in lives.items():
        assert happened == []
        assert after[meeting_id] == (sequence + 2, ["meeting.cancelled", "meeting.reinstated"])


async def test_the_same_a_day_later_and_once_more(partnership: Partnership) -> None:
    """Reminders that have come due meanwhile are new; the rest is as it was."""
    before = await partnership.stored()
    for _time in range(2):
        await partnership.load(WRONG)
        partnership.clock.forward(timedelta(hours=3))
        await partnership.load()
    after = await partnership.stored()
    for name in before.keys() - {"delivery", "reminder"}:
        assert after[name] == before[name], name
    # What nobody had got yet of reminders is to be said anew.
    laid = [{"status", "delivery_key", "settled_at"}.symmetric_difference(row) for row in before["reminder"]]
    assert laid == [{"status", "delivery_key", "settled_at"}.symmetric_difference(row) for row in after["reminder"]]
    settled = [row for row in before["delivery"] if row["status"] != DeliveryStatus.PENDING]
    assert all(row in after["delivery"] for row in settled)


async def test_those_who_saw_it_see_that_it_is_held_after_all_and_no_more(partnership: Partnership) -> None:
    await partnership.arrive()
    before = {who: await partnership.inbox(who) for who in ("secretary", "member", "deputy")}
    rows = await partnership.stored()
    await partnership.load(WRONG)
    meanwhile = await partnership.inbox("secretary")
    assert any("avlyst" in str(message) for message in meanwhile[: len(before["secretary"])])
    sends = partnership.messenger.sends
    await partnership.load()
    after = {who: await partnership.inbox(who) for who in before}
    for who, messages in after.items():
        # What stood there stands there as it did, but for a deadline that has passed; the news are below it.
        there = [(message.title, message.facts) for message in messages[: len(before[who])]]
        assert there == [(message.title, message.facts) for message in before[who]]
        news = [message.title.replace("Møtet i ", "") for message in messages[len(before[who]) :]]
        assert sorted(news) == sorted(
            f"{committee} {what}"
            for committee, dates in _meetings_of(who).items()
            for what in ("er avlyst", "holdes likevel")
            for _date in range(dates)
        )
    assert partnership.messenger.sends - sends == sum(map(len, after.values())) - sum(map(len, before.values())) - sum(
        sum(_meetings_of(who).values()) for who in before
    )
    stored = await partnership.stored()
    for name in rows.keys() - {"delivery", "worker"}:
        assert stored[name] == rows[name], name
    # And nothing is left to send.
    async with partnership.world.database.transaction() as session:
        pending = await session.scalar(text("SELECT count(*) FROM delivery WHERE status = 'pending'"))
    assert pending == 0


def _meetings_of(who: str) -> dict[str, int]:
    own = {"Faglig samarbeidsutvalg": 2}
    return {**own, "Arbeidsutvalget": 1} if who == "secretary" else own


async def test_a_meeting_that_moves_changes_only_the_messages_that_say_when_it_is(partnership: Partnership) -> None:
    await partnership.arrive()
    before = await partnership.statuses()
    await partnership.load(
        partnership.load.changed(("dates: [24/9, 26/11]", "dates: [24/9, {date: 26/11, moved_to: 3/12}]"))
    )
    after = await partnership.statuses()
    # No case is wanted in that meeting: only news are new.
    assert {key: after[key] for key in before} == before
    await partnership.load(
        partnership.load.changed(("dates: [24/9, 26/11]", "dates: [{date: 24/9, moved_to: 1/10}, 26/11]"))
    )
    after = await partnership.statuses()
    changed = {key for key in before if after[key] != before[key]}
    assert changed
    assert {before[key] for key in changed} == {DeliveryStatus.SENT}
    updates, sends = partnership.messenger.updates, partnership.messenger.sends
    await partnership.arrive()
    assert partnership.messenger.updates == updates + len(changed)
    assert partnership.messenger.sends > sends
