"""The rules of the statutory notice in the partnership file: both examples, and what is said of each mistake."""

import re
from datetime import date
from pathlib import Path

import pytest

from config.partnership_file import PartnershipFileError, read
from handlers.deviations import notice
from tests.config.test_partnership_file import TODAY, problems, write
from tests.config.test_units_in_the_file import LINES

EXAMPLE = Path(__file__).parents[2] / "config" / "partnership.example.yaml"
# The rule in LINES begins on line 40.
SECOND = "  - {from: 1.1.2027, word: melding, recipients: [Ukom], legal_basis: eksempelloven § 2, working_days: 5}\n"


def uncommented(day: str) -> str:
    """Only the signs # taken away."""
    text = EXAMPLE.read_text(encoding="utf-8").replace("#  - from:\n", f"  - from: {day}\n")
    return re.sub(r"(?m)^#    (word|recipients|legal_basis|working_days|concerns|afterwards|link):", r"    \1:", text)


def test_the_example_has_the_rule_until_now_and_pretends_to_know_no_date() -> None:
    (rule,) = read(EXAMPLE, TODAY).notices
    assert rule.since is None
    assert (rule.word, rule.recipients) == ("varsel", ("Statens helsetilsyn", "Ukom"))
    assert (rule.at_once, rule.days, rule.working_days) == (True, 1, None)
    assert rule.link == "https://melde.no"


def test_the_amendment_is_ready_to_be_put_in_force_once_somebody_knows_the_day(tmp_path: Path) -> None:
    found = read(write(tmp_path, uncommented("1.2.2027")), TODAY)
    stored = notice.stored(found.notices)
    before, after = notice.holding(stored, date(2027, 1, 31)), notice.holding(stored, date(2027, 2, 1))
    assert before is not None
    assert after is not None
    assert (before.word, after.word) == ("varsel", "melding")
    assert after.recipients == ("statsforvalteren", "Ukom")
    assert (after.at_once, after.days, after.working_days) == (False, None, 5)
    assert after.afterwards == "redegjørelse til statsforvalteren innen tre måneder"


def test_without_a_day_it_is_refused_where_it_stands(tmp_path: Path) -> None:
    text = uncommented("")
    line = text.splitlines().index("  - from: ") + 1
    with pytest.raises(PartnershipFileError, match=rf":{line}: Bare én regel kan stå uten from\. Sjekk på Lovdata"):
        read(write(tmp_path, text), TODAY)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("word: varsel\n    recipients", "recipients", ["40: «word» mangler, eller er tom."]),
        ("word: varsel", "word: varsel\n    frist: 1d", ["41: Ukjent felt «frist»."]),
        ("recipients: [Eksempeltilsynet]", "recipients: []", ["40: Skriv under recipients hvem som skal ha det."]),
        ("recipients: [Eksempeltilsynet]", "recipients: Ukom", ["41: Her skal det stå en liste"]),
        ("legal_basis: eksempelloven § 1", f"legal_basis: {'x' * 401}", ["42: Skriv fra 1 til 400 tegn her."]),
        ("    days: 1\n", "    days: straks\n", ["43: Skriv et helt tall fra 0 til 30."]),
        ("    days: 1\n", "    working_days: 31\n", ["43: Skriv et helt tall fra 1 til 30."]),
        ("    days: 1\n", "    at_once: true\n", ["40: Skriv fristen som days (kalenderdager) eller som working_days"]),
        (
            "    days: 1\n",
            "    days: 1\n    working_days: 5\n",
            ["40: Skriv fristen som days (kalenderdager) eller som working_days"],
        ),
        ("    days: 1\n", "    days: 1\n    at_once: straks\n", ["44: Skriv true eller false."]),
        (
            "    days: 1\n",
            "    days: 1\n    link: melde.no\n",
            ["44: «melde.no» er ingen nettadresse."],
        ),
        ("    days: 1\n", "    days: 1\n    from: snart\n", ["44: «snart» er ingen dato."]),
        (
            "    days: 1\n",
            f"    days: 1\n{SECOND}{SECOND}",
            ["45: To regler gjelder fra 1.1.2027."],
        ),
    ],
)
def test_each_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert LINES.count(old) == 1
    found = problems(tmp_path, LINES.replace(old, new))
    assert len(found) == len(expected)
    for line, start in zip(found, expected, strict=True):
        assert line.startswith(start)


@pytest.mark.parametrize(
    "text",
    [
        LINES[: LINES.index("notices:")],
        LINES.replace("  - word: varsel", "  - from: 1.1.2999\n    word: varsel"),
    ],
)
def test_where_no_rule_holds_today_it_is_said(tmp_path: Path, text: str) -> None:
    (warning,) = read(write(tmp_path, text), TODAY).warnings
    assert "Ingen regel for lovpålagt varsel eller melding gjelder i dag" in warning
