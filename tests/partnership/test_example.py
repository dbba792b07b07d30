"""The example partnership: whoever tries the bot meets a reminder at once, whenever they try it."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlmodel import col

from config.partnership_file import read
from handlers.meetings.reminder_rule import Kind, Moment, moments
from handlers.meetings.reminders import REMIND
from handlers.meetings.settings import CommitteeSettings
from handlers.partnership.load import load
from handlers.partnership.model import Moments, Partnership
from handlers.people.roles import Role
from storage.database import Database
from storage.tables import Delivery, Person, StaffRole
from tests.chores import reminded
from tests.clock import FixedClock

EXAMPLE = Path(__file__).parent.parent.parent / "config" / "partnership.example.yaml"
OSLO = ZoneInfo("Europe/Oslo")
# Every day of more than a year, through both nights when the clock is changed, at times that are easily got wrong.
DAYS = [date(2026, 1, 1) + timedelta(days=days) for days in range(500)]
TIMES = [(0, 0), (0, 5), (2, 30), (8, 59), (9, 1), (12, 0), (12, 1), (23, 59)]
MOMENTS = [
    datetime(day.year, day.month, day.day, *clock, tzinfo=OSLO).astimezone(UTC) for day in DAYS for clock in TIMES
]


@pytest.fixture(scope="module")
def example() -> Partnership:
    return read(EXAMPLE, date(2026, 9, 1))


def test_it_has_somebody_of_every_kind(example: Partnership) -> None:
    assert example.warnings == ()
    roles = {member.role for _committee, members in example.committees for member in members}
    assert roles >= {
        Role.MEMBER,
        Role.SECRETARIAT,
        Role.COORDINATOR,
        Role.SUBSTITUTE,
        Role.OBSERVER,
        Role.GP_REPRESENTATIVE,
        Role.PATIENT_REPRESENTATIVE,
    }
    employers = {person.email: person.organisation for person in example.people}
    fsu = next(members for committee, members in example.committees if committee.key == "FSU")
    secretaries = [member.email for member in fsu if member.role == Role.SECRETARIAT]
    assert len({employers[email] for email in secretaries}) == len(secretaries) == 2
    assert {"everyone", "members"} == {committee.proposals_from for committee, _members in example.committees}
    assert {person.language for person in example.people} == {None, "nn", "en"}
    assert len({committee.number for committee, _members in example.committees}) == len(example.committees)


def test_it_has_units_on_every_side_and_somebody_in_every_post(example: Partnership) -> None:
    kinds = {organisation.key: organisation.kind for organisation in example.organisations}
    sides = [kinds[unit.organisation] for unit, _posts in example.units]
    assert sides.count("hospital") >= 3
    assert sides.count("municipality") >= 5
    assert "gp" in sides
    assert {role for _unit, posts in example.units for role, _post in posts} == set(StaffRole)
    assert len({unit.service for unit, _posts in example.units if unit.service}) >= 4
    assert [unit.name for unit, _posts in example.units if any(alias.until for alias in unit.aliases)] == [
        "Medisinsk avdeling",
        "Hjemmetjenesten",
    ]
    assert [organisation.key for organisation in example.organisations if organisation.leaders_complete] == ["sondre"]
    assert [person.name for person in example.people if person.left] == ["Eksempel Pensjonist"]
    # Whoever works there can be reached by e-mail only.
    mailbox = "postmottak-sondre@example.org"
    handled = [[post.email for role, post in posts if role is StaffRole.HANDLER] for _unit, posts in example.units]
    assert [mailbox] in handled


async def test_loading_it_tells_of_nothing_to_look_at(database: Database) -> None:
    now = datetime(2026, 9, 5, 22, 30, tzinfo=UTC)
    partnership = read(EXAMPLE, now.astimezone(OSLO).date())
    async with database.transaction() as session:
        assert (await load(session, partnership, now)).hints == ()
    async with database.transaction() as session:
        assert str(await load(session, partnership, now)) == "Ingenting å endre."


def test_nobody_in_it_is_real(example: Partnership) -> None:
    assert all(person.name.startswith("Eksempel ") for person in example.people)
    assert all(person.email.endswith("@example.org") for person in example.people)


def test_microsofts_local_client_belongs_to_somebody(example: Partnership) -> None:
    assert "00000000-0000-0000-0000-0000000000001" in {
        tenant for organisation in example.organisations for tenant in organisation.teams
    }


def test_a_deadline_reminder_is_due_whenever_it_is_loaded(example: Partnership) -> None:
    """It has been due for an hour, and the deadline is a day ahead, so nothing hangs on the minute."""
    fsu = next(committee for committee, _members in example.committees if committee.key == "FSU")
    meeting = next(meeting for meeting in example.meetings if meeting.committee == "FSU")
    hour = timedelta(hours=1)
    for now in MOMENTS:
        when = meeting.moments(meeting.laid_out(now.astimezone(OSLO).date()))
        assert when.deadline_at - now > timedelta(days=1)
        before, at, after = (
            [each for each in _moments(when, meeting.zone, fsu.settings, now + shift) if each.due_at <= now + shift]
            for shift in (-hour, timedelta(), hour)
        )
        assert before == at == after
        assert {reminder.kind for reminder in at} == {Kind.DEADLINE}


def _moments(when: Moments, zone: str, settings: CommitteeSettings, now: datetime) -> list[Moment]:
    return list(moments(when.starts_at, when.deadline_at, zone, settings, now))


def test_no_other_deadline_has_passed(example: Partnership) -> None:
    for now in MOMENTS:
        for meeting in example.meetings:
            when = meeting.moments(meeting.laid_out(now.astimezone(OSLO).date()))
            assert now < when.deadline_at < when.starts_at < when.ends_at


async def test_its_members_are_reminded_after_the_first_start(database: Database) -> None:
    now = datetime(2026, 9, 5, 22, 30, tzinfo=UTC)  # a Sunday, half past midnight
    async with database.transaction() as session:
        await load(session, read(EXAMPLE, now.astimezone(OSLO).date()), now)
    await reminded(REMIND, database, FixedClock(now))
    async with database.transaction() as session:
        rows = await session.execute(
            select(col(Person.name), col(Delivery.message), col(Delivery.due_at)).join(
                Person, col(Person.id) == col(Delivery.person_id)
            )
        )
        told = {name: message["title"] for name, message, due_at in rows if due_at <= now}
    assert "Eksempel Medlem" in told
    assert "Eksempel Observatør" not in told
    assert told["Eksempel Medlem"] == (
        "Frist for å melde saker til Faglig samarbeidsutvalg: tirsdag 8. september 2026 kl. 12.00"
    )


def test_the_plan_shown_in_its_comments_can_be_used(tmp_path: Path) -> None:
    """The lines of the commented plan for a year, put in the place of the relative one."""
    text = EXAMPLE.read_text(encoding="utf-8")
    commented = re.search(r"#     - year: 2027\n(?:#     .*\n)+", text)
    assert commented is not None
    plan = re.sub(r"(?m)^#   ", "", commented[0])
    plan = re.sub(r"(?m) {3,}(what differs|also deadline).*$", "", plan)
    path = tmp_path / "year.yaml"
    path.write_text(text.partition("\nplans:\n")[0] + "\nplans:\n" + plan, encoding="utf-8")
    found = read(path, date(2027, 1, 1))
    assert len(found.meetings) == 7
    assert found.warnings == ()
