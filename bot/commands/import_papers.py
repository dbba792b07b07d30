"""`bot import`: old papers, read by rules."""

import glob
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bot.commands.trouble import about_file
from handlers.errors import BotError
from handlers.faults import unexpected
from handlers.papers import rules, words
from handlers.papers.guarding import cleared_name, guard
from handlers.papers.reading.cannot import CannotRead
from handlers.papers.reading.reader import MAX_FILE, read, too_large
from handlers.papers.record import PaperRead, as_json
from handlers.writing.language import _, ngettext

TAKEN_OUT = "identity_number_taken_out"
"""Among the warnings of the JSON (see docs/papers/json.md)."""


class Outcome(NamedTuple):
    """What a file came to. `problem`: why it could not be read, in a sentence; empty where it was."""

    path: Path
    read: PaperRead
    problem: str
    seconds: float


def papers_of(given: Sequence[Path]) -> list[Path]:
    """The files that are meant: a folder means those in it, and a pattern that no shell has spelled out (on Windows)
    those that it fits."""
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            found.extend(sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith(".")))
        elif not path.exists() and glob.has_magic(str(path)):
            found.extend(Path(each) for each in sorted(glob.glob(str(path))) if Path(each).is_file())
        else:
            found.append(path)
    return found


def outcome_of(path: Path) -> Outcome:
    """Read the file; whatever is wrong with it is said, and stops no other."""
    begun = perf_counter()
    try:
        return Outcome(path, rules.read(read(path.name, _content(path))), "", perf_counter() - begun)
    except CannotRead as error:
        paper = PaperRead(refused=True, why=str(error), warnings=[error.why])
    except BotError as error:
        paper = PaperRead(refused=True, why=str(error))
    except OSError as error:
        paper = PaperRead(refused=True, why=about_file(error))
    except Exception as error:
        paper = PaperRead(refused=True, why=str(unexpected(error)))
    return Outcome(path, paper, paper.why, perf_counter() - begun)


def write_json(folder: Path, given: Sequence[Path]) -> bool:
    """Read each file, and write `NAME.json` for `NAME.ext` in the folder. Nothing is stored. Whether all could be read.

    Where two have the same name but for the ending, the first of them gets `NAME.json`, and the next `NAME.ext.json`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    papers = papers_of(given)
    names = _json_names(papers)
    all_read = True
    for number, (path, name) in enumerate(zip(papers, names, strict=True), 1):
        outcome = outcome_of(path)
        all_read = all_read and not outcome.problem
        # What is handed on is as what is stored: nobody's number goes with it.
        guarded = guard(outcome.read)
        paper = replace(guarded.read, warnings=[*guarded.read.warnings, TAKEN_OUT]) if guarded.taken else guarded.read
        text = json.dumps(as_json(paper), ensure_ascii=False, indent=2)
        (folder / name).write_text(f"{text}\n", encoding="utf-8")
        where = "" if name == f"{path.stem}.json" else f" → {cleared_name(name)}"
        print(f"{number}/{len(papers)} {cleared_name(path.name)}{where}: {said_of(outcome)}", flush=True)
        if guarded.taken:
            print(f"  ! {words.taken(guarded.taken)}", flush=True)
    return all_read


def said_of(outcome: Outcome) -> str:
    """A line for whoever waits: what the paper is, how much was found in it, and how long it took."""
    paper = outcome.read
    if outcome.problem:
        return outcome.problem
    if paper.refused:
        return _("{kind}: leses ikke inn. {why}").format(kind=paper.kind, why=paper.why).rstrip()
    decisions = sum(len(case.decisions) for case in paper.cases)
    parts = (
        str(paper.kind),
        ngettext("{n} sak", "{n} saker", len(paper.cases)).format(n=len(paper.cases)),
        _("{n} vedtak").format(n=decisions),
        _("{share} % av teksten").format(share=round(100 * paper.coverage.share)),
        _("{seconds} s").format(seconds=f"{outcome.seconds:.1f}".replace(".", ",")),
    )
    return ", ".join(parts)


def _content(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_FILE:
        # Said before any of it is read.
        raise too_large(size)
    with path.open("rb") as file:
        return file.read(MAX_FILE + 1)


def _json_names(papers: Sequence[Path]) -> Iterator[str]:
    taken: set[str] = set()
    for path in papers:
        name, number = f"{path.stem}.json", 1
        # Small and capital letters are the same file on some disks.
        while name.casefold() in taken:
            name = f"{path.name}.json" if number == 1 else f"{path.name}-{number}.json"
            number += 1
        taken.add(name.casefold())
        yield name
