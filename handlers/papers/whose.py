"""Which committee a paper is of, going by the name that stands in it and its date. Pure.

A name that was not in use at the time, or that several have, is no certain one: whoever reads the paper in says which.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from handlers.patterns import pattern_of
from storage.papers import Names
from storage.tables import Committee

_SHORT = pattern_of(r"\(([^()]{2,20})\)")
_SIGNS = pattern_of(r"[^\w]+")


class Whose(NamedTuple):
    """The committee, if it is certain; else those that it may be."""

    certain: Committee | None
    likely: Sequence[Committee] = ()


def whose(text: str | None, day: date | None, known: Sequence[Names]) -> Whose:
    """`text`: the committee as the paper names it. `day`: the paper's date; an alias counts while it was in use."""
    wanted = _plain(text or "")
    if not wanted:
        return Whose(None)
    exact = [each.committee for each in known if wanted in {_plain(name) for name in _names(each, day)}]
    if len(exact) == 1:
        return Whose(exact[0])
    if exact:
        return Whose(None, exact)
    ever = [each.committee for each in known if wanted in {_plain(name) for name in _names(each, None)}]
    words = f" {wanted} "
    within = [each.committee for each in known if any(f" {_plain(name)} " in words for name in _names(each, day))]
    begun = [
        each.committee for each in known if any(_plain(name).startswith(f"{wanted} ") for name in _names(each, day))
    ]
    likely = list({each.id: each for each in (*ever, *within, *begun)}.values())
    # «Referat fra Faglig samarbeidsutvalg» names one by its whole name, and no other.
    alone = likely[0] if len(likely) == 1 and likely == within else None
    return Whose(alone if alone is not None and _whole_name(alone, words) else None, likely)


class Certain:
    """The same for many names at once, where most are certain: each committee by all that it is or was called."""

    def __init__(self, known: Sequence[Names]) -> None:
        self._known = known
        self._called: dict[str, dict[int, list[tuple[Committee, date, date]]]] = {}
        for each in known:
            always = Names(each.committee, ())
            self._add(each.committee, _names(always, None), date.min, date.max)
            for alias in each.aliases:
                names = (alias.alias, _SHORT.sub("", alias.alias), *_SHORT.findall(alias.alias))
                self._add(each.committee, names, alias.valid_from or date.min, alias.valid_to or date.max)
        self._slow: dict[tuple[str, date | None], Whose] = {}

    def _add(self, committee: Committee, names: Iterable[str], since: date, until: date) -> None:
        for name in names:
            self._called.setdefault(_plain(name), {}).setdefault(committee.id, []).append((committee, since, until))

    def whose(self, text: str, day: date) -> Whose:
        """As `whose` says."""
        periods = self._called.get(_plain(text), {}) if text else {}
        on_day = [
            spells[0][0]
            for spells in periods.values()
            if any(since <= day <= until for _committee, since, until in spells)
        ]
        if len(on_day) == 1:
            return Whose(on_day[0])
        if (text, day) not in self._slow:
            self._slow[text, day] = whose(text, day, self._known)
        return self._slow[text, day]


def _whole_name(committee: Committee, words: str) -> bool:
    """Whether its full name stands there, and not only a short one, which may mean something else."""
    name = _plain(_SHORT.sub("", committee.name))
    return " " in name and f" {name} " in words


def _names(known: Names, day: date | None) -> Iterator[str]:
    """What it is called; of its aliases those in use on that day, or None: all."""
    committee = known.committee
    yield committee.key
    yield committee.name
    yield _SHORT.sub("", committee.name)
    yield from _SHORT.findall(committee.name)
    for alias in known.aliases:
        in_use = (
            (alias.valid_from is None or alias.valid_from <= day) and (alias.valid_to is None or alias.valid_to >= day)
            if day is not None
            else True
        )
        if in_use:
            yield alias.alias
            yield _SHORT.sub("", alias.alias)
            yield from _SHORT.findall(alias.alias)


def _plain(text: str) -> str:
    """Letters and digits alone, a space between words: «Arbeidsutvalg (AU)» as «arbeidsutvalg au»."""
    return _SIGNS.sub(" ", text).strip().casefold()
