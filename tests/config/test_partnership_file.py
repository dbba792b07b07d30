"""The partnership file: what it may say, and what is said of each mistake in it, with the line."""

import random
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from config.partnership_file import PartnershipFileError, read
from handlers.meetings.offsets import Offset
from handlers.partnership.model import Partnership
from tests.identity_numbers import KINDS

TODAY = date(2026, 9, 1)
LINES = """\
organisations:
  - {key: sykehuset, name: Eksempel sykehus, kind: hospital, slack: [T0EXAMPLE1]}
  - key: kommunen
    name: Eksempel kommune
    teams: [00000000-1111-2222-3333-444444444444]
people:
  - {name: Eksempel Sekretær, email: sekretar@example.org, organisation: sykehuset, also_at: [kommunen]}
  - {name: Eksempel Medlem, email: medlem@example.org, organisation: kommunen}
committees:
  - key: FSU
    name: Faglig samarbeidsutvalg
    aliases: [Fagutvalget, {name: Klinisk utvalg, to: 2019-12-31}]
    number: "{n}/{yyyy}"
    deadline: 14d 12:00
    members:
      - {email: sekretar@example.org, role: sekretariat}
      - {email: medlem@example.org, role: medlem}
  - key: AU
    name: Arbeidsutvalget
    number: "{n}/{yy}"
    members:
      - {email: sekretar@example.org, role: koordinator}
plans:
  - year: 2026
    meetings:
      FSU:
        time: 12.30–15.30
        place: Eksempelsalen
        dates:
          - 24/9
          - 26.11.2026
      AU:
        dates:
          - {date: 10/9, time: 14:00-16:00}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "partnership.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    """`line: sentence` for each problem."""
    path = write(folder, text)
    with pytest.raises(PartnershipFileError) as caught:
        read(path, TODAY)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}:") for line in lines)
    return [line.removeprefix(f"{path}:") for line in lines]


def valid(folder: Path, old: str = "", new: str = "") -> Partnership:
    assert old in LINES
    return read(write(folder, LINES.replace(old, new)), TODAY)


def test_the_whole(tmp_path: Path) -> None:
    found = valid(tmp_path)
    assert [organisation.slack for organisation in found.organisations] == [("T0EXAMPLE1",), ()]
    assert found.people[0].also_at == ("kommunen",)
    fsu, members = found.committees[0]
    assert fsu.settings.deadline == "14d 12:00"
    assert [member.role for member in members] == ["sekretariat", "medlem"]
    assert [alias.until for alias in fsu.aliases] == [None, date(2019, 12, 31)]
    assert [(meeting.committee, meeting.key, meeting.place) for meeting in found.meetings] == [
        ("FSU", "2026-09-24", "Eksempelsalen"),
        ("FSU", "2026-11-26", "Eksempelsalen"),
        ("AU", "2026-09-10", ""),
    ]
    assert found.warnings == ()


@pytest.mark.parametrize(
    "written", ["24/9", "24.9", "24.9.2026", "24.09.26", "24/9/2026", "2026-09-24", "24. september"]
)
def test_dates_as_people_write_them(tmp_path: Path, written: str) -> None:
    assert valid(tmp_path, "- 24/9", f"- {written}").meetings[0].day == date(2026, 9, 24)


@pytest.mark.parametrize("written", ["12.30–15.30", "12:30-15:30", "12:30 — 15.30", "kl. 12.30–15.30"])
def test_times_as_people_write_them(tmp_path: Path, written: str) -> None:
    assert valid(tmp_path, "12.30–15.30", written).meetings[0].span == (time(12, 30), time(15, 30))


def test_yaml_makes_nothing_else_of_what_is_written(tmp_path: Path) -> None:
    """In YAML 1.1 `no` is false, `0123` is 83 and `2026-09-24` is a date; here they are texts."""
    found = valid(tmp_path, "name: Eksempel kommune", "name: no")
    assert found.organisations[1].name == "no"


def test_a_meeting_that_moved_keeps_its_first_date_as_key(tmp_path: Path) -> None:
    meeting = valid(tmp_path, "- 24/9", "- {date: 24/9, moved_to: 1/10, place: Videomøte}").meetings[0]
    assert (meeting.key, meeting.day, meeting.place) == ("2026-09-24", date(2026, 10, 1), "Videomøte")


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("5d 09:00", datetime(2026, 9, 19, 7, 0, tzinfo=UTC)),
        ("2h", datetime(2026, 9, 24, 8, 30, tzinfo=UTC)),
        ("15/9 12.00", datetime(2026, 9, 15, 10, 0, tzinfo=UTC)),
        ("2026-09-15 12:00", datetime(2026, 9, 15, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_deadline_of_its_own(tmp_path: Path, deadline: str, expected: datetime) -> None:
    meeting = valid(tmp_path, "- 24/9", f'- {{date: 24/9, deadline: "{deadline}"}}').meetings[0]
    assert meeting.day is not None
    assert meeting.moments(meeting.day).deadline_at == expected


def test_a_deadline_for_all_meetings_of_a_committee_in_the_plan(tmp_path: Path) -> None:
    found = valid(tmp_path, "        place: Eksempelsalen\n", "        deadline: 3d\n")
    assert [meeting.deadline for meeting in found.meetings[:2]] == [Offset(days=3)] * 2


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 9, 1), date(2026, 9, 17)),
        (date(2026, 9, 3), date(2026, 9, 21)),
        (date(2026, 9, 4), date(2026, 9, 21)),
    ],
)
def test_a_relative_date_is_the_next_weekday(tmp_path: Path, today: date, expected: date) -> None:
    meeting = valid(tmp_path, "- 24/9", "- +16d").meetings[0]
    assert meeting.day is None
    assert meeting.key == "+16d"
    assert meeting.laid_out(today) == expected


def test_a_meeting_in_a_weekend_is_allowed_but_told(tmp_path: Path) -> None:
    """One invitation said Sunday when the meeting was on the Monday."""
    found = valid(tmp_path, "- 24/9", "- 27/9")
    assert found.warnings == (f"{tmp_path}/partnership.yaml:30: 27.9.2026 er i en helg. Stemmer det?",)


def test_an_older_name_may_be_used_again_by_another(tmp_path: Path) -> None:
    valid(
        tmp_path,
        "    name: Arbeidsutvalget\n",
        "    name: Arbeidsutvalget\n    aliases: [{name: Klinisk utvalg, from: 2020-01-01}]\n",
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # --- unknown and missing
        ("kind: hospital", "knd: hospital", ["2: Ukjent felt «knd». Mente du «kind»?"]),
        (
            "people:",
            "persons: []\npeople:",
            ["6: Ukjent felt «persons». Her kan det stå organisations, committees, people, units, plans, "],
        ),
        (
            "role: medlem}",
            "rolle: medlem}",
            ["17: «role» mangler, eller er tom.", "17: Ukjent felt «rolle». Mente du «role»?"],
        ),
        ("    name: Eksempel kommune\n", "    name:\n", ["4: «name» mangler, eller er tom."]),
        (
            "kind: hospital",
            "kind: sykehus",
            ["2: «sykehus» kan ikke stå her. Velg en av hospital, municipality, district, gp, other."],
        ),
        ("role: medlem", "role: sjef", ["17: «sjef» kan ikke stå her. Velg en av leder, møteleder, sekretariat, "]),
        (
            "organisation: kommunen",
            "organisation: komunen",
            ["8: Fant ikke «komunen» under organisations. Mente du «kommunen»?"],
        ),
        (
            "also_at: [kommunen]",
            "also_at: [x]",
            ["7: Fant ikke «x» under organisations. Før den opp der, eller rett skrivemåten."],
        ),
        (
            "{email: medlem@example.org, role",
            "{email: medem@example.org, role",
            ["17: Fant ikke «medem@example.org» under people. Mente du «medlem@example.org»?"],
        ),
        ("      AU:\n", "      AUU:\n", ["32: Fant ikke «AUU» under committees. Mente du «AU»?"]),
        # --- twice
        (
            "key: kommunen",
            "key: sykehuset",
            ["3: To virksomheter har nøkkelen «sykehuset»", "7: Fant ikke", "8: Fant ikke"],
        ),
        (
            "email: medlem@example.org, org",
            "email: Sekretar@Example.org, org",
            ["8: sekretar@example.org er ført opp to ganger", "17: Fant ikke"],
        ),
        (
            "key: AU\n",
            "key: fsu\n",
            [
                "18: To utvalg har nøkkelen «fsu». Gi det ene en annen. (Se også linje 10.)",
                "18: «fsu» betyr to utvalg",
                "32: Fant ikke",
            ],
        ),
        (
            "name: Arbeidsutvalget",
            "name: fagutvalget",
            ["19: «fagutvalget» betyr to utvalg. Fjern det ene, eller gi aliaset en periode"],
        ),
        ("[Fagutvalget,", "[Fagutvalget, fagutvalget,", ["12: Aliaset «fagutvalget» er ført opp to ganger."]),
        (
            "{email: medlem@example.org, role: medlem}",
            "{email: sekretar@example.org, role: sekretariat}",
            ["17: sekretar@example.org har rollen sekretariat to ganger i Faglig samarbeidsutvalg."],
        ),
        ("slack: [T0EXAMPLE1]", "slack: [T0EXAMPLE1, T0EXAMPLE1]", ["2: «T0EXAMPLE1» er ført opp to ganger."]),
        (
            "- 26.11.2026",
            "- 24.9.2026",
            ["31: Faglig samarbeidsutvalg har to møter som heter 2026-09-24 i planen."],
        ),
        (
            "    name: Arbeidsutvalget\n",
            "    name: A\n    name: B\n",
            ["20: «name» står to ganger her. Fjern det ene."],
        ),
        # --- values
        (
            "email: medlem@example.org, org",
            "email: medlem, org",
            ["8: «medlem» er ingen e-postadresse.", "17: Fant ikke"],
        ),
        ("T0EXAMPLE1", "eksempel.slack.com", ["2: «eksempel.slack.com» er ingen Slack-id."]),
        ("00000000-1111", "0000-1111", ["5: «0000-1111-2222-3333-444444444444» er ingen leietaker-id."]),
        ("{n}/{yyyy}", "{n}", ["13: Saksnummeret må ha året"]),
        ('"{n}/{yyyy}"', "{n}", ["13: Her skal det stå tekst. Sett anførselstegn rundt"]),
        (
            "deadline: 14d 12:00",
            "deadline: to uker",
            ["14: «to uker» kan ikke leses som tid før møtet. Skriv 14d, 14d 12:00, 2h eller 30m."],
        ),
        ("deadline: 14d 12:00", "deadline: 14d 25:00", ["14: «14d 25:00» kan ikke leses"]),
        ("deadline: 14d 12:00", "remind_meeting: [1d, snart]", ["14: «snart» kan ikke leses"]),
        ("deadline: 14d 12:00", "zone: Europa/Oslo", ["14: «Europa/Oslo» er ingen tidssone."]),
        ("deadline: 14d 12:00", "zone: ../x", ["14: «../x» er ingen tidssone."]),
        ("deadline: 14d 12:00", "proposals_from: all", ["14: «all» kan ikke stå her. Velg en av members, everyone."]),
        (
            "deadline: 14d 12:00",
            "standing_items: [{title: Eventuelt, numbered: kanskje}]",
            ["14: Skriv true eller false."],
        ),
        (
            "deadline: 14d 12:00",
            "standing_items:\n      - Eventuelt\n      - {title: Godkjenning, place: midt i}",
            ["16: «midt i» kan ikke stå her. Velg en av first, last."],
        ),
        (
            "deadline: 14d 12:00",
            'numbers: {vedtak: "PS {n}/{yy}"}',
            ["14: «vedtak» er ingen sakstype. Bruk orientering, drøfting, beslutning eller dialog."],
        ),
        (
            "deadline: 14d 12:00",
            'numbers: {beslutning: "PS {yy}"}',
            ["14: Saksnummeret må ha løpenummeret"],
        ),
        ("to: 2019-12-31", "from: 2020-01-01, to: 2019-12-31", ["12: Perioden slutter før den begynner."]),
        ("role: medlem", "role: medlem, to: før jul", ["17: «før jul» er ingen dato."]),
        ("role: medlem", "role: medlem, from: [1]", ["17: Her skal det stå tekst."]),
        (
            "role: medlem",
            "role: medlem, substitute_for: sekretar@example.org",
            ["17: Bare den som har rollen stedfortreder"],
        ),
        (
            "role: medlem",
            "role: stedfortreder, substitute_for: medlem@example.org",
            ["17: medlem@example.org er ikke et annet medlem"],
        ),
        ("year: 2026", "year: i år", ["24: Skriv et årstall"]),
        ("year: 2026", "year: 26", ["24: Skriv et årstall"]),
        # --- shapes
        (
            "      - {email: medlem@example.org, role: medlem}",
            "      - medlem@example.org",
            ["17: Her skal det stå felt på formen «navn: verdi»."],
        ),
        (
            "        dates:\n          - 24/9\n          - 26.11.2026\n",
            "        dates: 24/9\n",
            ["29: Her skal det stå en liste, med «- » foran hver."],
        ),
        ("key: AU", "key: A U", ["18: «A U» kan ikke være en nøkkel.", "32: Fant ikke"]),
        # --- members
        (
            "role: sekretariat",
            "role: leder",
            ["15: Faglig samarbeidsutvalg har ingen som tar imot saker i dag. Gi minst ett medlem rollen "],
        ),
        (
            "role: sekretariat",
            "role: sekretariat, to: 31.8.2026",
            ["15: Faglig samarbeidsutvalg har ingen som tar imot saker i dag."],
        ),
        ("role: koordinator", "role: koordinator, from: 2.9.2026", ["21: Arbeidsutvalget har ingen"]),
        # --- the plan
        ("12.30–15.30", "15.30–12.30", ["27: «15.30–12.30»: møtet må slutte etter at det har begynt."]),
        ("12.30–15.30", "12.30", ["27: «12.30» er ikke et tidsrom."]),
        ("14:00-16:00", "24.00–25.00", ["34: «24.00–25.00»: klokka går fra 00.00 til 23.59."]),
        ("        time: 12.30–15.30\n", "", ["29: Møtet mangler klokkeslett.", "30: Møtet mangler klokkeslett."]),
        ("- 24/9", "- 31/9", ["30: 31/9 finnes ikke i 2026."]),
        ("- 24/9", "- snart", ["30: «snart» er ingen dato."]),
        ("year: 2026\n    meetings", "meetings", ["29: «24/9» mangler årstall.", "33: «10/9» mangler årstall."]),
        ("- 24/9", "- {date: 24/9, moved_to: 31/9}", ["30: 31/9 finnes ikke i 2026."]),
        ("- 24/9", "- {date: +16d, moved_to: 30/9}", ["30: Et møte med datoen +16d kan ikke flyttes."]),
        (
            "- 24/9",
            "- {date: 24/9, deadline: 25/9 12.00}",
            ["30: Fristen for å melde saker er etter at møtet har begynt."],
        ),
        (
            "- 24/9",
            "- {date: 24/9, deadline: 0d 13:00}",
            ["30: Fristen for å melde saker er etter at møtet har begynt."],
        ),
        ("- 24/9", "- {date: 24/9, deadline: snart}", ["30: «snart» er ingen frist."]),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert LINES.count(old) == 1, "each case changes one place"
    found = problems(tmp_path, LINES.replace(old, new))
    assert len(found) == len(expected)
    for line, beginning in zip(found, expected, strict=True):
        assert line.startswith(beginning)


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = LINES.replace("kind: hospital", "kind: x").replace("role: medlem", "role: y").replace("24/9", "z")
    assert [line.split(":")[0] for line in problems(tmp_path, text)] == ["2", "17", "30"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1: «organisations» mangler, eller er tom.", "1: «committees» mangler, eller er tom."]),
        ("- a\n", ["1: Her skal det stå felt på formen «navn: verdi»."]),
        ("just words\n", ["1: Her skal det stå felt på formen «navn: verdi»."]),
        ("organisations:\ncommittees: []\n", ["1: «organisations» mangler, eller er tom."]),
        ("organisations: []\ncommittees: [\n", ["3: Filen er ikke gyldig YAML. Sjekk innrykk"]),
        ("committees:\n  - number: {n}/{yyyy}\n", ["2: Filen er ikke gyldig YAML. Sett anførselstegn rundt verdien"]),
        ("committees:\n\t- key: a\n", ["2: Filen er ikke gyldig YAML. Linjen er rykket inn med tabulator."]),
        (
            "organisations:\n\u00a0 - key: a\n    name: b\n",
            ["3: Filen er ikke gyldig YAML. Her eller på linjen over står det et hardt mellomrom"],
        ),
        ("committees: []\n---\ncommittees: []\n", ["2: Filen er ikke gyldig YAML."]),
        (
            "committees: []\norganisations: &a [*a]\n",
            ["2: Dette viser tilbake til seg selv.", "2: Her skal det stå felt"],
        ),
        ("committees: []\norganisations: []\n? [x]\n: y\n", ["3: Ukjent felt «»."]),
        ("committees: []\norganisations: \x07\n", ["2: Filen har et usynlig tegn"]),
    ],
)
def test_what_is_no_partnership_at_all(tmp_path: Path, text: str, expected: list[str]) -> None:
    found = problems(tmp_path, text)
    assert len(found) == len(expected)
    for line, beginning in zip(found, expected, strict=True):
        assert line.startswith(beginning)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PartnershipFileError, match=r"kan ikke leses .* Sjekk filnavnet, eller PARTNERSHIP_FILE"):
        read(tmp_path / "nothing.yaml", TODAY)


def test_a_file_in_another_character_set(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("people:\n  - name: Eksempel Sekretær\n".encode("latin-1"))
    with pytest.raises(PartnershipFileError, match=r"latin\.yaml:2: Filen er ikke lagret som UTF-8"):
        read(path, TODAY)


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + LINES.replace("\n", "\r\n").encode())
    assert read(path, TODAY).organisations[0].key == "sykehuset"


def test_a_number_that_may_be_a_patients_is_told_without_the_number(tmp_path: Path) -> None:
    number = KINDS["fødselsnummer"](random.Random(1))
    text = LINES.replace("place: Eksempelsalen", f"place: Hos {number[:6]} {number[6:]}")
    (told,) = problems(tmp_path, text)
    assert told.startswith("28: Her står det et tall som kan være et fødselsnummer.")
    assert number[6:] not in told


def test_what_platforms_call_their_own_is_no_such_number(tmp_path: Path) -> None:
    number = KINDS["fødselsnummer"](random.Random(1))
    tenant = f"00000000-1111-2222-3333-0{number}"
    assert read(write(tmp_path, LINES.replace("00000000-1111-2222-3333-444444444444", tenant)), TODAY)
