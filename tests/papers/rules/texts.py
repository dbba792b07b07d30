"""Papers made of a few lines, for tests of one rule."""

from handlers.papers import rules
from handlers.papers.reading import reader
from handlers.papers.record import PaperRead


def read(text: str, name: str = "referat.txt") -> PaperRead:
    """What the rules make of a text file."""
    return rules.read(reader.read(name, text.encode()))


def minutes(cases: str, date: str = "12.03.2026", more: str = "") -> PaperRead:
    """Minutes with a head and these cases."""
    return read(
        f"Referat fra møte i Faglig samarbeidsutvalg (FSU)\n\nMøtedato: {date}\n{more}\n\n"
        f"Til stede: Kari Eksempel, Ola Eksempel\n\n{cases}\n"
    )


def numbers(paper: PaperRead) -> list[str | None]:
    return [case.number for case in paper.cases]


def titles(paper: PaperRead) -> list[str]:
    return [case.title for case in paper.cases]
