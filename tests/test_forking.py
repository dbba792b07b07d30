"""What is forked does as what is begun by an interpreter of its own: what it finds, says and leaves behind, and how it
ends. So the few true processes here hold the many tests that fork."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.load import EXAMPLE
from tests.program import Ended, bot, ended, environment_of, forker, interpreted


@pytest.mark.parametrize("typed", ["", "Hei på deg\n"])
def test_the_same_is_found_at_the_first_line(tmp_path: Path, typed: str) -> None:
    (tmp_path / "typed").write_text(typed, encoding="utf-8")
    arguments, environment = ("--one", "to og å"), environment_of(tmp_path, TZ="America/New_York", ONE="1")
    with (tmp_path / "typed").open() as file:
        forked = ended(tmp_path, arguments, environment, file.fileno(), module="tests.as_begun")
        file.seek(0)
        true = subprocess.run(
            [sys.executable, "-m", "tests.as_begun", *arguments],
            cwd=tmp_path,
            env=environment,
            stdin=file,
            capture_output=True,
            text=True,
            check=False,
        )
    assert told(forked) == told(true)
    assert forked.returncode == 7
    assert forked.stdout.endswith(typed)


def told(ended: Ended) -> tuple[int, list[str], list[str]]:
    return ended.returncode, ended.stdout.splitlines(), ended.stderr.splitlines()


@pytest.mark.parametrize(
    ("arguments", "environment", "code"),
    [
        (("--help",), {}, 0),
        (("web",), {"SLACK_BOT_TOKEN": "xoxb-hemmelig"}, 2),
        (("worker",), {"DATABASE_URL": "postgresql://bot@127.0.0.1:9/bot"}, 2),
    ],
)
def test_the_same_is_said_and_the_same_code_ends_it(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], code: int
) -> None:
    forked = bot(tmp_path, *arguments, **environment)
    assert told(forked) == told(interpreted(tmp_path, *arguments, **environment))
    assert forked.returncode == code
    assert forked.stdout or forked.stderr


def test_the_same_is_stored(tmp_path: Path) -> None:
    """From nothing."""
    left = {}
    for way in (bot, interpreted):
        folder = tmp_path / way.__name__
        folder.mkdir()
        done = [way(folder, *command) for command in (("migrate",), ("load", str(EXAMPLE)))]
        assert [each.returncode for each in done] == [0, 0], done
        left[way.__name__] = (done[-1].stdout, sorted(each.name for each in folder.iterdir()))
    assert left["bot"] == left["interpreted"]


@pytest.mark.parametrize("name", ["PYTHONUNBUFFERED", "LC_ALL", "LANG"])
def test_what_only_a_new_interpreter_reads_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="only a new interpreter"):
        bot(tmp_path, "--help", **{name: "1"})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_signal_ends_it_as_it_ends_others(tmp_path: Path, number: signal.Signals) -> None:
    reading, typing = os.pipe()
    with (tmp_path / "said").open("w+") as said:
        child = forker().start(
            (),
            cwd=tmp_path,
            environment=environment_of(tmp_path),
            streams=(reading, said.fileno(), said.fileno()),
            module="tests.as_begun",
        )
        os.close(reading)
        with pytest.raises(TimeoutError):
            child.wait(0.01)
        child.signal(number)
        assert child.wait(10) == -number
        os.close(typing)
