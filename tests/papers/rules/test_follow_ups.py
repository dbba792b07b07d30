"""What somebody is to do, out of the labelled lines of a case."""

from tests.papers.rules.texts import minutes

TWO = """\
Sak 1/2026 Handlingsplan
Konklusjon:
1. Utvalget slutter seg til planen.
2. {second} Ansvar: Ola Eksempel
"""


def test_an_owner_is_told_what_theirs_is_and_not_the_whole_conclusion() -> None:
    paper = minutes(TWO.format(second="Arbeidsgruppen legger fram revidert plan innen utgangen av mai 2026."))
    (found,) = paper.cases[0].followups
    assert found.text == "Arbeidsgruppen legger fram revidert plan innen utgangen av mai 2026."
    assert (found.owner, found.due_text) == ("Ola Eksempel", "innen utgangen av mai 2026")


def test_where_it_cannot_be_told_which_it_is_all_of_it_is_theirs() -> None:
    (found,) = minutes(TWO.format(second="Planen gjelder for begge parter.")).cases[0].followups
    assert found.text.splitlines() == ["Utvalget slutter seg til planen.", "Planen gjelder for begge parter."]


def test_a_month_beside_the_owner_is_the_deadline() -> None:
    paper = minutes("Sak 1/2026 Legemidler\nVedtak: Rutinen tas i bruk.\nAnsvar: Ola Eksempel, mai 2026\n")
    (found,) = paper.cases[0].followups
    assert (found.owner, found.due_text, found.due) == ("Ola Eksempel", "mai 2026", None)
