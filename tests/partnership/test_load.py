"""Loading the partnership file: everything arrives, again changes nothing, and what differs is changed and told."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlmodel import col

from handlers.cases import views
from handlers.meetings.reminders import REMIND
from handlers.meetings.settings import CommitteeSettings
from handlers.people.roles import Role
from storage import accounts, cases, people
from storage.database import Database
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    AlsoSubstitute,
    Committee,
    CommitteeAlias,
    CommitteeChannel,
    Delivery,
    FollowUp,
    ItemStatus,
    LanguageFrom,
    Meeting,
    Membership,
    Minutes,
    MinutesEntry,
    Person,
    SlotKind,
    Workspace,
)
from tests.chores import reminded
from tests.clock import FixedClock
from tests.partnership.loader import Loader

FILE = """\
organisations:
  - {key: sykehuset, name: Eksempel sykehus, kind: hospital, slack: [T0EXAMPLE1]}
  - {key: kommunen, name: Eksempel kommune, kind: municipality, teams: [00000000-1111-2222-3333-444444444444]}
people:
  - {name: Eksempel Sekretær, email: sekretar@example.org, organisation: sykehuset}
  - {name: Eksempel Medlem, email: Medlem@Example.org, organisation: kommunen, also_at: [sykehuset], language: nn}
  - {name: Eksempel Vara, email: vara@example.org, organisation: kommunen}
committees:
  - key: FSU
    name: Faglig samarbeidsutvalg
    aliases: [{name: Klinisk utvalg, to: 2019-12-31}]
    number: "{n}/{yyyy}"
    deadline: 7d 12:00
    standing_items: [{title: Godkjenning av innkalling, numbered: false}, Eventuelt]
    members:
      - {email: sekretar@example.org, role: sekretariat}
      - {email: medlem@example.org, role: medlem, from: 2026-01-01}
      - {email: vara@example.org, role: stedfortreder, substitute_for: medlem@example.org}
  - key: AU
    name: Arbeidsutvalget
    number: "{n}/{yy}"
    proposals_from: everyone
    members:
      - {email: sekretar@example.org, role: koordinator}
plans:
  - year: 2026
    meetings:
      FSU: {time: 12.30–15.30, place: Eksempelsalen, dates: [20/8, 24/9, 26/11]}
      AU: {time: 14.00–16.00, dates: [10/9]}
"""


@pytest.fixture
def loader(database: Database, clock: FixedClock, tmp_path: Path) -> Loader:
    return Loader(database, clock, tmp_path, FILE)


async def test_everything_in_the_file_is_stored(loader: Loader) -> None:
    changes = await loader()
    assert changes.lines[0] == "+ virksomhet Eksempel sykehus"
    assert "+ møte i Faglig samarbeidsutvalg torsdag 24. september 2026 kl. 12.30–15.30, Eksempelsalen" in changes.lines
    assert {(row.surface, row.external_id) for row in await loader.rows(Workspace)} == {
        ("slack", "T0EXAMPLE1"),
        ("teams", "00000000-1111-2222-3333-444444444444"),
    }
    member = next(row for row in await loader.rows(Person) if row.name == "Eksempel Medlem")
    assert (member.email, member.language, member.also_at) == ("medlem@example.org", "nn", ["sykehuset"])
    fsu = next(row for row in await loader.rows(Committee) if row.key == "FSU")
    assert CommitteeSettings.model_validate(fsu.settings).deadline == "7d 12:00"
    assert fsu.standing_items == [
        {"title": "Godkjenning av innkalling", "numbered": False},
        {"title": "Eventuelt", "numbered": False},
    ]
    substitute = next(row for row in await loader.rows(Membership) if row.role == Role.SUBSTITUTE)
    assert substitute.substitute_for_id == member.id
    meeting = await loader.meeting("2026-09-24")
    assert meeting.starts_at == datetime(2026, 9, 24, 10, 30, tzinfo=UTC)
    assert meeting.ends_at == datetime(2026, 9, 24, 13, 30, tzinfo=UTC)
    assert meeting.deadline_at == datetime(2026, 9, 17, 10, 0, tzinfo=UTC)
    after_summer_time = await loader.meeting("2026-11-26")
    assert after_summer_time.starts_at == datetime(2026, 11, 26, 11, 30, tzinfo=UTC)
    assert await loader.told() == []


async def test_loading_twice_changes_nothing_and_says_so(loader: Loader) -> None:
    await loader()
    again = await loader()
    assert not again
    assert str(again) == "Ingenting å endre."


async def test_a_dry_run_shows_the_changes_and_makes_none(loader: Loader) -> None:
    assert "+ utvalg Arbeidsutvalget" in (await loader(dry_run=True)).lines
    assert await loader.rows(Committee) == []


async def test_the_number_of_statements_does_not_grow_with_the_file(loader: Loader) -> None:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    async def counted(text: str) -> int:
        statements.clear()
        await loader(text)
        return len(statements)

    event.listen(loader.database.engine.sync_engine, "before_cursor_execute", count)
    people = "".join(
        f"  - {{name: Eksempel {n}, email: e{n}@example.org, organisation: kommunen}}\n" for n in range(200)
    )
    members = "".join(f"      - {{email: e{n}@example.org, role: medlem}}\n" for n in range(200))
    small_first = await counted(FILE)
    small_again = await counted(FILE)
    many = FILE.replace("committees:\n", people + "committees:\n").replace("  - key: AU\n", members + "  - key: AU\n")
    large_first = await counted(many)
    large_again = await counted(many)
    assert small_again == large_again <= 16
    # SQLite inserts one row at a time when it is to tell their ids in order.
    if not loader.database.is_sqlite:
        assert large_first <= small_first


async def test_two_at_once_take_turns(postgresql: Database, clock: FixedClock, tmp_path: Path) -> None:
    others = [Loader(postgresql, clock, tmp_path, FILE) for _i in range(3)]
    lines = [bool(changes) for changes in await asyncio.gather(*(other() for other in others))]
    assert sorted(lines) == [False, False, True]


# --- people ------------------------------------------------------------------------------------------------


async def test_somebody_who_met_the_bot_before_is_the_same_person(loader: Loader) -> None:
    await loader()
    async with loader.database.transaction() as session:
        owned = await accounts.place(session, "slack", ["T0EXAMPLE1"])
        assert owned is not None
        met = await people.add_person(
            session, organisation_id=owned.organisation.id, name="E. Ny", email="ny@example.org", language="en"
        )
    changes = await loader.changing(
        "committees:", "  - {name: Eksempel Ny, email: NY@example.org, organisation: sykehuset}\ncommittees:"
    )
    assert changes.lines == ("~ person Eksempel Ny (navn)",)
    found = next(row for row in await loader.rows(Person) if row.email == "ny@example.org")
    assert (found.id, found.name, found.language) == (met.id, "Eksempel Ny", "en")


async def test_whoever_is_taken_out_keeps_their_row_and_loses_their_roles(loader: Loader) -> None:
    await loader()
    changes = await loader(
        FILE.replace("  - {name: Eksempel Vara, email: vara@example.org, organisation: kommunen}\n", "").replace(
            "      - {email: vara@example.org, role: stedfortreder, substitute_for: medlem@example.org}\n", ""
        )
    )
    assert changes.lines == ("- Faglig samarbeidsutvalg: Eksempel Vara er stedfortreder",)
    assert "Eksempel Vara" in {row.name for row in await loader.rows(Person)}
    assert Role.SUBSTITUTE not in {row.role for row in await loader.rows(Membership)}


async def test_a_new_term_and_a_new_employer(loader: Loader) -> None:
    await loader()
    changes = await loader(
        FILE.replace("from: 2026-01-01", "from: 2026-01-01, to: 2027-12-31").replace(
            "organisation: kommunen, also_at: [sykehuset]", "organisation: sykehuset"
        )
    )
    assert changes.lines == (
        "~ person Eksempel Medlem (virksomhet, flere arbeidssteder)",
        "~ Faglig samarbeidsutvalg: Eksempel Medlem er medlem (til)",
    )


async def test_a_workspace_changes_hands_or_is_taken_out(loader: Loader) -> None:
    await loader()
    changes = await loader(
        FILE.replace(", slack: [T0EXAMPLE1]", "").replace("kind: municipality,", "slack: [T0EXAMPLE1],")
    )
    assert "~ Slack T0EXAMPLE1 hos Eksempel kommune (virksomhet)" in changes.lines
    changes = await loader(FILE.replace(", slack: [T0EXAMPLE1]", ""))
    assert "- Slack T0EXAMPLE1 hos Eksempel kommune" in changes.lines
    async with loader.database.transaction() as session:
        assert await accounts.place(session, "slack", ["T0EXAMPLE1"]) is None


# --- committees --------------------------------------------------------------------------------------------


async def test_a_committee_that_is_taken_out_is_removed_and_its_people_told(loader: Loader) -> None:
    await loader()
    changes = await loader(_without_fsu())
    assert "- utvalg Faglig samarbeidsutvalg" in changes.lines
    fsu = next(row for row in await loader.rows(Committee) if row.key == "FSU")
    assert fsu.removed_at == loader.clock.now()
    assert {row.committee_id for row in await loader.rows(Membership)}.isdisjoint({fsu.id})
    assert "Eksempel Medlem: Møtet i Faglig samarbeidsutvalg er avlyst" in await loader.told()
    # It comes back with everything it had.
    assert "~ utvalg Faglig samarbeidsutvalg (hentet tilbake)" in (await loader()).lines
    fsu = next(row for row in await loader.rows(Committee) if row.key == "FSU")
    assert fsu.removed_at is None
    assert {row.cancelled_at for row in await loader.rows(Meeting)} == {None}


async def test_aliases_come_and_go(loader: Loader) -> None:
    await loader()
    changes = await loader.changing("[{name: Klinisk utvalg, to: 2019-12-31}]", "[klinisk Utvalg, Fagrådet]")
    assert changes.lines == (
        "~ Faglig samarbeidsutvalg: alias klinisk Utvalg (skrivemåte, til)",
        "+ Faglig samarbeidsutvalg: alias Fagrådet",
    )
    await loader.changing("    aliases: [{name: Klinisk utvalg, to: 2019-12-31}]\n", "")
    assert await loader.rows(CommitteeAlias) == []


async def test_a_substitute_of_two(loader: Loader) -> None:
    await loader()
    one, both = "substitute_for: medlem@example.org", "substitute_for: [medlem@example.org, sekretar@example.org]"
    changes = await loader.changing(one, both)
    assert changes.lines == ("+ Faglig samarbeidsutvalg: Eksempel Vara er også stedfortreder for Eksempel Sekretær",)
    (row,) = await loader.rows(AlsoSubstitute)
    assert (await loader.changing(one, both)).lines == ()
    changes = await loader()
    assert changes.lines == ("- Faglig samarbeidsutvalg: Eksempel Vara er også stedfortreder for Eksempel Sekretær",)
    assert await loader.rows(AlsoSubstitute) == []
    assert row.member_id != row.person_id


async def test_what_a_newer_program_can_be_told_is_no_change(loader: Loader) -> None:
    """Settings that were stored before there were rules of attendance."""
    await loader()
    async with loader.database.transaction() as session:
        for committee in await session.scalars(select(Committee)):
            committee.settings = {name: committee.settings[name] for name in ("deadline", "remind_deadline")}
    assert (await loader()).lines == ()


async def test_rules_of_attendance(loader: Loader) -> None:
    rule = "    attendance: [{quorum: {share: 1/2}}, {from: 1.1.2027, voting: [medlem], seats: {hospital: 8}}]\n"
    await loader.changing("    deadline: 7d 12:00\n", f"    deadline: 7d 12:00\n{rule}")
    fsu = next(row for row in await loader.rows(Committee) if row.key == "FSU")
    rules = CommitteeSettings.model_validate(fsu.settings).attendance
    assert [each.since for each in rules] == [None, date(2027, 1, 1)]
    assert rules[0].quorum is not None
    assert (rules[0].quorum.share, rules[1].voting, rules[1].seats) == ("1/2", (Role.MEMBER,), {"hospital": 8})


async def test_offsets_that_change_move_the_deadlines(loader: Loader) -> None:
    await loader()
    changes = await loader.changing("deadline: 7d 12:00", "deadline: 14d 12:00")
    assert changes.lines[0] == "~ utvalg Faglig samarbeidsutvalg (frister og påminnelser)"
    assert changes.lines[2].endswith("Eksempelsalen: fristen er nå torsdag 10. september 2026 kl. 12.00")
    assert (await loader.meeting("2026-09-24")).deadline_at == datetime(2026, 9, 10, 10, 0, tzinfo=UTC)
    # One message for all of them, to everybody who may propose.
    assert [line.partition(":")[0] for line in await loader.told()] == [
        "Eksempel Medlem",
        "Eksempel Sekretær",
        "Eksempel Vara",
    ]
    told = (await loader.rows(Delivery))[0].message
    assert len(told["facts"]) == 2
    assert "torsdag 10. september 2026 kl. 12.00" in told["facts"][0]["value"]


async def test_a_new_deadline_drops_reminders_of_the_old_one(loader: Loader) -> None:
    await loader()
    loader.clock.go_to(datetime(2026, 9, 10, 11, 0, tzinfo=UTC))
    assert await reminded(REMIND, loader.database, loader.clock)
    due = [line for line in await loader.told() if ": Frist for å melde saker til Faglig" in line]
    assert due
    await loader.changing("deadline: 7d 12:00", "deadline: 6d 12:00")
    titles = [line.partition(": ")[2] for line in await loader.told()]
    assert "Nye frister for å melde saker til Faglig samarbeidsutvalg" in titles
    assert not [title for title in titles if title.startswith("Frist for å melde saker til Faglig")]


async def test_a_committee_that_is_taken_out_with_cases_waiting(loader: Loader) -> None:
    await loader()
    async with loader.database.transaction() as session:
        fsu = await session.scalar(select(col(Committee.id)).where(col(Committee.key) == "FSU"))
        proposer = await session.scalar(select(col(Person.id)))
        assert fsu is not None
        assert proposer is not None
        now = loader.clock.now()
        case = {"draft_id": "d", "committee_id": fsu, "title": "Sak", "types": [], "presenter_ids": [], "links": []}
        texts = {"purpose": "", "presenters_text": "", "conclusion": ""}
        item, _step = await cases.add_case(session, {**case, **texts}, proposer_id=proposer, at=now)
    changes = await loader(_without_fsu())
    assert changes.hints[0].startswith("! Faglig samarbeidsutvalg har 1 sak som ingen lenger kan behandle.")
    async with loader.database.transaction() as session:
        found = await cases.case(session, item.id)
        assert found is not None
        assert views.status(found) == "Utvalget er lagt ned, så saken blir ikke behandlet der"


def _without_fsu() -> str:
    before, _fsu, after = FILE.partition("  - key: FSU")
    without = before + "  - key: AU" + after.partition("  - key: AU")[2]
    return "\n".join(line for line in without.split("\n") if not line.strip().startswith("FSU:"))


# --- the plan ----------------------------------------------------------------------------------------------

MOVED = "dates: [20/8, {date: 24/9, moved_to: 1/10}, 26/11]"


async def test_a_meeting_that_moves_stays_the_same_meeting_and_is_told_of(loader: Loader) -> None:
    await loader()
    before = await loader.meeting("2026-09-24")
    changes = await loader.changing("dates: [20/8, 24/9, 26/11]", MOVED)
    assert changes.lines == (
        "~ møte i Faglig samarbeidsutvalg torsdag 24. september 2026 kl. 12.30–15.30, Eksempelsalen"
        " → torsdag 1. oktober 2026 kl. 12.30–15.30, Eksempelsalen",
    )
    assert changes.hints == ()
    after = await loader.meeting("2026-09-24")
    assert after.id == before.id
    assert after.starts_at == datetime(2026, 10, 1, 10, 30, tzinfo=UTC)
    assert after.deadline_at == datetime(2026, 9, 24, 10, 0, tzinfo=UTC)
    assert [line.split(":")[0] for line in await loader.told()] == [
        "Eksempel Medlem",
        "Eksempel Sekretær",
        "Eksempel Vara",
    ]
    assert not await loader(FILE.replace("dates: [20/8, 24/9, 26/11]", MOVED))
    assert len(await loader.told()) == 3


async def test_a_new_place_is_told_of(loader: Loader) -> None:
    await loader()
    changes = await loader.changing(
        "place: Eksempelsalen, dates: [20/8, 24/9,",
        "place: Eksempelsalen, dates: [20/8, {date: 24/9, place: Videomøte},",
    )
    assert len(changes.lines) == 1
    assert changes.lines[0].endswith("kl. 12.30–15.30, Videomøte")
    assert "Eksempel Sekretær: Møtet i Faglig samarbeidsutvalg har fått nytt sted" in await loader.told()


async def _fill(loader: Loader, count: int) -> None:
    """So many cases for the meeting in September, of every kind in turn: decided on, asked about, sent in anew, …"""
    meeting = await loader.meeting("2026-09-24")
    emails = ("sekretar@example.org", "medlem@example.org", "vara@example.org")
    async with loader.database.transaction() as session:
        ids = {row.email: row.id for row in await session.execute(select(col(Person.email), col(Person.id)))}
        secretary, member, substitute = (ids[email] for email in emails)
        for number in range(await session.scalar(select(func.count()).select_from(AgendaItem)) or 0, count):
            values: dict[str, Any] = {
                "draft_id": f"d{number}",
                "committee_id": meeting.committee_id,
                "meeting_id": meeting.id,
                "title": f"Sak {number}",
                "types": ["D"],
                "presenter_ids": [substitute],
                "links": [],
                **dict.fromkeys(("purpose", "presenters_text", "conclusion"), ""),
            }
            item, event_id = await cases.add_case(session, values, proposer_id=member, at=loader.clock.now())
            status, kinds = _KINDS[number % len(_KINDS)]
            for kind in kinds:
                data = {"undone": event_id, "what": "accepted"} if kind == "undone" else {}
                added = await cases.HISTORY.add(session, item.id, kind, secretary, loader.clock.now(), data=data)
                event_id = added.id
            numbered = {"number": f"{number}/2026", "number_year": 2026, "number_in_year": number}
            await session.execute(
                update(AgendaItem)
                .where(col(AgendaItem.id) == item.id)
                .values(status=status, **(numbered if status == ItemStatus.ACCEPTED else {}))
            )


_KINDS = (
    (ItemStatus.ACCEPTED, ("accepted",)),
    (ItemStatus.QUESTIONED, ("questioned", "changed")),
    (ItemStatus.PROPOSED, ("accepted", "undone")),
)
"""How a case stands, and the events that led there."""


async def test_what_a_meeting_costs_does_not_grow_with_its_cases(loader: Loader) -> None:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    async def counted(dates: str, deadline: str = "7d") -> int:
        statements.clear()
        changed = loader.changed(("dates: [20/8, 24/9, 26/11]", dates), ("deadline: 7d", f"deadline: {deadline}"))
        assert await loader(changed)
        return len(statements)

    async def whole_round(moved_to: str, deadline: str) -> list[int]:
        """It moves, is cancelled, is held after all, and has another deadline."""
        moved = f"dates: [20/8, {{date: 24/9, moved_to: {moved_to}}}, 26/11]"
        return [
            await counted(moved),
            await counted("dates: [20/8, 26/11]"),
            await counted(moved),
            await counted(moved, deadline),
            await counted("dates: [20/8, 24/9, 26/11]"),
        ]

    event.listen(loader.database.engine.sync_engine, "before_cursor_execute", count)
    await loader()
    await _fill(loader, 3)
    few = await whole_round("1/10", "6d")
    await _fill(loader, 30)
    many = await whole_round("2/10", "5d")
    assert many == few
    assert max(few) < 60
    seen = {row.key for row in await loader.rows(Delivery) if row.subject.startswith("item:")}
    assert len([key for key in seen if key.endswith(":receipt")]) == 30
    assert len([key for key in seen if ":secretariat:" in key]) == 30


async def test_new_members_hear_of_a_move_and_those_who_left_do_not(loader: Loader) -> None:
    await loader()
    text = FILE.replace("dates: [20/8, 24/9, 26/11]", MOVED)
    text = text.replace(
        "{email: medlem@example.org, role: medlem, from: 2026-01-01}", "{email: vara@example.org, role: medlem}"
    )
    await loader(
        text.replace("      - {email: vara@example.org, role: stedfortreder, substitute_for: medlem@example.org}\n", "")
    )
    assert [line.split(":")[0] for line in await loader.told()] == ["Eksempel Sekretær", "Eksempel Vara"]


async def test_a_date_taken_out_is_cancelled_and_comes_back(loader: Loader) -> None:
    await loader()
    changes = await loader.changing("[20/8, 24/9, 26/11]", "[20/8, 26/11]")
    assert changes.lines == (
        "- møte i Faglig samarbeidsutvalg torsdag 24. september 2026 kl. 12.30–15.30, Eksempelsalen: avlyst",
    )
    assert changes.hints == ()
    assert (await loader.meeting("2026-09-24")).cancelled_at == loader.clock.now()
    assert len(await loader.told()) == 3
    assert not await loader(FILE.replace("[20/8, 24/9, 26/11]", "[20/8, 26/11]"))
    async with loader.database.transaction() as session:
        seen = select(col(Person.id)).where(col(Person.name) == "Eksempel Vara").scalar_subquery()
        await session.execute(update(Delivery).where(col(Delivery.person_id) == seen).values(shown_revision=1))
    back = await loader()
    assert back.lines == (
        "+ møte i Faglig samarbeidsutvalg torsdag 24. september 2026 kl. 12.30–15.30, Eksempelsalen: holdes likevel",
    )
    assert (await loader.meeting("2026-09-24")).cancelled_at is None
    # Whoever has not seen that it was cancelled need not know that it is not.
    assert await loader.told() == [
        "Eksempel Vara: Møtet i Faglig samarbeidsutvalg er avlyst",
        "Eksempel Vara: Møtet i Faglig samarbeidsutvalg holdes likevel",
    ]


async def test_a_date_that_was_overwritten_gets_a_hint(loader: Loader) -> None:
    await loader()
    changes = await loader.changing("[20/8, 24/9, 26/11]", "[20/8, 1/10, 26/11]")
    assert len(changes.lines) == 2
    assert changes.hints == (
        "! Er møte i Faglig samarbeidsutvalg torsdag 24. september 2026 kl. 12.30–15.30, Eksempelsalen flyttet, og "
        "ikke avlyst? La den gamle datoen stå i planen, med moved_to: og den nye datoen. Da følger sakene med.",
    )
    assert str(changes).endswith(changes.hints[0])


async def test_what_is_due_at_the_next_meeting_gets_a_date_when_one_is_planned(loader: Loader) -> None:
    await loader(FILE.replace("[20/8, 24/9, 26/11]", "[20/8]"))
    first = await loader.meeting("2026-08-20")
    async with loader.database.transaction() as session:
        slot = AgendaSlot(meeting_id=first.id, kind=SlotKind.STANDING, position=1, title="Eventuelt")
        minutes = Minutes(meeting_id=first.id, created_at=loader.clock.now(), changed_at=loader.clock.now())
        session.add_all([slot, minutes])
        await session.flush()
        entry = MinutesEntry(minutes_id=minutes.id, slot_id=slot.id, changed_at=loader.clock.now())
        session.add(entry)
        await session.flush()
        session.add(FollowUp(entry_id=entry.id, ordinal=1, text="Lage et utkast", due_text="neste møte"))
    await loader()
    (row,) = await loader.rows(FollowUp)
    assert (row.due_meeting_id, str(row.due_on)) == ((await loader.meeting("2026-09-24")).id, "2026-09-24")
    await loader.changing("[20/8, 24/9, 26/11]", "[20/8, 26/11]")
    (row,) = await loader.rows(FollowUp)
    assert (row.due_meeting_id, str(row.due_on)) == ((await loader.meeting("2026-11-26")).id, "2026-11-26")


async def test_a_meeting_that_has_begun_is_never_cancelled(loader: Loader) -> None:
    await loader()
    loader.clock.go_to(datetime(2026, 9, 24, 11, 0, tzinfo=UTC))
    changes = await loader.changing("[20/8, 24/9, 26/11]", "[26/11]")
    assert not changes
    assert {row.cancelled_at for row in await loader.rows(Meeting)} == {None}
    assert await loader.told() == []


async def test_nobody_is_told_of_a_correction_to_a_meeting_that_is_over(loader: Loader) -> None:
    await loader()
    changes = await loader.changing("[20/8, 24/9, 26/11]", "[{date: 20/8, place: Videomøte}, 24/9, 26/11]")
    assert len(changes.lines) == 1
    assert await loader.told() == []


async def test_a_relative_meeting_keeps_its_date_until_it_is_over(loader: Loader) -> None:
    text = FILE.replace("[10/9]", "[+16d]")
    await loader(text)
    first = await loader.meeting("+16d 2026-09-17")
    assert first.starts_at == datetime(2026, 9, 17, 12, 0, tzinfo=UTC)
    loader.clock.forward(timedelta(days=10))
    assert not await loader(text)
    # Another time of day moves it, on the date that it has.
    changes = await loader(text.replace("14.00–16.00", "15.00–16.00"))
    assert len(changes.lines) == 1
    assert (await loader.meeting("+16d 2026-09-17")).starts_at == datetime(2026, 9, 17, 13, 0, tzinfo=UTC)
    loader.clock.go_to(first.ends_at + timedelta(hours=1))
    changes = await loader(text)
    assert changes.lines == ("+ møte i Arbeidsutvalget mandag 5. oktober 2026 kl. 14.00–16.00",)
    async with loader.database.transaction() as session:
        count = await session.scalar(select(func.count()).select_from(Meeting).where(col(Meeting.key).like("+16d%")))
    assert count == 2


async def test_a_language_that_somebody_chose_is_not_undone_by_the_file(loader: Loader) -> None:
    await loader()
    async with loader.database.transaction() as session:
        for person in await session.scalars(select(Person)):
            await people.set_language(session, person.id, "en", LanguageFrom.PERSON)
    assert not await loader()
    changed = await loader.changing("language: nn}", "language: nb}")
    assert not changed
    assert {person.language for person in await loader.rows(Person)} == {"en"}


async def test_what_the_file_says_of_a_language_goes_before_what_a_platform_said(loader: Loader) -> None:
    await loader()
    async with loader.database.transaction() as session:
        for person in await session.scalars(select(Person)):
            await people.set_language(session, person.id, "en", LanguageFrom.PLATFORM)
    await loader()
    spoken = {person.email: (person.language, person.language_from) for person in await loader.rows(Person)}
    assert spoken["medlem@example.org"] == ("nn", LanguageFrom.FILE)
    assert spoken["vara@example.org"] == ("en", LanguageFrom.PLATFORM)


async def test_a_channel_that_was_chosen_in_chat_holds_and_gets_a_hint(loader: Loader) -> None:
    said = "threads: {surface: slack, workspace: T0EXAMPLE1, channel: C0FSU}"
    with_channel = loader.changed(("deadline: 7d 12:00", f"deadline: 7d 12:00\n    {said}"))
    assert (await loader(with_channel)).hints == ()
    fsu = next(row for row in await loader.rows(Committee) if row.key == "FSU")
    async with loader.database.transaction() as session:
        session.add(
            CommitteeChannel(
                committee_id=fsu.id,
                surface="slack",
                workspace="T0EXAMPLE1",
                channel="C0OTHER",
                source="chat",
                since=loader.clock.now(),
            )
        )
    (hint,) = (await loader(with_channel)).hints
    assert hint.startswith("! Faglig samarbeidsutvalg: sekretariatet har sagt noe annet om kanalen for møtetråder")
    assert (await loader()).hints == ()
    (row,) = await loader.rows(CommitteeChannel)
    assert row.channel == "C0OTHER"
