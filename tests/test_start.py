"""Starting: what is there stays, the ports come first, and what cannot work is said in a sentence."""

import asyncio
import contextlib
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.load import EXAMPLE, NEEDS_YES
from tests.conftest import Postgres
from tests.program import ROOT, bot, environment_of, migrated, on_a_terminal, started

OWN = """\
organisations:
  - {key: helse, name: Eget sykehus, kind: hospital, slack: [T0EXAMPLE9]}
  - {key: byen, name: Egen kommune, kind: municipality}
people:
  - {name: Egen Sekretær, email: sekretar@own.example.org, organisation: helse}
  - {name: Egen Saksbehandler, email: saksbehandler@own.example.org, organisation: byen}
units:
  - {key: hjemme, name: Egen hjemmetjeneste, organisation: byen, handlers: [saksbehandler@own.example.org]}
committees:
  - key: EGET
    name: Eget utvalg
    number: "{n}/{yyyy}"
    members: [{email: sekretar@own.example.org, role: sekretariat}]
plans:
  - meetings:
      EGET: {time: 12.00–13.00, dates: [+30d, +60d]}
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that has a partnership of its own."""
    made = tmp_path_factory.mktemp("loaded")
    (made / "own.yaml").write_text(OWN, encoding="utf-8")
    migrated(made)
    found = bot(made, "load", "own.yaml")
    assert found.returncode == 0, found.stderr
    return made / "cli.sqlite"


@pytest.fixture
def folder(loaded: Path, tmp_path: Path) -> Path:
    """With that database, and the file that it came from."""
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    shutil.copy(loaded, tmp_path)
    return tmp_path


_OF_THE_WORKERS = ("chore_changed", "chore_lease", "chore_look", "worker", "sqlite_sequence")
"""What workers keep of their own work, which goes on while the program runs."""
_ROWS_OF_THE_WORKERS = tuple(
    line for table in _OF_THE_WORKERS for line in (f'INSERT INTO "{table}"', f'DELETE FROM "{table}"')
)


def stored(folder: Path) -> str:
    """All that is stored of the partnership."""
    with contextlib.closing(sqlite3.connect(folder / "cli.sqlite")) as connection:
        rows = [line for line in connection.iterdump() if not line.startswith(_ROWS_OF_THE_WORKERS)]
    return "\n".join(rows)


# --- whose partnership -------------------------------------------------------------------------------------


def test_the_example_does_not_replace_a_partnership(folder: Path) -> None:
    before = stored(folder)
    with started(folder, "run", "--port", "0") as (line, said):
        assert line.startswith("Klar på")
        assert "Databasen har et helsefellesskap fra før, så eksempelet lastes ikke inn." in said
    assert stored(folder) == before


def test_whoever_starts_it_with_nothing_on_is_told_so(folder: Path) -> None:
    with started(folder, "web", PORT="0") as (line, said):
        assert line.startswith("Klar på")
        assert said.startswith("Ingen kan nå boten her: sett det som slår på Slack, Teams eller e-post")


def test_a_database_from_before_it_was_remembered_is_known_by_what_is_in_it(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "cli.sqlite")) as connection, connection:
        connection.execute("DELETE FROM setting")
    before = stored(folder)
    with started(folder, "run", "--port", "0") as (line, said):
        assert line.startswith("Klar på")
        assert "lastes ikke inn" in said
    assert stored(folder) == before


@pytest.mark.parametrize("remembered", [True, False])
def test_the_example_is_loaded_again_where_it_came_from(tmp_path: Path, remembered: bool) -> None:
    with started(tmp_path, "run", "--port", "0") as (line, _said):
        assert line.startswith("Klar på")
    with contextlib.closing(sqlite3.connect(tmp_path / "cli.sqlite")) as connection, connection:
        if not remembered:
            connection.execute("DELETE FROM setting WHERE name = 'partnership'")
        connection.execute("UPDATE committee SET number_template = 'x'")
    with started(tmp_path, "run", "--port", "0") as (line, said):
        assert line.startswith("Klar på")
        assert said == ""
    with contextlib.closing(sqlite3.connect(tmp_path / "cli.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM committee WHERE number_template = 'x'").fetchone() == (0,)


def test_the_example_that_somebody_has_put_their_own_into_is_theirs(tmp_path: Path) -> None:
    """Loaded under another name, and from before it was remembered."""
    mine = EXAMPLE.read_text(encoding="utf-8").replace("name: Eksempel sykehus\n", "name: Vårt sykehus\n")
    (tmp_path / "mine.yaml").write_text(mine, encoding="utf-8")
    migrated(tmp_path)
    assert bot(tmp_path, "load", "mine.yaml").returncode == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "cli.sqlite")) as connection, connection:
        connection.execute("DELETE FROM setting WHERE name = 'partnership'")
    with started(tmp_path, "run", "--port", "0") as (_line, said):
        assert "lastes ikke inn" in said
    assert "Vårt sykehus" in stored(tmp_path)


# --- what would be removed ---------------------------------------------------------------------------------

GONE = """\
Dette blir borte:
  2 virksomheter: Eget sykehus, Egen kommune
  1 utvalg: Eget utvalg
  1 enhet: Egen hjemmetjeneste
  2 møter som skulle holdes, avlyses, og de det gjelder, får beskjed: møte i Eget utvalg """


def test_a_load_that_removes_something_is_asked_about(folder: Path) -> None:
    before = stored(folder)
    found = bot(folder, "load", str(EXAMPLE))
    assert found.returncode == NEEDS_YES
    assert found.stderr.startswith(GONE)
    assert f"Ingenting er endret. Er dette meningen, så skriv: python -m bot load {EXAMPLE} --yes" in found.stderr
    assert stored(folder) == before


def test_a_dry_run_shows_what_would_be_removed(folder: Path) -> None:
    before = stored(folder)
    found = bot(folder, "load", str(EXAMPLE), "--dry-run")
    assert found.returncode == 0
    assert GONE in found.stdout
    assert stored(folder) == before


def test_yes_goes_on(folder: Path) -> None:
    found = bot(folder, "load", str(EXAMPLE), "--yes")
    assert found.returncode == 0
    # Nothing is asked. What to look at in the example's meeting plan is said all the same: its days move with today, so
    # now and then one is a holiday, or in the days before Christmas.
    assert all(line.startswith(("· ", "! ")) for line in found.stderr.splitlines()), found.stderr
    assert "- utvalg Eget utvalg" in found.stdout


@pytest.mark.parametrize("file", ["own.yaml", "shorter.yaml"])
def test_a_load_that_removes_nothing_or_only_roles_asks_nothing(folder: Path, file: str) -> None:
    """Neither the same again, nor a new name and somebody else in a role."""
    changed = OWN.replace("name: Eget utvalg", "name: Nytt navn").replace(
        "members: [{email: sekretar@own.example.org", "members: [{email: saksbehandler@own.example.org"
    )
    (folder / "shorter.yaml").write_text(changed, encoding="utf-8")
    found = bot(folder, "load", file)
    assert found.returncode == 0, found.stderr
    assert "Dette blir borte" not in found.stderr
    assert "Ingenting er endret" not in found.stderr


@pytest.mark.parametrize(
    ("answer", "code"), [("ja\n", 0), ("nei\n", NEEDS_YES), ("\n", NEEDS_YES), ("\x04", NEEDS_YES)]
)
def test_on_a_terminal_somebody_answers(folder: Path, answer: str, code: int) -> None:
    before = stored(folder)
    found = on_a_terminal(folder, "load", str(EXAMPLE), typed=answer)
    assert found.returncode == code, found.stderr
    assert "Skriv ja for å gå videre" in found.stderr
    assert (stored(folder) == before) is (code != 0)


# --- what was changed in the bot -----------------------------------------------------------------------------


def move_in_chat(folder: Path) -> None:
    """Both meetings are at another place, as somebody said in chat."""
    with contextlib.closing(sqlite3.connect(folder / "cli.sqlite")) as database, database:
        database.execute("UPDATE meeting SET place = 'Rådhuset', source = 'chat'")


def places(folder: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / "cli.sqlite")) as database:
        return [place for (place,) in database.execute("SELECT place FROM meeting ORDER BY starts_at")]


def test_what_was_changed_in_the_bot_stays_unless_a_flag_says_otherwise(folder: Path) -> None:
    move_in_chat(folder)
    kept = bot(folder, "load", "own.yaml")
    assert kept.returncode == 0
    assert kept.stdout.count("! møte i Eget utvalg: filen: ") == 2
    assert "Det som står i boten, gjelder inntil videre." in kept.stdout
    assert places(folder) == ["Rådhuset", "Rådhuset"]
    agreed = bot(folder, "load", "own.yaml", "--plan", "bot")
    assert agreed.stdout.count("Boten gjelder.") == 2
    assert places(folder) == ["Rådhuset", "Rådhuset"]
    bot(folder, "load", "own.yaml", "--plan", "file")
    assert places(folder) == ["", ""]
    assert bot(folder, "load", "own.yaml").stdout.strip() == "Ingenting å endre."


@pytest.mark.parametrize(
    ("answer", "after", "asked"),
    [
        ("filen\nboten\n", ["", "Rådhuset"], 2),
        ("filen alle\n", ["", ""], 1),
        ("\n\n", ["Rådhuset", "Rådhuset"], 2),
        ("\x04", ["Rådhuset", "Rådhuset"], 1),
    ],
)
def test_on_a_terminal_somebody_says_which_holds(folder: Path, answer: str, after: list[str], asked: int) -> None:
    move_in_chat(folder)
    found = on_a_terminal(folder, "load", "own.yaml", typed=answer)
    assert found.returncode == 0, found.stderr
    assert found.stderr.count("Hva gjelder?") == asked
    assert places(folder) == after


def test_release_refuses_without_a_yes(folder: Path) -> None:
    before = stored(folder)
    release = re.search(r"^release: (.*)$", (ROOT / "Procfile").read_text(), re.MULTILINE)
    assert release is not None
    environment = environment_of(folder, PARTNERSHIP_FILE=str(EXAMPLE))
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment.get('PATH', '')}"
    found = subprocess.run(
        ["sh", "-c", release[1]],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == NEEDS_YES
    assert found.stderr.startswith(GONE)
    assert stored(folder) == before


def test_run_with_another_file_refuses_too_and_answers_nobody(folder: Path) -> None:
    before = stored(folder)
    found = bot(folder, "run", "--port", "0", PARTNERSHIP_FILE=str(EXAMPLE))
    assert found.returncode == NEEDS_YES
    assert found.stderr.startswith(GONE)
    assert "Klar" not in found.stdout
    assert stored(folder) == before
    with started(folder, "run", "--port", "0", "--yes", PARTNERSHIP_FILE=str(EXAMPLE)) as (line, _said):
        assert line.startswith("Klar på")
    assert "'Eget utvalg'" in stored(folder)


# --- the ports come first ----------------------------------------------------------------------------------


@contextlib.contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


@pytest.mark.parametrize("which", ["PORT", "LOCAL_CHAT_PORT"])
@pytest.mark.parametrize("command", ["run", "web"])
def test_whoever_cannot_listen_changes_nothing(tmp_path: Path, command: str, which: str) -> None:
    with taken_port() as port:
        settings = {"PORT": "0", "LOCAL_CHAT": "1", "LOCAL_CHAT_PORT": "0", which: str(port)}
        found = bot(tmp_path, command, **settings)
    assert found.returncode == 2
    assert "Velg en annen port" in found.stderr
    assert list(tmp_path.iterdir()) == []


# --- databases that cannot be used -------------------------------------------------------------------------

COMMANDS = (
    ("migrate",),
    ("load", str(EXAMPLE)),
    ("run", "--port", "0"),
    ("web",),
    ("worker",),
    ("doctor", "people"),
)


def refused(folder: Path, command: tuple[str, ...], **environment: str) -> str:
    """What the command says when it stops; it says no more than a sentence or two."""
    found = bot(folder, *command, **{"PORT": "0", **environment})
    assert found.returncode == 2, found.stderr
    assert "Traceback" not in found.stderr
    assert "Klar" not in found.stdout
    return found.stderr.strip()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_file_that_is_no_database(tmp_path: Path, command: tuple[str, ...]) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Kjære leser. " * 1000, encoding="utf-8")
    said = refused(tmp_path, command, DATABASE_URL=f"sqlite:///{file}")
    assert said == f"{file} er ikke en database. Rett DATABASE_URL, eller flytt filen bort, så lages en ny."
    assert file.read_text(encoding="utf-8") == "Kjære leser. " * 1000


@pytest.mark.parametrize("command", COMMANDS[1:-1], ids=lambda command: command[0])
def test_a_database_that_can_only_be_read(folder: Path, command: tuple[str, ...]) -> None:
    said = refused(folder, command, DATABASE_URL=f"sqlite:///file:{folder}/cli.sqlite?mode=ro&uri=true")
    assert said.startswith(f"Databasen {folder}/cli.sqlite kan bare leses, så ingenting kan lagres. Gi boten lov")


@pytest.mark.parametrize("command", [("migrate",), ("web",)])
def test_a_file_where_nobody_may_write(tmp_path: Path, command: tuple[str, ...]) -> None:
    said = refused(tmp_path, command, DATABASE_URL="sqlite:////proc/version")
    assert "/proc/version" in said
    assert "boten har lov" in said


@pytest.mark.parametrize("command", [("migrate",), ("web",)])
def test_a_damaged_database(folder: Path, command: tuple[str, ...]) -> None:
    file = folder / "cli.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(file.read_bytes())
    content[100 : len(content)] = b"\xff" * (len(content) - 100)
    file.write_bytes(content)
    assert refused(folder, command) == f"Databasen {file} er skadet. Hent den tilbake fra en sikkerhetskopi."


@pytest.mark.parametrize("command", [("web",), ("worker",), ("load", str(EXAMPLE)), ("doctor", "people")])
def test_a_database_without_tables(tmp_path: Path, command: tuple[str, ...]) -> None:
    said = refused(tmp_path, command)
    assert said == "Databasen mangler tabeller, eller er fra en eldre versjon. Kjør først: python -m bot migrate"
    # And it is not made by asking.
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("migrate",), ("web",)])
def test_a_database_from_a_newer_program(folder: Path, command: tuple[str, ...]) -> None:
    with contextlib.closing(sqlite3.connect(folder / "cli.sqlite")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "laget av en nyere versjon" in refused(folder, command)


@pytest.mark.parametrize("command", [("migrate",), ("web",)])
def test_a_database_that_the_server_does_not_have(postgres: Postgres, tmp_path: Path, command: tuple[str, ...]) -> None:
    said = refused(tmp_path, command, DATABASE_URL=postgres.url("finnes_ikke"))
    assert said == "Databasen i DATABASE_URL finnes ikke på tjeneren. Lag den, eller rett navnet."


@pytest.mark.parametrize("command", [("migrate",), ("web",)])
async def test_a_password_that_is_wrong(command: tuple[str, ...]) -> None:
    fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user\0\0"

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1024)
        writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
        await writer.drain()
        writer.close()

    place = tempfile.mkdtemp(prefix="pg")
    async with await asyncio.start_unix_server(refuse, f"{place}/.s.PGSQL.5432"):
        url = f"postgresql://bot:hemmelig@/bot?host={place}"
        said = await asyncio.to_thread(refused, Path(place), command, DATABASE_URL=url)
    assert said == "Databasetjeneren slipper ikke boten inn. Kontroller bruker og passord i DATABASE_URL."
