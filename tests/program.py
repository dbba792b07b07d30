"""The program as somebody begins it: `python -m bot ...` in a folder, with nothing of this machine's settings.

Most are forked (`tests.forking`), which takes a tenth of the time. `interpreted` ones are begun by an interpreter of
their own: a handful, that the others are held against, and what is about just that.
"""

import atexit
import contextlib
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from bot.commands.load import EXAMPLE
from tests.forking import Child, Forker

ROOT = Path(__file__).parents[1]
ENDS_WITHIN = 60.0
STOPS_WITHIN = 30.0

Ended = subprocess.CompletedProcess[str]


def environment_of(folder: Path, **environment: str) -> dict[str, str]:
    """Nothing of this machine's settings; a database in the folder, unless another is said."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {**kept, "PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{folder}/cli.sqlite", **environment}


@cache
def forker() -> Forker:
    """The one of this process."""
    found = Forker(environment_of(ROOT))
    atexit.register(found.stop)
    return found


def bot(folder: Path, *arguments: str, **environment: str) -> Ended:
    """A command from its beginning to its end, where nobody types."""
    with open(os.devnull) as nothing:
        return ended(folder, arguments, environment_of(folder, **environment), nothing.fileno())


def interpreted(folder: Path, *arguments: str, **environment: str) -> Ended:
    """The same, begun by an interpreter of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment_of(folder, **environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN,
        check=False,
    )


def on_a_terminal(folder: Path, *arguments: str, typed: str) -> Ended:
    """The same, where somebody types."""
    ours, theirs = pty.openpty()
    try:
        # It waits there until it is read.
        os.write(ours, typed.encode())
        return ended(folder, arguments, environment_of(folder), theirs)
    finally:
        os.close(theirs)
        os.close(ours)


def ended(
    folder: Path, arguments: Sequence[str], environment: Mapping[str, str], typed: int, module: str = "bot"
) -> Ended:
    """The same. `typed`: the file descriptor that is read from."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as said,
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
    ):
        streams = (typed, said.fileno(), errors.fileno())
        child = forker().start(arguments, cwd=folder, environment=environment, streams=streams, module=module)
        with _gone_in_the_end(child):
            code = child.wait(ENDS_WITHIN)
        said.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(arguments, code, said.read(), errors.read())


def migrated(folder: Path) -> None:
    """Put a database with all tables in the folder, as `migrate` makes it."""
    shutil.copy(_kept(), folder)


def with_example(folder: Path) -> None:
    """Put a database with the example partnership in the folder, as `migrate` and `load` make it."""
    shutil.copy(_kept(("load", str(EXAMPLE))), folder)


@cache
def _kept(*commands: tuple[str, ...]) -> Path:
    """A database that these were run on, after `migrate`."""
    folder = tempfile.TemporaryDirectory(prefix="kept")
    atexit.register(folder.cleanup)
    for command in (("migrate",), *commands):
        done = bot(Path(folder.name), *command)
        assert done.returncode == 0, done.stderr
    return Path(folder.name) / "cli.sqlite"


@contextlib.contextmanager
def started(folder: Path, *arguments: str, **environment: str) -> Iterator[tuple[str, str]]:
    """The program running: the line that says it is ready, and what it has said of trouble by then. It stops in good
    order."""
    errors = folder / "stderr.txt"
    with open(os.devnull) as nothing, errors.open("w", encoding="utf-8") as trouble:
        read, write = os.pipe()
        with os.fdopen(read, encoding="utf-8") as said:
            streams = (nothing.fileno(), write, trouble.fileno())
            try:
                child = forker().start(
                    arguments, cwd=folder, environment=environment_of(folder, **environment), streams=streams
                )
            finally:
                os.close(write)
            with _gone_in_the_end(child):
                yield said.readline(), errors.read_text(encoding="utf-8")
                child.signal(signal.SIGTERM)
                assert child.wait(STOPS_WITHIN) == 0


@contextlib.contextmanager
def _gone_in_the_end(child: Child) -> Iterator[None]:
    try:
        yield
    finally:
        if child.code is None:
            child.signal(signal.SIGKILL)
            child.wait()
