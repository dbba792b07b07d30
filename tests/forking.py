"""The program as a process of its own, begun in a tenth of the time: forked from one that has imported its modules.

What is forked goes through `bot/__main__.py` from its first line to its end, as `python -m bot` does, and finds its own
arguments, environment, folder, standard streams and signals, and nothing else that is open. All that was done before is
what modules do when they are imported: no loop and no thread was begun, no setting read. So what it shows is what the
program does, not what is imported when (tests/test_lean_start.py), nor what the interpreter makes of its environment as
it starts (such an environment is refused). `tests/test_forking.py` holds it against true processes.
"""

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
# The rooms of the program, and what it imports only where it is asked for.
_ROOMS = ("bot", "config", "handlers", "storage")
_LATER = ("alembic.command", "alembic.config", "docx", "jinja2", "openpyxl", "pdfplumber", "rapidfuzz")
_READ_BY_THE_INTERPRETER = ("PYTHON", "LANG", "LC_")
"""The beginnings of the names of what an interpreter looks for in its environment as it starts."""
_STREAMS = 3


class Child:
    """A process that was forked. It is waited for once, and then its `code` is known: as `subprocess` gives it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._unread = b""
        self.pid = self._number(None)
        self.code: int | None = None

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code; minus the signal that ended it.

        Raises:
            TimeoutError: it goes on.
        """
        if self.code is None:
            self.code = self._number(seconds)
            self._connection.close()
        return self.code

    @property
    def has_ended(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            self.wait(0)
        return self.code is not None

    def _number(self, seconds: float | None) -> int:
        """What the next line says."""
        while b"\n" not in self._unread:
            self._connection.settimeout(seconds)
            more = self._connection.recv(64)
            if not more:
                raise RuntimeError("the process that is forked from has ended")
            self._unread += more
        line, _newline, self._unread = self._unread.partition(b"\n")
        return int(line)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it was waited for."""
        if self.code is None:
            os.kill(self.pid, number)


class Forker:
    """The process that others are forked from. It ends when nobody holds it any more.

    Args:
        environment: what the interpreter is begun with.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._folder = tempfile.TemporaryDirectory(prefix="fork")
        self._address = f"{self._folder.name}/socket"
        # Who asks before it has imported everything waits there.
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self._address)
            listener.listen()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forking", str(listener.fileno())],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                pass_fds=(listener.fileno(),),
            )

    def start(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        streams: tuple[int, int, int],
        module: str = "bot",
    ) -> Child:
        """`python -m MODULE ARGUMENTS`.

        Args:
            streams: file descriptors for the standard input, output and errors.

        Raises:
            ValueError: the environment has something else for the interpreter itself than this was begun with.
        """
        if _of_the_interpreter(environment) != _of_the_interpreter(self._environment):
            raise ValueError("only a new interpreter reads these")
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._address)
        asked = _Asked(module, list(arguments), str(cwd), dict(environment))
        socket.send_fds(connection, [b"\n"], streams)
        connection.sendall(json.dumps(asked).encode())
        connection.shutdown(socket.SHUT_WR)
        return Child(connection)

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()


def _of_the_interpreter(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_READ_BY_THE_INTERPRETER)}


# --- in the process that is forked from ----------------------------------------------------------------------


class _Asked(NamedTuple):
    module: str
    arguments: Sequence[str]
    cwd: str
    environment: Mapping[str, str]
    streams: Sequence[int] = ()


def _read(connection: socket.socket) -> _Asked:
    _first, streams, _flags, _address = socket.recv_fds(connection, 1, _STREAMS)
    with connection.makefile("rb") as file:
        return _Asked(*json.loads(file.read())[:-1], streams)


def _import_all() -> None:
    """Every module of the program but those that are a command of their own, and what they need sooner or later."""
    for room in _ROOMS:
        for module in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if not module.name.endswith("__main__") and not module.name.startswith("storage.migrations."):
                importlib.import_module(module.name)
    for name in _LATER:
        importlib.import_module(name)
    # Whoever is forked is not to look for garbage among them as it ends, which takes longer than all the rest.
    gc.collect()
    gc.freeze()


def _fork(listener: socket.socket) -> _Asked:
    """Fork whenever somebody asks. Returns in what was forked, and ends the program where nobody asks any more."""
    ended, tell = socket.socketpair()
    for each in (listener, ended, tell):
        each.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
    running: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector:
        for each in (sys.stdin, listener, ended):
            selector.register(each, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _events in selector.select()}
            if ended in ready:
                ended.recv(1024)
                _tell_who_ended(running)
            if listener in ready:
                connection, _address = listener.accept()
                connection.setblocking(True)
                asked = _read(connection)
                if threading.active_count() > 1:
                    raise RuntimeError("a thread was begun by importing")
                pid = os.fork()
                if pid == 0:
                    break
                for stream in asked.streams:
                    os.close(stream)
                running[pid] = connection
                connection.sendall(f"{pid}\n".encode())
            if sys.stdin in ready:
                sys.exit()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for each in (listener, ended, tell, connection, *running.values()):
        each.close()
    return asked


def _tell_who_ended(running: dict[int, socket.socket]) -> None:
    for pid, connection in list(running.items()):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            # Whoever asked may be gone.
            with running.pop(pid), contextlib.suppress(BrokenPipeError):
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(asked: _Asked) -> None:
    """What an interpreter does before the first line, with what was asked for."""
    for number, stream in enumerate(asked.streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked.cwd)
    os.environ.clear()
    os.environ.update(asked.environment)
    time.tzset()
    sys.path[0] = os.getcwd()
    # The file's name is put before them.
    sys.argv[1:] = asked.arguments
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        before: Any = getattr(sys, name)
        stream: Any = open(number, mode, encoding=before.encoding, errors=before.errors, closefd=False)  # noqa: SIM115
        stream.buffer.raw.name = before.name
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stderr.reconfigure(line_buffering=True)


def main() -> None:
    _import_all()
    with socket.socket(fileno=int(sys.argv[1])) as listener:
        asked = _fork(listener)
    _become(asked)
    runpy.run_module(asked.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
