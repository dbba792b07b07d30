"""A plan held against what is stored: what each meeting of it comes to. Pure."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from handlers.planning.answers import LEFT_OUT, BodyAnswer, PlanAnswers, RowAnswer
from handlers.planning.comparing import Compared, What, compare
from handlers.planning.gathering import Known
from handlers.planning.kept import as_json, from_json, guarded
from handlers.planning.laying import lay
from handlers.planning.planned import Planned, PlanRead, Problem, Status, Wrong
from storage.plans import Register, SeatRow
from storage.tables import Committee, CommitteeAlias, Meeting, Membership, Organisation
from tests.identity_numbers import KINDS

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
FSU, AU = 1, 2


def known() -> Known:
    committees = [
        Committee(id=FSU, key="fsu", name="Faglig samarbeidsutvalg (FSU)", number_template="{n}", settings={}),
        Committee(id=AU, key="au", name="Arbeidsutvalg (AU)", number_template="{n}", settings={}),
    ]
    aliases = [CommitteeAlias(id=1, committee_id=AU, alias="Klinisk utvalg", valid_to=date(2026, 12, 31))]
    seats = [SeatRow(Membership(committee_id=FSU, person_id=7, role="leder"), "Eksempel Leder", 1, ())]
    return Known(Register(committees, aliases, seats, [Organisation(id=1, key="h", name="Eksempel sykehus")]))


def row(committee: str, day: date, begins: time | None = time(12, 30), **more: Any) -> Planned:
    ends = time(15, 30) if begins else None
    return Planned(**{"committee": committee, "day": day, "where": "linje 1", "begins": begins, "ends": ends, **more})


def meeting(number: int, day: date, committee_id: int = FSU, **more: Any) -> Meeting:
    starts_at = datetime(day.year, day.month, day.day, 11, 30, tzinfo=UTC)
    return Meeting(
        **{
            "id": number,
            "committee_id": committee_id,
            "key": str(day),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=3),
            "deadline_at": starts_at - timedelta(days=14),
            "zone": "Europe/Oslo",
            "place": "",
            **more,
        }
    )


def against(stored: list[Meeting], *rows: Planned, answers: PlanAnswers | None = None) -> Compared:
    answers = answers or PlanAnswers()
    laid = lay(PlanRead("", "text", rows), answers, known())
    return compare(laid.known, stored, NOW, answers.apart)


def whats(found: Compared) -> list[What]:
    return [each.what for each in found.changes]


JANUARY = date(2027, 1, 28)


def test_the_same_day_is_the_same_meeting() -> None:
    assert whats(against([meeting(1, JANUARY)], row("FSU", JANUARY))) == [What.SAME]
    assert whats(against([meeting(1, JANUARY)], row("fsu", JANUARY, time(9)))) == [What.MOVES]
    assert whats(against([meeting(1, JANUARY)], row("FSU", JANUARY, place="Rådhuset"))) == [What.MOVES]
    assert whats(against([meeting(1, JANUARY)], row("FSU", JANUARY, chair="Eksempel Leder"))) == [What.DETAILS]
    assert whats(against([meeting(1, JANUARY, AU)], row("FSU", JANUARY))) == [What.NEW]
    # The plan says the day alone: what is stored of the clock holds.
    assert whats(against([meeting(1, JANUARY)], row("FSU", JANUARY, None))) == [What.SAME]


def test_the_nearest_within_three_weeks_moves_and_others_are_gone() -> None:
    stored = [meeting(1, JANUARY), meeting(2, date(2027, 6, 3))]
    found = against(stored, row("FSU", date(2027, 2, 4)))
    assert whats(found) == [What.MOVES]
    assert (found.changes[0].meeting, found.changes[0].on_another_day) == (stored[0], True)
    assert list(found.gone) == [stored[1]]
    assert whats(against(stored, row("FSU", date(2027, 2, 20)))) == [What.NEW]
    apart = against(stored, row("FSU", date(2027, 2, 4)), answers=PlanAnswers(apart=(1,)))
    assert whats(apart) == [What.NEW]
    assert len(apart.gone) == 2
    # Of two that come near, the nearer; the other one is new.
    both = against(stored, row("FSU", date(2027, 2, 11)), row("FSU", date(2027, 2, 2)))
    assert whats(both) == [What.NEW, What.MOVES]


def test_what_is_let_be() -> None:
    extra = meeting(1, JANUARY, extraordinary=True)
    found = against([extra, meeting(2, date(2028, 1, 27))], row("FSU", date(2027, 2, 4)))
    assert (whats(found), list(found.gone)) == ([What.NEW], [])
    past = against(
        [meeting(1, date(2026, 8, 20))], row("FSU", date(2026, 8, 20), time(9)), row("FSU", date(2026, 8, 1))
    )
    assert whats(past) == [What.PAST, What.PAST]


def test_cancelled_moved_and_held_after_all() -> None:
    off = row("FSU", JANUARY, status=Status.CANCELLED)
    assert whats(against([meeting(1, JANUARY)], off)) == [What.CANCELLED]
    assert whats(against([], off)) == [What.SAME]
    moved = row("FSU", date(2027, 5, 20), status=Status.MOVED, moved_from=JANUARY)
    assert whats(against([meeting(1, JANUARY)], moved)) == [What.MOVES]
    assert whats(against([meeting(1, JANUARY, cancelled_at=NOW)], row("FSU", JANUARY))) == [What.BACK]


def test_no_clock_shows_such_a_time_and_a_night_with_two_of_an_hour() -> None:
    skipped = against([], row("FSU", date(2027, 3, 28), time(2, 30)))
    assert (whats(skipped), skipped.changes[0].times) == ([What.NEW], None)
    twice = against([], row("FSU", date(2027, 10, 31), time(2, 30), ends=time(4)))
    times = twice.changes[0].times
    assert times is not None
    # The first half past two, in summer time; until four in winter time.
    assert times[:2] == (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 3, tzinfo=UTC))


def test_what_was_seen_changes_with_what_would_change() -> None:
    first = against([meeting(1, JANUARY)], row("FSU", date(2027, 2, 4)))
    assert first.seen == against([meeting(1, JANUARY)], row("FSU", date(2027, 2, 4))).seen
    assert first.seen != against([meeting(1, JANUARY, sequence=1)], row("FSU", date(2027, 2, 4))).seen
    assert first.seen != against([meeting(1, JANUARY)], row("FSU", date(2027, 2, 4), time(9))).seen


def test_whose_a_meeting_is() -> None:
    rows = (
        row("Klinisk utvalg", date(2026, 11, 5)),
        row("Klinisk utvalg", date(2027, 11, 5)),
        row("Faglig samarbeidsutvalg", JANUARY),
        row("FSU", JANUARY),
        row("", JANUARY),
        row("Ukjent råd", JANUARY),
    )
    read = PlanRead("", "text", rows)
    laid = lay(read, PlanAnswers(), known())
    assert [each.body.short if each.body else "" for each in laid.rows] == ["AU", "", "FSU", "", ""]
    assert laid.same == 1
    assert [(each.name, [body.key for body in each.likely], each.count) for each in laid.unknown] == [
        ("Klinisk utvalg", ["au"], 1),
        ("", [], 1),
        ("Ukjent råd", [], 1),
    ]
    answered = lay(read, PlanAnswers(bodies={"Ukjent råd": AU, "": LEFT_OUT, "Klinisk utvalg": AU}), known())
    assert answered.unknown == []
    assert answered.left_out == 1


def test_what_people_answer_holds_and_what_was_read_stays() -> None:
    read = PlanRead("", "text", (row("FSU", JANUARY, None, weekday=0), row("FSU", date(2027, 5, 6))))
    answers = PlanAnswers(
        rows={1: RowAnswer(day=date(2027, 5, 13), place="Rådhuset", chair_id=7)},
        usual={FSU: BodyAnswer(begins=time(9), ends=time(11), place="Salen")},
    )
    kept = PlanAnswers.model_validate(answers.as_json())
    assert kept == answers
    first, second = lay(read, kept, known()).rows
    assert (first.planned.begins, first.planned.ends, first.planned.place) == (time(9), time(11), "Salen")
    assert (second.planned.day, second.planned.begins, second.planned.place, second.chair_id) == (
        date(2027, 5, 13),
        time(12, 30),
        "Rådhuset",
        7,
    )
    assert read.rows[1].day == date(2027, 5, 6)


def test_a_plan_is_kept_as_it_was_read_but_for_what_may_be_an_identity_number() -> None:
    number = next(iter(KINDS.values()))(random.Random(1))
    read = PlanRead(
        f"plan {number}.csv",
        "csv",
        (
            row(
                "FSU",
                JANUARY,
                place=f"Rom {number}",
                title=f"Om {number}",
                text=f"pasient {number}",
                moved_from=JANUARY,
            ),
        ),
        (Problem(Wrong.NOT_UNDERSTOOD, "linje 3", f"«{number}» er ikke lest."),),
        (f"Merk {number}.",),
        ("FSU hver torsdag.",),
        2027,
        True,
        f"Plan {number}",
    )
    kept = from_json(as_json(guarded(read)))
    assert kept == guarded(read)
    assert str(number) not in str(as_json(guarded(read)))
    assert (kept.rows[0].day, kept.rows[0].begins, kept.rows[0].moved_from) == (JANUARY, time(12, 30), JANUARY)
