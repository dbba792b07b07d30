"""Reading the partnership file: YAML in, a checked partnership out, or every mistake with its line.

Every value is read as the text that stands there. YAML itself would make a date of `2024-02-29`, the number 810 of
`13:30` and `False` of `no` (YAML 1.1, section «Tag repository»), so what it makes of them is not asked for.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from handlers.partnership.check import check
from handlers.partnership.explain import Place
from handlers.partnership.findings import Note
from handlers.partnership.model import Partnership
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import _

# The loader in C is ten times as fast and marks its nodes just as well.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_IDS = frozenset({"slack", "teams", "slack_id", "teams_id"})
"""Rows of digits that platforms have given."""
_HARD_SPACE = "\u00a0"


class PartnershipFileError(Exception):
    """The file cannot be used. The text has a line `file:line: what is wrong and what to do` for each mistake."""


def read(path: Path, today: date) -> Partnership:
    """The partnership that stands in the file.

    `today` (local) tells who is a member now, and where meetings lie that are laid out from today.

    Raises:
        PartnershipFileError: the file is not there, is no YAML, or something in it cannot stand.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PartnershipFileError(
            _("{file} kan ikke leses ({reason}). Sjekk filnavnet, eller PARTNERSHIP_FILE.").format(
                file=path, reason=error.strerror
            )
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        sentence = _("Filen er ikke lagret som UTF-8. Lagre den på nytt med det tegnsettet.")
        raise PartnershipFileError(f"{path}:{line}: {sentence}") from error
    reading = _Reading(path)
    checked = check(reading.read(text), today)
    problems = reading.problems + checked.problems
    if problems or checked.partnership is None:
        raise PartnershipFileError("\n".join(reading.lines_for(problems)))
    return replace(checked.partnership, warnings=tuple(reading.lines_for(checked.warnings)))


class _Reading:
    """One file being read: its values as text, and the line that each of them stands on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[Place, int] = {(): 1}
        self.problems: list[Note] = []

    def read(self, text: str) -> Any:
        try:
            node = yaml.compose(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            raise PartnershipFileError(self._syntax(error, text)) from error
        except yaml.reader.ReaderError as error:
            sentence = _("Filen har et usynlig tegn som ikke kan stå her. Slett linjen og skriv den på nytt.")
            raise PartnershipFileError(f"{self.path}:{_control_character(text)}: {sentence}") from error
        return self._value(node, (), ()) if node is not None else {}

    def _value(self, node: Any, place: Place, above: tuple[Any, ...]) -> Any:
        if node in above:
            self.problems.append(Note(place, _("Dette viser tilbake til seg selv. Fjern henvisningen (*).")))
            return None
        above = (*above, node)
        if isinstance(node, yaml.ScalarNode):
            # An empty value counts as none at all; "" in quotes is an empty text.
            return None if not node.style and node.value in ("", "~", "null") else self._text(node.value, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._child(item, (*place, position), above) for position, item in enumerate(node.value)]
        found: dict[str, Any] = {}
        for key, child in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            here = (*place, name)
            if name in found:
                self.problems.append(Note(here, _("«{name}» står to ganger her. Fjern det ene.").format(name=name)))
            self._lines[here] = key.start_mark.line + 1
            found[name] = self._value(child, here, above)
        return {name: value for name, value in found.items() if value is not None}

    def _text(self, text: str, place: Place) -> str:
        cleared = text if _IDS.intersection(place) else without_possible_numbers(text)
        if cleared != text:
            sentence = _(
                "Her står det et tall som kan være et fødselsnummer. Ingen pasient skal stå i filen: ta det bort."
            )
            self.problems.append(Note(place, sentence))
        return cleared

    def _child(self, node: Any, place: Place, above: tuple[Any, ...]) -> Any:
        self._lines[place] = node.start_mark.line + 1
        return self._value(node, place, above)

    def _line(self, place: Place) -> int:
        """The line of a place, or of the nearest around it that is there."""
        while place not in self._lines:
            place = place[:-1]
        return self._lines[place]

    def lines_for(self, notes: Iterable[Note]) -> list[str]:
        """`file:line: sentence` for each note, in the order of the file."""
        lines = (self._line_for(note) for note in sorted(notes, key=lambda note: self._line(note.place)))
        return list(dict.fromkeys(lines))

    def _line_for(self, note: Note) -> str:
        text = f"{self.path}:{self._line(note.place)}: {note.text}"
        if note.other is not None:
            text += " " + _("(Se også linje {line}.)").format(line=self._line(note.other))
        return text

    def _syntax(self, error: yaml.MarkedYAMLError, text: str) -> str:
        mark: Any = error.problem_mark or error.context_mark
        lines = text.splitlines()
        where = lines[mark.line] if mark.line < len(lines) else ""
        if "\t" in where[: len(where) - len(where.lstrip())]:
            advice = _("Linjen er rykket inn med tabulator. Bruk mellomrom.")
        elif _HARD_SPACE in "".join(lines[max(0, mark.line - 1) : mark.line + 1]):
            advice = _(
                "Her eller på linjen over står det et hardt mellomrom, som i tekst fra Word. Skriv vanlige mellomrom."
            )
        elif ": {" in where or ": [" in where or ": *" in where:
            advice = _('Sett anførselstegn rundt verdien, for eksempel number: "{n}/{yyyy}".')
        else:
            advice = _("Sjekk innrykk, kolon og anførselstegn her og på linjen over.")
        return f"{self.path}:{mark.line + 1}: {_('Filen er ikke gyldig YAML.')} {advice} ({error.problem})"


def _control_character(text: str) -> int:
    """The number of the first line that has one."""
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if not line.replace("\t", "").isprintable()), 1)
