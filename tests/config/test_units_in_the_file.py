"""Units, those who work there and those who have left, in the partnership file: what is said of each mistake."""

from datetime import date
from pathlib import Path

import pytest

from config.partnership_file import read
from handlers.partnership.model import Partnership
from storage.tables import StaffRole
from tests.config.test_partnership_file import TODAY, problems, write

LINES = """\
organisations:
  - {key: sykehuset, name: Eksempel sykehus, kind: hospital}
  - {key: kommunen, name: Eksempel kommune, kind: municipality, leaders_complete: true}
  - {key: foreningen, name: Eksempel forening}
people:
  - {name: Eksempel Kirurg, email: kirurg@example.org, organisation: sykehuset, unit: ortopedi}
  - {name: Eksempel Sykepleier, email: sykepleier@example.org, organisation: kommunen}
  - {name: Eksempel Leder, email: leder@example.org, organisation: foreningen, also_at: [kommunen]}
units:
  - key: ortopedi
    name: Ortopedisk avdeling
    organisation: sykehuset
    handlers: [kirurg@example.org]
  - key: hjemme
    name: Hjemmetjenesten
    organisation: kommunen
    service: Legevakt
    aliases: [Hjemmesykepleien, {name: Pleie og omsorg, to: 2019-12-31}]
    response_days: 14
    handlers:
      - sykepleier@example.org
    deputies: [{email: leder@example.org, from: 2027-01-01}]
    leaders: [{email: leder@example.org, to: 2027-12-31}]
  - key: sykehjemmet
    name: Sykehjemmet
    organisation: kommunen
    service: institution
    handlers: [sykepleier@example.org]
    leaders: [leder@example.org]
deviations:
  response_days: 30
  committee: fsu
committees:
  - key: FSU
    name: Faglig samarbeidsutvalg
    number: "{n}/{yyyy}"
    members:
      - {email: kirurg@example.org, role: sekretariat}
notices:
  - word: varsel
    recipients: [Eksempeltilsynet]
    legal_basis: eksempelloven § 1
    days: 1
"""


def valid(folder: Path, old: str = "", new: str = "") -> Partnership:
    assert old in LINES
    return read(write(folder, LINES.replace(old, new)), TODAY)


def test_the_whole(tmp_path: Path) -> None:
    found = valid(tmp_path)
    assert found.warnings == ()
    assert [organisation.leaders_complete for organisation in found.organisations] == [False, True, False]
    assert found.people[0].unit == "ortopedi"
    home_care, posts = found.units[1]
    assert (home_care.service, home_care.response_days) == ("emergency_clinic", 14)
    assert [alias.until for alias in home_care.aliases] == [None, date(2019, 12, 31)]
    assert [(role, post.email, post.since) for role, post in posts] == [
        (StaffRole.HANDLER, "sykepleier@example.org", None),
        (StaffRole.DEPUTY, "leder@example.org", date(2027, 1, 1)),
        (StaffRole.LEADER, "leder@example.org", None),
    ]
    assert (found.deviations.response_days, found.deviations.serious_response_days) == (30, 7)


@pytest.mark.parametrize("written", ["legevakt", "LEGEVAKT", " Legevakt ", "emergency_clinic"])
def test_a_service_by_its_name_or_its_key(tmp_path: Path, written: str) -> None:
    assert valid(tmp_path, "service: Legevakt", f'service: "{written}"').units[1].unit.service == "emergency_clinic"


def test_a_service_need_not_be_said(tmp_path: Path) -> None:
    assert valid(tmp_path, "    service: Legevakt\n", "").units[1].unit.service is None


def test_units_of_different_organisations_may_have_the_same_name(tmp_path: Path) -> None:
    valid(tmp_path, "name: Ortopedisk avdeling", "name: Hjemmetjenesten")


def test_an_older_name_may_be_used_again_by_another(tmp_path: Path) -> None:
    valid(
        tmp_path, "name: Sykehjemmet\n", "name: Sykehjemmet\n    aliases: [{name: Pleie og omsorg, from: 2020-01-01}]\n"
    )


def test_neither_hospital_nor_municipality_need_have_a_handler_yet(tmp_path: Path) -> None:
    found = valid(tmp_path, "deviations:\n", "  - {key: hus, name: Huset, organisation: foreningen}\ndeviations:\n")
    assert found.warnings == (
        f"{tmp_path}/partnership.yaml:30: Huset har ingen saksbehandler i dag, så ingen får avvikene. Før opp minst én "
        "under handlers.",
    )


def test_whoever_has_left_may_have_been_something_until_then(tmp_path: Path) -> None:
    old = "foreningen, also_at: [kommunen]}"
    text = LINES.replace(old, old.replace("}", ", left: 1.1.2028}"))
    text = text.replace("[leder@example.org]", "[{email: leder@example.org, to: 31.12.2027}]")
    text = text.replace("from: 2027-01-01", "from: 2027-01-01, to: 2027-06-30")
    found = read(write(tmp_path, text), TODAY)
    assert found.people[2].left == date(2028, 1, 1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # --- unknown and missing
        (
            "organisation: kommunen\n    service: inst",
            "organisation: komunen\n    service: inst",
            ["26: Fant ikke «komunen» under organisations. Mente du «kommunen»?"],
        ),
        (
            "- sykepleier@example.org",
            "- sykpleier@example.org",
            ["21: Fant ikke «sykpleier@example.org» under people. Mente du «sykepleier@example.org»?"],
        ),
        ("unit: ortopedi", "unit: ortopdi", ["6: Fant ikke «ortopdi» under units. Mente du «ortopedi»?"]),
        ("    name: Sykehjemmet\n", "", ["24: «name» mangler, eller er tom."]),
        (
            "response_days: 14",
            "respons_days: 14",
            ["19: Ukjent felt «respons_days». Mente du «response_days»?"],
        ),
        (
            "- sykepleier@example.org",
            "- {mail: sykepleier@example.org}",
            ["21: «email» mangler, eller er tom.", "21: Ukjent felt «mail». Mente du «email»?"],
        ),
        ("committee: fsu", "committee: fsuu", ["32: Fant ikke «fsuu» under committees."]),
        ("  committee: fsu", "  commitee: fsu", ["32: Ukjent felt «commitee». Mente du «committee»?"]),
        # --- twice
        (
            "key: sykehjemmet",
            "key: hjemme",
            ["24: To enheter har nøkkelen «hjemme». Gi den ene en annen. (Se også linje 14.)"],
        ),
        (
            "name: Sykehjemmet",
            "name: hjemmesykepleien",
            ["25: «hjemmesykepleien» betyr to enheter i virksomheten. Gi dem ulike navn, eller gi aliaset en periode"],
        ),
        ("[Hjemmesykepleien,", "[Pleie og omsorg,", ["18: Aliaset «Pleie og omsorg» er ført opp to ganger."]),
        (
            "    handlers: [sykepleier@example.org]",
            "    handlers: [sykepleier@example.org, {email: Sykepleier@example.org, from: 2027-01-01}]",
            ["28: sykepleier@example.org er ført opp to ganger her. Fjern den ene."],
        ),
        # --- values
        (
            "service: institution",
            "service: sykehjem",
            ["27: «sykehjem» er ingen tjeneste. Velg en av Institusjon, Hjemmebasert pleie og omsorgstjeneste, "],
        ),
        ("response_days: 14", "response_days: 0", ["19: Skriv et helt tall fra 1 til 365."]),
        ("response_days: 14", "response_days: 366", ["19: Skriv et helt tall fra 1 til 365."]),
        ("response_days: 14", "response_days: to uker", ["19: Skriv et helt tall fra 1 til 365."]),
        ("response_days: 14", f"response_days: 1{'0' * 5000}", ["19: Skriv et helt tall fra 1 til 365."]),
        (
            "response_days: 14",
            "serious_response_days: 31",
            ["19: Et alvorlig avvik kan ikke ha lengre svarfrist enn andre. Sett den til høyst 30."],
        ),
        (
            "response_days: 14",
            "response_days: 14\n    serious_response_days: 15",
            ["20: Et alvorlig avvik kan ikke ha lengre svarfrist enn andre. Sett den til høyst 14."],
        ),
        (
            "  response_days: 30",
            "  serious_response_days: 22",
            ["31: Et alvorlig avvik kan ikke ha lengre svarfrist enn andre. Sett den til høyst 21."],
        ),
        ("  response_days: 30", "  pattern_size: 1", ["31: Skriv et helt tall fra 2 til 1000."]),
        ("  response_days: 30\n  committee: fsu\n", "  - 30\n", ["30: Her skal det stå felt på formen «navn: verdi»."]),
        ("leaders_complete: true", "leaders_complete: ja takk", ["3: Skriv true eller false."]),
        ("handlers: [kirurg@example.org]", "handlers: kirurg@example.org", ["13: Her skal det stå en liste"]),
        ("to: 2027-12-31", "to: 2019-12-31, from: 2020-01-01", ["23: Perioden slutter før den begynner."]),
        # --- what does not fit
        (
            "organisation: sykehuset\n    handlers",
            "organisation: sykehuset\n    service: Legevakt\n    handlers",
            ["13: Et sykehus har ingen kommunale tjenester. Fjern service, eller rett organisation."],
        ),
        (
            "unit: ortopedi",
            "unit: hjemme",
            ["6: Enheten «hjemme» hører ikke til «sykehuset», der Eksempel Kirurg arbeider. Rett unit."],
        ),
        (
            "- sykepleier@example.org",
            "- kirurg@example.org",
            [
                "21: kirurg@example.org arbeider ikke i Eksempel kommune. Skriv also_at: [kommunen] under people, "
                "eller rett adressen."
            ],
        ),
        # --- nobody there
        (
            "    handlers: [kirurg@example.org]\n",
            "",
            ["10: Ortopedisk avdeling har ingen saksbehandler i dag, så ingen får avvikene. Før opp minst én under "],
        ),
        (
            "[kirurg@example.org]",
            "[{email: kirurg@example.org, to: 31.8.2026}]",
            ["13: Ortopedisk avdeling har ingen saksbehandler i dag"],
        ),
        (
            "[kirurg@example.org]",
            "[{email: kirurg@example.org, from: 2.9.2026}]",
            ["13: Ortopedisk avdeling har ingen saksbehandler i dag"],
        ),
        (
            "    leaders: [leder@example.org]\n",
            "",
            [
                "24: Sykehjemmet har ingen leder i dag, men lederne i Eksempel kommune skal se over meldingene. Før "
                "opp minst én under leaders, eller ta bort leaders_complete. (Se også linje 3.)"
            ],
        ),
        # --- whoever has left
        (
            "unit: ortopedi}",
            "unit: ortopedi, left: 1.2.2027}",
            [
                "13: kirurg@example.org slutter 1.2.2027. Skriv to: 31.1.2027 eller tidligere her, eller ta linjen ut. "
                "(Se også linje 6.)",
                "38: kirurg@example.org slutter 1.2.2027.",
            ],
        ),
        (
            "also_at: [kommunen]",
            "also_at: [kommunen], left: 31.12.2027",
            ["22: leder@example.org slutter", "23: leder@example.org slutter", "29: leder@example.org slutter"],
        ),
        ("unit: ortopedi", "left: snart", ["6: «snart» er ingen dato."]),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert LINES.count(old) == 1, "each case changes one place"
    found = problems(tmp_path, LINES.replace(old, new))
    assert len(found) == len(expected)
    for line, beginning in zip(found, expected, strict=True):
        assert line.startswith(beginning)
