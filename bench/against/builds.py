"""The other build: a revision's files in a temporary folder, and each build's own environment."""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parents[2]
ENVIRONMENTS = HERE / "bench" / ".environments"
_PREFIX = "bench-against-"
_LONGEST_SECONDS = 900


class CannotBuild(Exception):
    """The revision is not known, or what it needs cannot be installed; says which."""


@dataclass(frozen=True)
class Build:
    """A build that can be run: its name in the table, its files, its Python."""

    name: str
    tree: Path
    python: Path

    def environment(self, **settings: str) -> dict[str, str]:
        """What its processes are started with: nothing of the bot's settings but those given here."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        return {**kept, "PYTHONPATH": str(self.tree), "HOST": "127.0.0.1", **settings}


@contextlib.contextmanager
def both(revision: str) -> Iterator[tuple[Build, Build]]:
    """(the build at `revision`, this tree's as it stands). Raises `CannotBuild`."""
    try:
        commit = _git("rev-parse", "--verify", "--short", f"{revision}^{{commit}}").strip()
    except subprocess.CalledProcessError:
        raise CannotBuild(f"no revision {revision} here") from None
    changed = "+" if _git("status", "--porcelain").strip() else ""
    here = f"{_git('rev-parse', '--short', 'HEAD').strip()}{changed}"
    with _worktree(commit) as tree:
        yield Build(commit, tree, _python_for(tree)), Build(here, HERE, _python_for(HERE))


@contextlib.contextmanager
def _worktree(commit: str) -> Iterator[Path]:
    """The commit's files. The worktree is forgotten again, also one that a killed run has left."""
    for line in _git("worktree", "list", "--porcelain").splitlines():
        left = Path(line.removeprefix("worktree "))
        owner = left.parent.name.removeprefix(_PREFIX).partition("-")[0]
        if line.startswith("worktree ") and left.parent.name.startswith(_PREFIX) and not _runs(owner):
            _forget(left)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    tree = folder / "tree"
    try:
        _git("worktree", "add", "--quiet", "--detach", str(tree), commit)
        yield tree
    finally:
        _forget(tree)


def _forget(tree: Path) -> None:
    with contextlib.suppress(subprocess.CalledProcessError):
        _git("worktree", "remove", "--force", str(tree))
    shutil.rmtree(tree.parent, ignore_errors=True)
    _git("worktree", "prune")


def _runs(process: str) -> bool:
    return process.isdigit() and Path(f"/proc/{process}").exists()


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=HERE, check=True, capture_output=True, text=True, timeout=_LONGEST_SECONDS
    ).stdout


def _python_for(tree: Path) -> Path:
    """The Python of an environment that has what `tree` needs to run, and nothing else: made once for each list."""
    listed = tree / "requirements.txt"
    digest = hashlib.sha256(listed.read_bytes() + sys.version.encode()).hexdigest()[:16]
    folder = ENVIRONMENTS / digest
    ready = folder / "ready"
    python = folder / "bin" / "python"
    if ready.exists():
        return python
    print(f"installing what {tree} needs, once ...", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    uv = [sys.executable, "-m", "uv"]
    install = ["pip", "install", "--quiet", "--require-hashes", "--compile-bytecode", "--python", str(python)]
    try:
        for command in (
            [*uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
            [*uv, *install, "-r", str(listed)],
        ):
            subprocess.run(command, check=True, timeout=_LONGEST_SECONDS)
    except subprocess.CalledProcessError as error:
        raise CannotBuild(f"what {tree} needs cannot be installed ({error.returncode})") from None
    ready.touch()
    return python
