"""What somebody outside may read of a disagreement: names by rule, and what no rule can judge found for a person."""

import pytest

from handlers.decisions.disagreement.anonymise import Names, mask, names

KNOWN = names(
    parties={"Sykehuset i Storfjord": "sykehuset", "Lillevik kommune": "kommunen"},
    organisations=[
        ("Sykehuset i Storfjord", "hospital"),
        ("Lillevik kommune", "municipality"),
        ("Fjellmo kommune", "municipality"),
        ("Helse Nordfjell", "hospital"),
        ("Granli legesenter", "gp"),
    ],
    people=["Eksempel Ledersen", "Ukjent Utenfra"],
    concerned=["Eksempel Ledersen"],
    units=["Hjemmetjenesten øst", "Ortopedisk sengepost"],
    committees=["Faglig samarbeidsutvalg (FSU)", "LSU Storfjord"],
    places=["Tyttebærdalen"],
    chosen=["Rypebua"],
)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Lillevik kommune mener dette.", "Kommunen mener dette."),
        ("Ifølge Lillevik kommune er det slik.", "Ifølge kommunen er det slik."),
        ("LILLEVIK KOMMUNE svarte.", "Kommunen svarte."),
        ("Lillevik\nkommune svarte.", "Kommunen svarte."),
        ("Avtalen med Sykehuset i Storfjord gjelder.", "Avtalen med sykehuset gjelder."),
        ("I Fjellmo kommune er det annerledes.", "I [en annen kommune] er det annerledes."),
        ("Det er likt i Helse Nordfjell.", "Det er likt i [et annet sykehus]."),
        ("Granli legesenter var med.", "[en annen virksomhet] var med."),
        ("Lilleviks innbyggere og Lillevik.", "[sted] innbyggere og [sted]."),
        ("Lillevik-avtalen gjelder.", "[sted]-avtalen gjelder."),
        ("Eksempel Ledersen sa det. Ledersen mente det.", "[navn] sa det. [navn] mente det."),
        ("Ukjent Utenfra var med.", "[navn] var med."),
        ("Det ble tatt opp i FSU og i LSU Storfjord.", "Det ble tatt opp i [utvalg] og i [utvalg]."),
        ("Hjemmetjenesten øst tok imot.", "[enhet] tok imot."),
        ("Pasienten bodde i Tyttebærdalen ved Rypebua.", "Pasienten bodde i [sted] ved [utelatt]."),
        ("Se sak 12/2026, sak 2023.34 og 24/00123-5.", "Se sak [utelatt], sak [utelatt] og [utelatt]."),
        ("Skriv til leder@lillevik.example.org eller 22 33 44 55.", "Skriv til [fjernet] eller [fjernet]."),
        ("Se https://www.lillevik.no/avtale her.", "Se [fjernet] her."),
        ("Pasienten kommer hjem.", "Pasienten kommer hjem."),
        ("", ""),
    ],
)
def test_what_is_known_is_taken_out_by_rule(text: str, without: str) -> None:
    assert mask(text, KNOWN).text == without


def test_an_ordinary_word_that_is_part_of_a_name_stays() -> None:
    assert mask("Helse og omsorg er viktig, og kommunen vet det.", KNOWN) == (
        "Helse og omsorg er viktig, og kommunen vet det.",
        ["Helse"],
    )


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("Saken gjelder bussen til Bjørkeli i fjor.", ["Bjørkeli"]),
        ("Det var Kari som ringte.", ["Kari"]),
        ("Vi mener det. Kommunen er uenig. Den vil ikke.", []),
        ("Bjørkeli er langt unna.", ["Bjørkeli"]),
        ("Transport er dyrt. Derfor må transport avtales.", []),
        ("Det skjedde på UNN i juni.", ["UNN"]),
        ("Hun bor i Storgata 5, og ble kjørt.", ["Storgata 5", "Storgata"]),
        ("Lillevikregionen er stor.", ["Lillevikregionen"]),
        ("Det gjelder tyttebærdalenområdet.", ["tyttebærdalenområdet"]),
        ("Bjørkeli og Bjørkeli igjen.", ["Bjørkeli"]),
        ("[navn] sa at [sted] er [utelatt].", []),
    ],
)
def test_what_no_rule_can_judge_is_found(text: str, doubtful: list[str]) -> None:
    assert list(mask(text, KNOWN).doubtful) == doubtful


def test_an_identity_number_goes_whatever_it_stands_in() -> None:
    from random import Random

    from tests.identity_numbers import KINDS

    for make in KINDS.values():
        number = make(Random(5))
        assert number not in mask(f"Pasienten {number} kom.", KNOWN).text


def test_with_no_names_at_all_the_text_stays() -> None:
    assert mask("Dette er en tekst.", Names({}, ())) == ("Dette er en tekst.", [])
