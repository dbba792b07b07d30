"""Numbers that are cases, and numbers that are none; decisions each on its own case."""

import pytest

from tests.papers.rules.texts import minutes, numbers, read, titles


@pytest.mark.parametrize(
    ("first", "second", "read_as", "series", "years"),
    [
        ("33/24", "34/24", ["33/24", "34/24"], None, [2024, 2024]),
        ("2024.1", "2024.2", ["2024.1", "2024.2"], None, [2024, 2024]),
        ("2024. 1", "2024. 2", ["2024.1", "2024.2"], None, [2024, 2024]),
        ("2024/07", "2024/08", ["2024/07", "2024/08"], None, [2024, 2024]),
        ("28-2024", "29-2024", ["28-2024", "29-2024"], None, [2024, 2024]),
        ("Sak nr. 01-24", "Sak nr. 02-24", ["01-24", "02-24"], None, [2024, 2024]),
        ("Sak 2024/15", "Sak 2024/16", ["2024/15", "2024/16"], None, [2024, 2024]),
        ("24/01", "24/02", ["24/01", "24/02"], None, [2024, 2024]),
        ("033/24", "034/24", ["033/24", "034/24"], None, [2024, 2024]),
        ("PS 6/24", "PS 7/24", ["6/24", "7/24"], "PS", [2024, 2024]),
        ("24/2/1", "24/2/2", ["24/2/1", "24/2/2"], None, [2024, 2024]),
        ("268", "269", ["268", "269"], None, [None, None]),
        ("Sak 1", "Sak 2", ["1", "2"], None, [None, None]),
        ("1.", "2.", ["1", "2"], None, [None, None]),
        ("1)", "2)", ["1", "2"], None, [None, None]),
    ],
)
def test_every_form_of_a_number(
    first: str, second: str, read_as: list[str], series: str | None, years: list[int | None]
) -> None:
    paper = minutes(
        f"{first} Godkjenning av innkalling\n\nVedtak: Godkjent.\n\n{second} Felles plan\n\nVedtak: Planen vedtas.",
        date="12.09.2024",
    )
    assert numbers(paper) == read_as
    assert titles(paper) == ["Godkjenning av innkalling", "Felles plan"]
    assert [case.series for case in paper.cases] == [series, series]
    assert [case.year for case in paper.cases] == years
    assert [case.decisions for case in paper.cases] == [["Godkjent."], ["Planen vedtas."]]


@pytest.mark.parametrize(
    ("written", "types"),
    [
        ("1/2026 (O/D) Felles plan", ["O", "D"]),
        ("1/26 O Felles plan", ["O"]),
        ("1/26 Felles plan (orientering)", ["O"]),
        ("1/26 Felles plan – beslutning", ["B"]),
        ("1/26 Orienteringssak: Felles plan", ["O"]),
    ],
)
def test_the_type_of_a_case_is_no_part_of_its_title(written: str, types: list[str]) -> None:
    (case,) = minutes(f"Sak {written}\n\nVedtak: Planen vedtas.").cases
    assert (case.title, case.types) == ("Felles plan", types)


@pytest.mark.parametrize(
    "line",
    [
        "12.03.2026 var det møte i gruppen.",
        "12.05.26 Neste runde av prosjektet",
        "1.250.000 kroner er satt av.",
        "§ 3-3 i loven gjelder.",
        "12-14 prosent av pasientene svarte.",
        "38/25 ble behandlet i forrige møte.",
        "Sak 38/25: Deltakelse i utvalget ble avklart da.",
        "2/3 av kommunene har svart.",
        "1. februar ble ordningen innført.",
        "1. Pasientene må få svar.\n2. Kommunene må få beskjed.\n3. Legene må varsles.",
        "24/7 er tilbudet åpent.",
    ],
)
def test_a_date_an_amount_a_law_or_a_reference_is_no_case(line: str) -> None:
    paper = minutes(
        f"Sak 4/26 Felles plan\n\nDet ble vist til tidligere arbeid.\n\n{line}\n\nVedtak: Planen vedtas.\n\n"
        "Sak 5/26 Eventuelt\n\nIngen saker."
    )
    assert numbers(paper) == ["4/26", "5/26"]
    assert paper.cases[0].decisions == ["Planen vedtas."]


def test_the_points_of_a_decision_are_decisions_and_no_cases() -> None:
    paper = minutes(
        "1. Godkjenning av innkalling\n\nInnkallingen ble godkjent.\n\n2. Felles plan\n\nVedtak:\n1. Planen vedtas.\n"
        "2. Planen evalueres om et år.\n3. Leder informerer.\n\n3. Eventuelt\n\nIngen saker."
    )
    assert numbers(paper) == ["1", "2", "3"]
    assert paper.cases[1].decisions == ["Planen vedtas.", "Planen evalueres om et år.", "Leder informerer."]


def test_a_list_of_cases_first_is_not_doubled() -> None:
    paper = minutes(
        "Saksliste\n\n1/26 Innkalling\n2/26 Felles plan\n\nSak 1/26 Innkalling\n\nVedtak: Godkjent.\n\n"
        "Sak 2/26 Felles plan\n\nVedtak: Planen vedtas."
    )
    assert numbers(paper) == ["1/26", "2/26"]
    assert [case.decisions for case in paper.cases] == [["Godkjent."], ["Planen vedtas."]]


@pytest.mark.parametrize(
    "label",
    ["Forslag til vedtak", "Innstilling", "Rådmannens innstilling", "Foreløpig konklusjon", "Framlegg til vedtak"],
)
def test_a_proposal_is_no_decision(label: str) -> None:
    paper = minutes(
        f"Sak 1/26 Felles plan\n\n{label}:\nPlanen avvises.\n\nVedtak:\nPlanen vedtas.\n\n"
        f"Sak 2/26 Rapport\n\n{label}:\nRapporten avvises."
    )
    assert paper.cases[0].decisions == ["Planen vedtas."]
    assert paper.cases[1].decisions == []
    assert not paper.cases[1].decision


@pytest.mark.parametrize(
    "label",
    [
        "Vedtak:",
        "VEDTAK",
        "Vedtak :",
        "V E D T A K",
        "Konklusjon:",
        "Beslutning:",
        "Vedtak (enstemmig):",
        "FSUs vedtak:",
        "Et enstemmig utvalg vedtok:",
        "K0nklusjon:",
        "Konklusjon/vedtak:",
    ],
)
def test_the_labels_of_a_decision(label: str) -> None:
    paper = minutes(f"Sak 1/26 Felles plan\n\nDet var litt diskusjon.\n\n{label}\nPlanen sendes kommunene.")
    assert paper.cases[0].decisions == ["Planen sendes kommunene."]


@pytest.mark.parametrize(
    "sentence",
    [
        "Referatet ble godkjent uten merknader.",
        "Saka vart teken til vitande.",
        "Saken tas til orientering.",
        "FSU sluttet seg til forslaget.",
        "Utvalget vedtok å sette ned en arbeidsgruppe.",
        "Det ble besluttet å flytte møtet.",
        "Innkallinga vart samrøystes godkjend.",
    ],
)
def test_a_decision_hidden_in_prose_is_found(sentence: str) -> None:
    paper = minutes(f"Sak 1/26 Felles plan\n\nLeder orienterte kort. {sentence} Flere takket for arbeidet.")
    assert paper.cases[0].decisions == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Budsjettet ble vedtatt i kommunestyret i desember.",
        "Planen må godkjennes av styret først.",
        "Bør saken utsettes?",
        "Rapporten ble sendt ut før møtet.",
    ],
)
def test_what_was_decided_elsewhere_or_not_at_all_is_no_decision(sentence: str) -> None:
    paper = minutes(f"Sak 1/26 Felles plan\n\nLeder orienterte kort. {sentence}")
    assert paper.cases[0].decisions == []


def test_an_agreement_in_the_comments_is_shown_as_one() -> None:
    (case,) = minutes(
        "Sak 1/26 Felles plan\n\nKommentarer:\nPartene uttrykte enighet om en felles fagdag. Fint innspill."
    ).cases
    assert case.agreement == "Partene uttrykte enighet om en felles fagdag."
    assert case.decisions == []


@pytest.mark.parametrize(
    "words",
    ["Saken utsettes til neste møte.", "Saken utgår grunnet sykdom.", "Saka vert utsett.", "Saken ble trukket."],
)
def test_a_case_that_was_put_off(words: str) -> None:
    (case,) = minutes(f"Sak 1/26 Felles plan\n\n{words}").cases
    assert case.postponed == words
    assert case.how_decided == "postponed"


@pytest.mark.parametrize(
    ("decided", "how"),
    [
        ("Enstemmig vedtatt.", "agreed"),
        ("Planen godkjennes med referatført endring.", "agreed_with_remark"),
        ("Vedtatt mot 2 stemmer.", "disagreed"),
        ("Utvalget tilrår at planen vedtas.", "recommended"),
        ("Planen vedtas.", None),
    ],
)
def test_how_it_was_decided(decided: str, how: str | None) -> None:
    assert minutes(f"Sak 1/26 Felles plan\n\nVedtak: {decided}").cases[0].how_decided == how


def test_what_another_meeting_did_with_the_case_is_not_this_ones_decision() -> None:
    paper = minutes(
        "PS 4/26 Avtale\n\nSaksprotokoll i Formannskapet - 05.03.2026\n\nVedtak:\nAvtalen tilrås.\n\n"
        "Saksprotokoll i Kommunestyret - 12.03.2026\n\nVedtak:\nAvtalen godkjennes."
    )
    assert paper.cases[0].decisions == ["Avtalen godkjennes."]


def test_a_case_of_other_minutes_that_are_bound_in_is_left_out_and_said() -> None:
    paper = read(
        "Referat fra møte i SSU\n\nMøtedato: 12.03.2026\nTil stede: Kari Eksempel, Ola Eksempel\n\n"
        "Sak 1/26 Plan\n\nVedtak: Vedtas.\n\n"
        "Referat fra møte i FSU\n\nMøtedato: 01.02.2026\nTil stede: Per Prøve, Anne Prøve\n\n"
        "Sak 7/26 Annet\n\nVedtak: Avvises.\n"
    )
    assert numbers(paper) == ["1/26"]
    assert [each.name for each in paper.present] == ["Kari Eksempel", "Ola Eksempel"]
    assert "other_document_left_out" in paper.warnings
    assert any("et annet dokument" in each.why for each in paper.suspected)


def test_a_decision_outside_a_case_is_shown_as_suspected() -> None:
    paper = read(
        "Referat fra møte i FSU\n\nMøtedato: 12.03.2026\nTil stede: Kari Eksempel, Ola Eksempel\n\n"
        "Vedtak: Møtene holdes digitalt.\n\nSak 1/26 Plan\n\nVedtak: Vedtas.\n"
    )
    assert numbers(paper) == ["1/26"]
    (suspected,) = paper.suspected
    assert "Møtene holdes digitalt." in suspected.text
    assert "utenfor en sak" in suspected.why
    assert suspected.where.startswith("avsnitt ")
    assert paper.coverage.suspected == 1


def test_a_number_that_no_committee_writes_is_kept_and_warned_of() -> None:
    paper = minutes(
        "2024.5 Plan\n\nVedtak: Vedtas.\n\n20204.6 Rapport\n\nVedtak: Tas til orientering.", date="12.09.2024"
    )
    assert numbers(paper) == ["2024.5", "20204.6"]
    assert paper.cases[1].year is None
    assert "odd_case_number" in paper.warnings
