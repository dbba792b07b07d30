"""The command line, as it is typed."""

import json
import socket
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands.load import EXAMPLE
from tests.program import bot, migrated, with_example


def test_migrate_and_load_can_be_repeated(tmp_path: Path) -> None:
    assert bot(tmp_path, "migrate").returncode == 0
    dry = bot(tmp_path, "load", str(EXAMPLE), "--dry-run")
    assert dry.returncode == 0, dry.stderr
    first = bot(tmp_path, "load", str(EXAMPLE))
    assert first.stdout == dry.stdout
    assert len(first.stdout.splitlines()) > 10
    assert bot(tmp_path, "load", str(EXAMPLE)).stdout.strip() == "Ingenting å endre."


def test_a_wrong_partnership_file_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("organisations:\n  - key: a\n    nme: Feil\n", encoding="utf-8")
    migrated(tmp_path)
    found = bot(tmp_path, "load", "wrong.yaml")
    assert found.returncode == 2
    assert "wrong.yaml:3:" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-hemmelig"}, "SLACK_SIGNING_SECRET"),
        ({"TEAMS_APP_ID": "x", "TEAMS_TENANT_ID": "y"}, "TEAMS_APP_PASSWORD"),
        ({"TEAMS_LOCAL": "1", "HOST": "0.0.0.0"}, "HOST"),
        ({"PORT": "åtti"}, "PORT"),
    ],
)
def test_a_half_filled_setting_is_an_error_that_names_the_variable(
    tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    found = bot(tmp_path, "web", **environment)
    assert found.returncode == 2
    assert named in found.stderr
    assert "hemmelig" not in found.stderr
    assert "Traceback" not in found.stderr


def test_keys_are_rotated_only_where_there_are_some(tmp_path: Path) -> None:
    migrated(tmp_path)
    without = bot(tmp_path, "rotate-keys")
    assert without.returncode == 2
    assert "SECRET_KEYS mangler" in without.stderr
    done = bot(
        tmp_path,
        "rotate-keys",
        SECRET_KEYS="a-new-key-that-is-long-enough-to-be-one, the-old-key-that-was-as-long-as-that",
    )
    assert (done.returncode, done.stdout.split(" ", 1)[0]) == (0, "0"), done.stderr


def test_an_unreachable_database_is_said_plainly(tmp_path: Path) -> None:
    found = bot(tmp_path, "load", str(EXAMPLE), DATABASE_URL="postgresql://bot@127.0.0.1:9/bot")
    assert found.returncode == 2
    assert "Får ikke kontakt med databasen" in found.stderr
    assert "Traceback" not in found.stderr


def test_manifests_are_made_from_the_registry(tmp_path: Path) -> None:
    slack = json.loads(bot(tmp_path, "manifest", "slack", "--base-url", "https://bot.example.org").stdout)
    commands = [item["command"] for item in slack["features"]["slash_commands"]]
    assert {"/sak", "/mote", "/hjelp"} <= set(commands)
    teams = json.loads(bot(tmp_path, "manifest", "teams").stdout)
    titles = [command["title"] for item in teams["bots"][0]["commandLists"] for command in item["commands"]]
    assert "sak" in titles


def test_a_package_for_each_organisation_on_teams_and_what_the_doctors_say(tmp_path: Path) -> None:
    with_example(tmp_path)
    one = {
        "TEAMS_APP_ID": "99999999-2222-3333-4444-555555555555",
        "TEAMS_APP_PASSWORD": "hemmelig",
        "TEAMS_TENANT_ID": "11111111-2222-3333-4444-555555555555",
    }
    made = bot(tmp_path, "package", "teams", "--base-url", "https://bot.example.org", **one)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith("teams-sondre.zip: for Søndre Eksempel kommune, versjon ")
    with zipfile.ZipFile(tmp_path / "teams-sondre.zip") as package:
        assert sorted(package.namelist()) == [
            "color.png",
            "en.json",
            "manifest.json",
            "nb.json",
            "nn.json",
            "outline.png",
        ]
        assert json.loads(package.read("manifest.json"))["id"] == one["TEAMS_APP_ID"]
    none = bot(tmp_path, "package", "teams", "sykehuset", "--base-url", "https://bot.example.org", **one)
    assert none.returncode == 2
    assert none.stderr.startswith("Eksempel sykehus har ingen leietaker i Teams.")
    local = bot(tmp_path, "doctor", "teams", TEAMS_LOCAL="1")
    assert (local.returncode, local.stderr) == (0, "")
    # The example's workspaces, and nothing that Slack could be asked at this address.
    slack = {
        "SLACK_BOT_TOKEN": "xoxb-hemmelig",
        "SLACK_SIGNING_SECRET": "hemmelig",
        "SLACK_API_URL": "http://127.0.0.1:1/",
    }
    looked = bot(tmp_path, "doctor", "slack", **slack)
    assert (looked.returncode, looked.stderr) == (1, "")
    assert "  Feil: fikk ikke spurt Slack nå (auth.test: no connection" in looked.stdout
    assert "Eksempel sykehus (T0EXAMPLE1): ikke kjent, se SLACK_BOT_TOKEN over" in looked.stdout
    assert "Møtt uten en e-postadresse som plattformen går god for: 0" in looked.stdout
    assert "hemmelig" not in looked.stdout


def test_a_port_in_use_is_said_plainly(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = bot(tmp_path, "run", "--port", str(taken.getsockname()[1]))
    assert found.returncode == 2
    assert "Velg en annen port" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "999.999.999.999"])
def test_an_address_that_is_none_of_this_machines_is_not_called_a_port(tmp_path: Path, host: str) -> None:
    found = bot(tmp_path, "run", "--port", "0", HOST=host)
    assert found.returncode == 2
    assert "Rett HOST" in found.stderr
    assert "port" not in found.stderr


def test_a_file_that_is_not_there_is_to_be_found_not_written(tmp_path: Path) -> None:
    found = bot(tmp_path, "template", "check", "ingen.docx")
    assert found.returncode == 2
    assert "Kontroller at den finnes, og at boten har lov til å bruke den." in found.stderr


def test_a_folder_that_cannot_be_had_is_not_called_a_port(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = bot(tmp_path, "run", DATABASE_URL=f"sqlite:///{tmp_path}/file/bot.sqlite")
    assert found.returncode == 2
    assert f"{tmp_path}/file" in found.stderr
    assert "port" not in found.stderr
    assert "Traceback" not in found.stderr


def test_the_doctor_tells_who_is_not_known_for_sure(tmp_path: Path) -> None:
    with_example(tmp_path)
    well = bot(tmp_path, "doctor", "people")
    assert (well.returncode, well.stderr) == (0, "")
    assert "Møtt uten en e-postadresse som plattformen går god for: 0" in well.stdout
    assert "  Eksempel Kliniker, Eksempel sykehus" in well.stdout
    with closing(sqlite3.connect(tmp_path / "cli.sqlite")) as database, database:
        (hospital,) = database.execute("SELECT id FROM organisation WHERE key = 'sykehuset'").fetchone()
        database.execute(
            "INSERT INTO person (id, organisation_id, name, language, also_at) "
            "VALUES (900, ?, 'Uten navn', 'nb', '[]')",
            (hospital,),
        )
        database.execute(
            "INSERT INTO account (person_id, surface, workspace, user_id, reach, seen_at, unvouched) "
            "VALUES (900, 'slack', 'T0EXAMPLE1', 'U0MET', '{}', '2026-09-01 08:00:00', 'hidden')"
        )
    ill = bot(tmp_path, "doctor", "people")
    assert ill.returncode == 1
    assert "  Uten navn, Eksempel sykehus: slack_id: U0MET (e-postadressen vises ikke" in ill.stdout
    assert "Traceback" not in ill.stderr


def test_it_is_explained_why_somebody_is_reminded_or_is_not(tmp_path: Path) -> None:
    with_example(tmp_path)
    told = bot(tmp_path, "reminders", "--explain", "Eksempel Kliniker", "--days", "3")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("Eksempel Kliniker, Eksempel sykehus (id ")
    assert "  Ingen. " in told.stdout
    nobody = bot(tmp_path, "reminders", "--explain", "Finnes Ikke")
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert nobody.stderr.startswith("Fant ingen som heter «Finnes Ikke».")
    several = bot(tmp_path, "reminders", "--explain", "Eksempel")
    assert several.returncode == 1
    assert several.stderr.startswith("Flere passer med «Eksempel».")
    assert bot(tmp_path, "reminders").returncode == 2


def test_a_template_is_checked_and_written_and_its_fields_told(tmp_path: Path) -> None:
    (tmp_path / "ingen.docx").write_bytes(b"Hei")
    wrong = bot(tmp_path, "template", "check", "ingen.docx")
    assert wrong.returncode == 1
    assert wrong.stdout.startswith("Filen er ikke et Word-dokument")
    assert bot(tmp_path, "template", "write", "mal.docx").returncode == 0
    right = bot(tmp_path, "template", "check", "mal.docx", "--trial", "prøve.docx")
    assert (right.returncode, right.stderr) == (0, "")
    assert right.stdout.splitlines() == [
        "Malen kan brukes. Den er fylt ut på prøve, og alt kom med.",
        "Malen fylt ut med et eksempel: prøve.docx",
    ]
    assert (tmp_path / "prøve.docx").read_bytes().startswith(b"PK")
    again = bot(tmp_path, "template", "write", "mal.docx")
    assert (again.returncode, again.stderr.strip()) == (2, "mal.docx finnes fra før. Velg et annet navn.")
    assert "sak.konklusjon: foreløpig konklusjon" in bot(tmp_path, "template", "fields").stdout
    unknown = bot(tmp_path, "template", "check", "mal.docx", "--kind", "brev")
    assert unknown.returncode == 2
    assert "Det er ingen mal som heter «brev»." in unknown.stderr
    assert bot(tmp_path, "template", "check", "borte.docx").returncode == 2
