"""Names out of lists of those who were there."""

import pytest

from handlers.papers.rules.people import people
from tests.papers.rules.texts import minutes


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kari Eksempel (Nordby), Ola Eksempel (analyse, Døme HF)", ["Kari Eksempel", "Ola Eksempel"]),
        (
            "Kari Eksempel, rådgiver Nordby kommune, Ola Eksempel, klinikksjef Døme HF",
            ["Kari Eksempel", "Ola Eksempel"],
        ),
        ("Kari Eksempel og Ola Eksempel", ["Kari Eksempel", "Ola Eksempel"]),
        ("Kari Eksempel kommuneoverlege Nordby kommune", ["Kari Eksempel"]),
        ("Kari Eksempel Nordby kommune", ["Kari Eksempel"]),
        ("Fastlege Kari Eksempel", ["Kari Eksempel"]),
        ("Eksempel Lege, Eksempel Kliniker", ["Eksempel Lege", "Eksempel Kliniker"]),
        ("Kari A. Ø. Eksempel-Prøve", ["Kari A. Ø. Eksempel-Prøve"]),
        ("Leder: Kari Eksempel; nestleder: Ola Eksempel", ["Kari Eksempel", "Ola Eksempel"]),
        ("Nordby kommune: Kari Eksempel, Ola Eksempel", ["Kari Eksempel", "Ola Eksempel"]),
        ("Kari, Ola og Per", ["Kari", "Ola", "Per"]),
        ("KARI EKSEMPEL, OLA EKSEMPEL", ["KARI EKSEMPEL", "OLA EKSEMPEL"]),
        ("Alle faste medlemmer", []),
        ("Norsk Sykepleierforbund, Helse Nord, Nordre Prøve kommune", []),
        ("Ingen", []),
        ("-", []),
    ],
)
def test_the_names_of_a_list(text: str, names: list[str]) -> None:
    assert [each.name for each in people([text])] == names


def test_whom_somebody_stood_in_for_and_when_somebody_left() -> None:
    found = people(
        [
            "Kari Eksempel, kommuneoverlege, Eksempel kommune (for Ola Eksempel)",
            "Eva Test (vara for Per Prøve)",
            "Anne Prøve (gikk etter sak 3/26)",
            "Jon Test på sak 4",
        ]
    )
    assert [(each.name, each.substitute_for) for each in found] == [
        ("Kari Eksempel", "Ola Eksempel"),
        ("Eva Test", "Per Prøve"),
        ("Anne Prøve", None),
        ("Jon Test", None),
    ]
    assert found[2].remark == "gikk etter sak 3/26"
    assert found[3].remark == "på sak 4"


def test_two_people_of_the_same_name_are_two_and_warned_of() -> None:
    paper = minutes(
        "Sak 1/26 Plan\n\nVedtak: Vedtas.",
        more="Deltakere:\nKari Prøve (Nordby kommune)\nKari Prøve (Døme HF)\nPer Prøve (Sørby kommune)",
    )
    assert [each.name for each in paper.present][:2] == ["Kari Prøve", "Kari Prøve"]
    assert "same_name_twice" in paper.warnings


def test_a_name_that_stands_in_two_places_with_the_same_role_is_one() -> None:
    paper = minutes("Sak 1/26 Plan\n\nVedtak: Vedtas.", more="Deltakere: Kari Eksempel, Per Prøve")
    assert [each.name for each in paper.present].count("Kari Eksempel") == 1


@pytest.mark.parametrize(
    "more",
    [
        "Forfall: Anne Prøve",
        "Fravær:\nAnne Prøve",
        "Ikke til stede: Anne Prøve (Nordby)",
        "Medlemmer som ikke møtte: Anne Prøve",
        "F0rfall : Anne Prøve",
        "Meldt forfall:\n- Anne Prøve",
        "Ikkje møtt: Anne Prøve",
    ],
)
def test_the_labels_of_those_who_did_not_come(more: str) -> None:
    paper = minutes("Sak 1/26 Plan\n\nVedtak: Vedtas.", more=more)
    assert [each.name for each in paper.absent] == ["Anne Prøve"]
    assert [each.name for each in paper.present] == ["Kari Eksempel", "Ola Eksempel"]
