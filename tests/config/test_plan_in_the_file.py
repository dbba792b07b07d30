"""What the partnership file says of a committee's year: the rules of its plan, and who hosts and leads its meetings."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from handlers.meetings.plan_settings import By, Fewest, PlanSettings, Prepares, Turns, in_force
from handlers.meetings.settings import CommitteeSettings
from tests.config.test_partnership_file import LINES, problems, valid

RULES = """    plan:
      prepares:
        - {committee: fsu, days: 10–21, from: 1.1.2024}
        - {committee: fsu, days: 14}
      fewest: [{at_least: 4}]
      host: [{sides: [hospital, kommunen]}]
      chair: [{by: years, years: 2, term: 4, from: 1.1.2027, sides: [hospital, municipality]}]
"""
NAME = "    name: Arbeidsutvalget\n"


def test_the_rules_of_a_plan(tmp_path: Path) -> None:
    found = valid(tmp_path, LINES, LINES.replace(NAME, NAME + RULES) + "counties: [Vestfold]\n")
    by_key = {each.key: each.settings.plan for each, _members in found.committees}
    assert by_key["AU"] == PlanSettings(
        counties=("Vestfold",),
        prepares=(
            Prepares(since=date(2024, 1, 1), committee="fsu", at_least=10, at_most=21),
            Prepares(committee="fsu", at_least=14, at_most=14),
        ),
        fewest=(Fewest(at_least=4),),
        host=(Turns(sides=("hospital", "kommunen")),),
        chair=(Turns(since=date(2027, 1, 1), by=By.YEARS, years=2, term=4, sides=("hospital", "municipality")),),
    )
    assert by_key["FSU"] == PlanSettings(counties=("Vestfold",))
    rule = in_force(by_key["AU"].prepares, date(2023, 12, 31))
    assert rule is not None
    assert rule.at_least == 14
    # As it is stored, and read again.
    stored = CommitteeSettings(plan=by_key["AU"]).model_dump(mode="json")
    assert CommitteeSettings.model_validate(stored).plan == by_key["AU"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("prepares: [{committee: ssv, days: 10–21}]", "Fant ikke «ssv» under committees."),
        ("prepares: [{committee: FSU, days: 21–10}]", "«21–10» er ikke et antall dager. Skriv for eksempel 10–21."),
        ("prepares: [{committee: FSU, days: 3, from: x}]", "«x» er ingen dato."),
        ("host: [{sides: [hospital]}]", "Skriv minst to sider under sides"),
        ("host: [{sides: [hospital, kommuna]}]", "Fant ikke «kommuna» under organisations. Mente du «kommunen»?"),
        ("chair: [{by: years, sides: [hospital, gp]}]", "Skriv fra hvilken dato den første siden har sin tur (from)."),
        ("chair: [{by: moon, sides: [hospital, gp]}]", "«moon» kan ikke stå her."),
        ("fewest: [{at_least: 61}]", "Skriv et helt tall fra 0 til 60."),
        ("fewest: [{at_least: 4}, {at_least: 5}]", "To regler gjelder fra samme dato."),
        ("fewst: [{at_least: 4}]", "Ukjent felt «fewst». Mente du «fewest»?"),
    ],
)
def test_a_rule_that_is_wrong_says_what_to_do(tmp_path: Path, rule: str, expected: str) -> None:
    told = problems(tmp_path, LINES.replace(NAME, f"{NAME}    plan:\n      {rule}\n"))
    assert any(expected in line for line in told), told


def test_host_and_chair_of_a_meeting(tmp_path: Path) -> None:
    found = valid(tmp_path, "- 24/9", "- {date: 24/9, host: kommunen, chair: sekretar@example.org}")
    meeting = next(each for each in found.meetings if each.host)
    assert (meeting.host, meeting.chair) == ("kommunen", "sekretar@example.org")
    told = problems(tmp_path, LINES.replace("- 24/9", "- {date: 24/9, host: kommuna, chair: ingen@example.org}"))
    assert "Fant ikke «kommuna» under organisations. Mente du «kommunen»?" in told[0]
    assert "Fant ikke «ingen@example.org» under people." in told[1]


def test_a_deadline_is_not_on_a_public_holiday(tmp_path: Path) -> None:
    found = valid(tmp_path, "- 24/9", "- 31/5/2027")
    meeting = next(each for each in found.meetings if each.day == date(2027, 5, 31))
    # Fourteen days before is Whit Monday and 17 May at once; the day before are the holidays' Sunday and a Saturday.
    assert meeting.moments(date(2027, 5, 31)).deadline_at == datetime(2027, 5, 14, 10, tzinfo=UTC)
