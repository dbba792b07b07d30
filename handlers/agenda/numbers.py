"""Case numbers (saksnumre), written the way each committee always has: `1/2026 (O/D)`, `33/24`, `2024.1`."""

import re
from collections.abc import Sequence

from handlers.language import _

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KNOWN = ("n", "n:02", "yyyy", "yy", "types")
# The types with the brackets and the space around them, so that they vanish together.
_TYPES_PART = re.compile(r"\s*\(\{types\}\)|\s*\{types\}")
_LIMIT = 40


def check_template(template: str) -> str:
    """`template`, if numbers made from it are readable and never the same twice.

    Raises:
        ValueError: what is wrong, in words for whoever writes the template.
    """
    found: list[str] = _PLACEHOLDER.findall(template)
    unknown = [name for name in found if name not in _KNOWN]
    if unknown:
        raise ValueError(
            _("{{{placeholder}}} er ikke kjent i et saksnummer. Bruk {known}.").format(
                placeholder=unknown[0], known=", ".join(f"{{{name}}}" for name in _KNOWN)
            )
        )
    if set("{}") & set(_PLACEHOLDER.sub("", template)):
        raise ValueError(_("Saksnummeret har en krøllparentes for mye eller for lite."))
    if sum(name.startswith("n") for name in found) != 1:
        raise ValueError(_("Saksnummeret må ha løpenummeret, {n} eller {n:02}, én gang."))
    if sum(name.startswith("y") for name in found) != 1:
        raise ValueError(
            _("Saksnummeret må ha året, {yyyy} eller {yy}, én gang: nummereringen starter på nytt hvert år.")
        )
    if re.search(r"\{n(:02)?\}(\d|\{y)|(\d|\{y+\})\{n", template):
        raise ValueError(_("Sett et skilletegn mellom løpenummeret og tallene ved siden av, for eksempel {n}/{yyyy}."))
    if len(template) > _LIMIT:
        raise ValueError(_("Malen for saksnummeret kan ha høyst {limit} tegn.").format(limit=_LIMIT))
    return template


def render_number(template: str, n: int, year: int, types: Sequence[str]) -> str:
    """The number of the `n`th case of `year`, of these types (as they are written in numbers: `O`, `D`).

    Without types, their part of the template vanishes together with its brackets.
    """
    if not types:
        template = _TYPES_PART.sub("", template)
    values = {"n": str(n), "n:02": f"{n:02}", "yyyy": str(year), "yy": f"{year % 100:02}", "types": "/".join(types)}
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template).strip()


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
