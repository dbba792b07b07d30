"""What holds for disagreements in the partnership file: the example, what is stored, and what is said of mistakes."""

from datetime import date
from pathlib import Path

import pytest

from config.partnership_file import PartnershipFileError, read
from handlers.decisions.disagreement.rule import holding, stored
from storage.tables import DisagreementStep
from tests.config.test_partnership_file import TODAY, write

EXAMPLE = Path(__file__).parents[2] / "config" / "partnership.example.yaml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
OURS = TEXT[TEXT.index("disagreements:\n") :].partition("\n\n")[0]


def with_rules(rules: str) -> str:
    return TEXT.replace(OURS, f"disagreements:\n{rules}")


def test_the_example_sets_no_deadline_of_a_step() -> None:
    (rule,) = read(EXAMPLE, TODAY).disagreements
    assert (rule.write_days, rule.remind_days, rule.places) == (14, (7, 1), ("Eksempelvik",))
    assert [rule.due(step, TODAY) for step in DisagreementStep] == [None] * 4


def test_the_rule_counts_that_holds_on_the_day(tmp_path: Path) -> None:
    text = with_rules(
        "  - committee: {days: 30}\n"
        "  - {from: 1.1.2027, committee: {days: 60, basis: Tjenesteavtale 1}, ssu: {committee: FSU}}"
    )
    rules = stored(read(write(tmp_path, text), TODAY).disagreements)
    before, after = holding(rules, date(2026, 12, 31)), holding(rules, date(2027, 1, 1))
    assert before.due("committee", date(2026, 12, 1)) == date(2026, 12, 31)
    assert (after.committee.days, after.committee.basis, after.ssu.committee) == (60, "Tjenesteavtale 1", "FSU")
    assert holding({}, date(2027, 1, 1)).due("national_board", date(2027, 1, 1)) is None


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("  - ssu: {committee: ukjent}", "Fant ikke «ukjent» under committees"),
        ("  - write_days: straks", "Skriv et helt tall fra 1 til 365"),
        ("  - committee: {days: 0}", "Skriv et helt tall fra 1 til 1000"),
        ("  - remind_days: [7, 0]", "Skriv et helt tall fra 1 til 365"),
        ("  - ssu: {frist: 3}", "Ukjent felt «frist»"),
        ("  - frist: 3", "Ukjent felt «frist»"),
        ("  - write_days: 3\n  - write_days: 4", "Bare én regel kan stå uten from"),
        ("  - {from: 1.1.2027}\n  - {from: 1.1.2027}", "To regler gjelder fra"),
    ],
)
def test_each_mistake_is_told_where_it_stands(tmp_path: Path, rules: str, said: str) -> None:
    with pytest.raises(PartnershipFileError, match=said):
        read(write(tmp_path, with_rules(rules)), TODAY)


def test_a_number_further_in_of_any_part_says_what_it_may_be(tmp_path: Path) -> None:
    committee = TEXT.replace("\ncommittees:\n  - ", "\ncommittees:\n  - minutes: {comment_days: 99}\n    ", 1)
    with pytest.raises(PartnershipFileError, match="Skriv et helt tall fra 0 til 60"):
        read(write(tmp_path, committee), TODAY)
