"""Committees and meetings to check, made by hand, without a database."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from config.customary_days import customary_days
from config.school_holidays import school_holidays
from handlers.meetings.deadline_rule import deadline
from handlers.meetings.offsets import Offset, local_moment
from handlers.meetings.plan_settings import PlanSettings, Prepares
from handlers.meetings.settings import CommitteeSettings
from handlers.people.roles import Role
from handlers.planning.checks.check import check
from handlers.planning.checks.facts import Body, Facts, Party, Seat, Sitting
from handlers.planning.checks.finding import Finding

ZONE = ZoneInfo("Europe/Oslo")
HOSPITAL, NORTH, SOUTH = 1, 2, 3
PARTIES = {
    HOSPITAL: Party(HOSPITAL, "sykehuset", "Eksempel sykehus", "hospital"),
    NORTH: Party(NORTH, "nordre", "Nordre Eksempel kommune", "municipality"),
    SOUTH: Party(SOUTH, "sondre", "Søndre Eksempel kommune", "municipality"),
}
LEADER, MEMBER, OTHER = 11, 12, 13
NAMES = {LEADER: "Eksempel Leder", MEMBER: "Eksempel Medlem", OTHER: "Eksempel Annen"}
WORK = {LEADER: [HOSPITAL], MEMBER: [NORTH], OTHER: [SOUTH]}


def body(
    number: int,
    key: str,
    name: str = "",
    plan: PlanSettings | None = None,
    seats: Sequence[Seat] | None = None,
) -> Body:
    """One with a leader and a member of its own, and the county of Vestfold."""
    own = (
        Seat(number * 100, f"Eksempel Leder {key.upper()}", Role.LEADER),
        Seat(number * 100 + 1, f"Eksempel Medlem {key.upper()}", Role.MEMBER),
    )
    settings = CommitteeSettings(plan=plan or PlanSettings(counties=("Vestfold",)))
    return Body(number, key, name or key.upper(), "Europe/Oslo", settings, own if seats is None else seats)


def sitting(of: Body, day: date, times: str = "12.30–15.30", **more: Any) -> Sitting:
    begins, ends = (time(int(clock[:2]), int(clock[3:])) for clock in times.split("–"))
    starts_at = local_moment(datetime.combine(day, begins), ZONE)
    return Sitting(
        **{
            "ref": f"{of.key} {day}",
            "body": of,
            "day": day,
            "begins": begins,
            "ends": ends,
            "place": "Eksempelsalen",
            "deadline": deadline(Offset.parse(of.settings.deadline), starts_at, ZONE),
            **more,
        }
    )


def facts(*sittings: Sitting, today: date = date(2023, 12, 1), also: Sequence[Body] = ()) -> Facts:
    return Facts(
        today,
        sorted(sittings, key=lambda each: each.day),
        school_holidays(),
        PARTIES,
        WORK,
        NAMES,
        {each.key: each for each in (*(sitting.body for sitting in sittings), *also)},
        customary_days(),
    )


def found(*sittings: Sitting, **more: Any) -> Sequence[Finding]:
    return check(facts(*sittings, **more))


VESTFOLD = ("Vestfold",)
AU_BEFORE_SSU = PlanSettings(counties=VESTFOLD, prepares=(Prepares(committee="ssu", at_least=10, at_most=21),))


def plan_of_2024(ssu_in_february: int = 29) -> Sequence[Sitting]:
    """A real plan (see the domain): thirteen meetings of four bodies."""
    fsu, au, ssu, pm = body(1, "fsu"), body(2, "au", plan=AU_BEFORE_SSU), body(3, "ssu"), body(4, "pm")
    return [
        *(sitting(fsu, date(2024, *day)) for day in ((1, 25), (5, 2), (9, 5), (11, 7))),
        *(sitting(au, date(2024, *day), "14.00–16.00") for day in ((2, 8), (9, 12), (11, 14))),
        sitting(au, date(2024, 5, 13), "08.30–10.30", weekday=0),
        *(sitting(ssu, date(2024, *day), "13.00–15.30") for day in ((2, ssu_in_february), (5, 23), (9, 26), (11, 28))),
        sitting(pm, date(2024, 5, 30)),
    ]
