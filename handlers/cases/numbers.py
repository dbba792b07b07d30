"""Case numbers (saksnumre), written the way each committee always has: `1/2026 (O/D)`, `33/24`, `2024.1`."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from handlers.patterns import pattern_of
from handlers.writing.language import _
from storage.tables import Committee

_PLACEHOLDER = pattern_of(r"\{([^{}]*)\}")
_COUNTED = pattern_of(r"(?P<what>n|running)(?::0(?P<width>[2-5]))?")
"""The number itself, with how many digits it has at least."""
_KNOWN = ("n", "n:03", "running", "yyyy", "yy", "meeting", "types")
# The types with the brackets and what parts them from the rest, so that they vanish together.
_TYPES_PART = pattern_of(r"^\(?\{types\}\)?[\s./–-]*|\s*\(\{types\}\)|\s*\{types\}")
_LIMIT = 40


def check_template(template: str) -> str:
    """`template`, if numbers made from it are readable and never the same twice.

    Raises:
        ValueError: what is wrong, in words for whoever writes the template.
    """
    found: list[str] = _PLACEHOLDER.findall(template)
    counted = [match for name in found if (match := _COUNTED.fullmatch(name))]
    unknown = [name for name in found if name not in _KNOWN and not _COUNTED.fullmatch(name)]
    if unknown:
        raise ValueError(
            _("{{{placeholder}}} er ikke kjent i et saksnummer. Bruk {known}.").format(
                placeholder=unknown[0], known=", ".join(f"{{{name}}}" for name in _KNOWN)
            )
        )
    if set("{}") & set(_PLACEHOLDER.sub("", template)):
        raise ValueError(_("Saksnummeret har en krøllparentes for mye eller for lite."))
    if len(counted) != 1:
        raise ValueError(_("Saksnummeret må ha løpenummeret, {n}, {n:03} eller {running}, én gang."))
    running = counted[0]["what"] == "running"
    years = sum(name.startswith("y") for name in found)
    if years > 1 or (years == 0 and not running):
        raise ValueError(
            _(
                "Saksnummeret må ha året, {yyyy} eller {yy}, én gang: nummereringen starter på nytt hvert år. Skal den "
                "aldri starte på nytt, bruk {running}."
            )
        )
    if found.count("meeting") > 1 or ("meeting" in found and running):
        raise ValueError(
            _("{meeting} kan stå én gang i saksnummeret, sammen med {n}: nummereringen starter på nytt i hvert møte.")
        )
    number = r"\{(?:n|running)(?::0\d)?\}|\{meeting\}"
    if re.search(rf"(?:{number})(?:\d|\{{y|{number})|(?:\d|\{{y+\}})(?:{number})", template):
        raise ValueError(_("Sett et skilletegn mellom løpenummeret og tallene ved siden av, for eksempel {n}/{yyyy}."))
    if len(template) > _LIMIT:
        raise ValueError(_("Malen for saksnummeret kan ha høyst {limit} tegn.").format(limit=_LIMIT))
    return template


def render_number(template: str, n: int, year: int, types: Sequence[str], meeting: int = 0) -> str:
    """The number of the `n`th case of `year`, of these types (as they are written in numbers: `O`, `D`).

    Without types, their part of the template vanishes together with its brackets. `meeting`: which of the committee's
    meetings that year it is for, where that stands in the template.
    """
    if not types:
        template = _TYPES_PART.sub("", template)
    values = {
        "yyyy": str(year),
        "yy": f"{year % 100:02}",
        "types": "/".join(types),
        "meeting": str(meeting),
    }

    def value(match: re.Match[str]) -> str:
        counted = _COUNTED.fullmatch(match[1])
        return f"{n:0{counted['width'] or 1}}" if counted else values[match[1]]

    return _PLACEHOLDER.sub(value, template).strip()


class Kind(NamedTuple):
    """One of a committee's series of numbers. `name` is what tells it from its others; empty where it has one only."""

    name: str
    template: str

    @property
    def is_endless(self) -> bool:
        """It never begins again."""
        return "{running" in self.template

    @property
    def is_per_meeting(self) -> bool:
        """It begins again in each meeting."""
        return "{meeting}" in self.template


def series_of(kind: Kind, meeting: int = 0) -> str:
    """The name of the series that the numbers of this kind are of, for that one of the year's meetings."""
    return ":".join(filter(None, (kind.name, f"m{meeting}" if kind.is_per_meeting else "")))


class Numbering(NamedTuple):
    """How a committee numbers its cases: by `template`, and those of some types in a series of their own."""

    template: str
    by_type: Mapping[str, str]

    @classmethod
    def of(cls, committee: Committee) -> "Numbering":
        by_type = committee.settings.get("number_by_type") or {}
        return cls(committee.number_template, by_type)

    def kind(self, types: Sequence[str]) -> Kind:
        """The series of a case of these types: of several that have one, the first in the committee's list."""
        name = next((each for each in self.by_type if each in types), "")
        return Kind(name, self.by_type.get(name, self.template))

    @property
    def kinds(self) -> Sequence[Kind]:
        """Every series, its main one first."""
        return (Kind("", self.template), *(Kind(name, template) for name, template in self.by_type.items()))


def has_types(template: str) -> bool:
    """Whether the types of a case stand in its number."""
    return "{types}" in template


def shown_number(number: str, types_in_it: Sequence[str] | None, types: Sequence[str]) -> str:
    """The number as it is read beside the case: an issued number never changes, so what the case is by now stands
    after it: `1/2026 (O), nå D`.

    `types_in_it`: those that stand in the number; None where it has none.
    """
    if types_in_it is None or set(types_in_it) == set(types):
        return number
    return _("{number}, nå {types}").format(number=number, types="/".join(types))


_YEAR = r"(?P<year>\d{4}|\d{2})"
"""People write a year with two digits or four, whatever the template says, and leave noughts out."""
_PARTS = {"yyyy": _YEAR, "yy": _YEAR, "meeting": r"(?P<meeting>\d{1,2})"}
_COUNT = r"(?P<n>\d{1,5})"
_TYPES = r"\(?\s*(?:dialog|[ODB])(?:\s*/\s*(?:dialog|[ODB]))*\s*\)?"


@cache
def as_written(template: str) -> re.Pattern[str]:
    """What numbers of this template look like where people write them, with or without their types, and with or without
    the letters that they begin with («PS»); it has the groups `n`, and perhaps `year` and `meeting`.

    Spaces do not matter.
    """
    parts = []
    last = 0
    plain = _TYPES_PART.sub("", template)
    for place, placeholder in enumerate(_PLACEHOLDER.finditer(plain)):
        literal = plain[last : placeholder.start()]
        optional = place == 0 and literal.strip().isalpha()
        parts += [
            rf"(?:{_literal(literal)})?" if optional else _literal(literal),
            _PARTS.get(placeholder[1], _COUNT),
        ]
        last = placeholder.end()
    before = after = ""
    if template.startswith(("{types}", "({types}")):
        before = rf"(?:{_TYPES}[\s./–-]*)?"
    elif "{types}" in template:
        after = rf"(?:\s*{_TYPES}(?!\w))?"
    return re.compile(
        rf"(?<![\w/.-]){before}{''.join(parts)}{_literal(plain[last:])}(?![\d/]|[-.]\d){after}", re.IGNORECASE
    )


def _literal(text: str) -> str:
    return r"\s*".join(["", *(re.escape(sign) for sign in text if not sign.isspace()), ""])
