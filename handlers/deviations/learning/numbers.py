"""The figures of a period as one viewer may see them: exact for those whose own they are, masked for everybody else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.chore import Chore, Item
from handlers.deviations import settings
from handlers.deviations.access import Posts, own_posts
from handlers.deviations.learning.masking import Cell, Share, alone, column, exactly, shares
from handlers.deviations.learning.period import Month, Period
from handlers.deviations.words import CATEGORIES, CONSENTS, CONSEQUENCES, DIRECTIONS, QUICK_CATEGORIES, SERVICES
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_in
from handlers.people.context import Context
from handlers.writing.language import _, current, ngettext
from handlers.writing.typed import typed
from storage import deviation_numbers as stored
from storage.deviation_numbers import Counted, UnitName, What


async def _to_count(session: AsyncSession, _now: datetime) -> Sequence[Item]:
    return [Item("month", month) for month in await stored.changed_months(session)]


async def _count(session: AsyncSession, items: Sequence[Item], _now: datetime) -> int:
    """Have the numbers counted before somebody asks."""
    await stored.recount(session, [str(item.id) for item in items])
    return 0


COUNT = Chore("deviations.numbers", _to_count, _count, stirs=lambda _now: stored.stirs())

Pair = tuple[Cell, Cell]
"""A number for each direction, in the order of `DIRECTIONS`."""


class Whose(StrEnum):
    """Whose reports are counted."""

    ALL = "all"
    """The whole partnership's: for everybody, masked."""
    UNITS = "units"
    """Those that the viewer's own units are to answer: for who handles them, exact."""
    ORGANISATION = "organisation"
    """Those that the viewer's organisation sent or is to answer: for its leaders, exact."""


@dataclass(frozen=True)
class View:
    """What somebody asks to see: whose, and for `Whose.ORGANISATION` which organisation."""

    whose: Whose = Whose.ALL
    organisation_id: int = 0

    @property
    def own(self) -> bool:
        return self.whose is not Whose.ALL

    @classmethod
    def parse(cls, text: str) -> "View":
        """What a button carries. Raises `Gone` for what is none of ours."""
        whose, _colon, organisation = text.partition(":")
        if text in (Whose.ALL, Whose.UNITS):
            return cls(Whose(text))
        organisation_id = id_in(organisation)
        if whose != Whose.ORGANISATION or not organisation_id:
            raise Gone(
                _("Knappen virker ikke lenger. Skriv {command} for å se tallene.").format(command=typed("avvik tall"))
            )
        return cls(Whose.ORGANISATION, organisation_id)

    def __str__(self) -> str:
        return f"{self.whose}:{self.organisation_id}" if self.organisation_id else str(self.whose)


def views(posts: Posts) -> Sequence[View]:
    """All that somebody may ask to see."""
    found = [View()]
    if posts.handles:
        found.append(View(Whose.UNITS))
    return [*found, *(View(Whose.ORGANISATION, each) for each in sorted(posts.leads))]


async def require(context: Context, view: View) -> Posts:
    """What the actor is in the units today. Raises `NotAllowed` if the view is not for them (any more)."""
    posts = await own_posts(context)
    if view not in views(posts):
        raise NotAllowed(
            _("Disse tallene er for dem som behandler avvikene. Skriv {command} for å se tallene for alle.").format(
                command=typed("avvik tall")
            )
        )
    return posts


@dataclass(frozen=True)
class Row:
    """What is counted, and the number for each direction."""

    label: str
    cells: Pair


@dataclass(frozen=True)
class UnitRow:
    """A unit with its organisation, and its number."""

    name: str
    organisation: str
    cell: Cell


@dataclass(frozen=True)
class Side:
    """The figures of one direction.

    `in_time`: of those answered. `serious_in_time`: of the serious ones among them; None where numbers are masked: with
    the numbers by consequence it would tell of the few. `median_hours`: to the first answer; None where
    too few were answered. `received`: by the unit that is to answer; `sent`: by the reporter's unit; only units with
    any.
    """

    total: Cell
    answered: Share
    rejected: Share
    waiting: Share
    in_time: Share
    serious_in_time: Share | None
    near_misses: Share
    helpful: Share
    median_hours: float | None
    fixed: Cell
    received: Sequence[UnitRow]
    sent: Sequence[UnitRow]


@dataclass(frozen=True)
class Figures:
    """The figures of a period. `below`: numbers from 1 up to below this are masked; 1 where nothing is."""

    period: Period
    view: View
    of: str
    below: int
    sides: tuple[Side, Side]
    months: Sequence[Row]
    categories: Sequence[Row]
    consequences: Sequence[Row]
    consents: Sequence[Row]
    services: Sequence[Row]
    fixed_months: Sequence[Row]
    fixed_categories: Sequence[Row]
    silent: Sequence[UnitName]
    """Active units that neither sent nor got any report in the period, or in `silent_in`."""
    silent_in: str = ""
    """The years of which it is told who has been silent, where that is not the period itself: masked, it is told of
    calendar years only. In one month nearly all are silent, so the others would be known, and of periods that overlap
    the difference would tell in which month a unit had its only report."""
    units_told: bool = True
    """Whether numbers of single units are told. Masked, only of one calendar year: of periods that overlap, one could
    be subtracted from the other, and of a unit that tells more than of the whole."""
    choices: Sequence[View] = ()
    """All that the viewer may see."""

    @property
    def masked(self) -> bool:
        return self.below > 1

    @property
    def fixed_told(self) -> bool:
        """Whether what was fixed on the spot is known: it is counted for organisations, of no unit."""
        return self.view.whose is not Whose.UNITS

    @property
    def too_few(self) -> bool:
        """So few reports both ways that every month and category is hidden: it follows from the totals shown."""
        totals = [side.total for side in self.sides]
        return any(total.below for total in totals) and all(total.below or total.high == 0 for total in totals)

    @property
    def empty(self) -> bool:
        """Nothing was reported, and nothing fixed on the spot."""
        return all(side.total.high == 0 and side.fixed.high == 0 for side in self.sides)


class Numbers:
    """The plain numbers, by direction, what and key."""

    def __init__(self, found: Iterable[Counted]) -> None:
        self._numbers = {(one.direction, one.what, one.key): one.number for one in found}

    def of(self, direction: str, what: What, key: str) -> int:
        return self._numbers.get((direction, what, key), 0)

    def by_key(self, direction: str, what: What) -> Mapping[str, int]:
        return {key: number for (way, kind, key), number in self._numbers.items() if (way, kind) == (direction, what)}

    def total(self, direction: str, what: What) -> int:
        return sum(self.by_key(direction, what).values())


async def figures(context: Context, period: Period, view: View) -> Figures:
    """The figures as the actor may see them: six statements, a few more when something has changed since.

    Raises:
        NotAllowed: the view is not for the actor.
    """
    posts = await require(context, view)
    below = 1 if view.own else (await settings.current(context.session)).mask_below
    units = await stored.unit_names(context.session)
    numbers = Numbers(await stored.counted(context.session, _scopes(posts, view), str(period.first), str(period.last)))
    told = view.own or _is_year(period, Month.of(context.today))
    of = _called(context, posts, view, units)
    found = built(numbers, units, period, view, below=below, of=of, units_told=told)
    if not told:
        first, last = period.first.year, period.last.year
        heard = await stored.units_heard(context.session, str(Month(first, 1)), str(Month(last, 12)))
        still = [unit for unit in found.silent if unit.id not in heard]
        found = replace(found, silent=still, silent_in=str(first) if first == last else f"{first}–{last}")
    return replace(found, choices=views(posts))


def _is_year(period: Period, this_month: Month) -> bool:
    """A calendar year, or the present one so far."""
    first, last = period.first, period.last
    return (first.year, first.number) == (last.year, 1) and (last.number == 12 or last == this_month)


def _scopes(posts: Posts, view: View) -> Sequence[str]:
    match view.whose:
        case Whose.ALL:
            return [stored.EVERYTHING]
        case Whose.UNITS:
            return [stored.of_unit(unit_id) for unit_id in sorted(posts.handles)]
        case Whose.ORGANISATION:
            return [stored.of_organisation(view.organisation_id)]


def _called(context: Context, posts: Posts, view: View, units: Sequence[UnitName]) -> str:
    match view.whose:
        case Whose.ALL:
            return _("Hele helsefellesskapet")
        case Whose.UNITS:
            return ", ".join(unit.name for unit in units if unit.id in posts.handles)
        case Whose.ORGANISATION:
            return next(
                (unit.organisation for unit in units if unit.organisation_id == view.organisation_id),
                context.actor.organisation_name,
            )


def built(
    numbers: Numbers,
    units: Sequence[UnitName],
    period: Period,
    view: View,
    *,
    below: int,
    of: str,
    units_told: bool = True,
) -> Figures:
    """The figures from plain numbers, masked below `below`."""
    months = {str(month): dates.short_month(month.first_day) for month in period.months}
    totals = _pair(alone(numbers.total(way, What.MONTH), below) for way in DIRECTIONS)
    fixed = _pair(alone(numbers.total(way, What.FIXED_MONTH), below) for way in DIRECTIONS)

    def rows(what: What, known: Mapping[str, str], under: Pair, *, several: bool = False) -> Sequence[Row]:
        # A key that has gone out of use is shown as it is stored, so that the column still adds up.
        old = {key for way in DIRECTIONS for key in numbers.by_key(way, what)} - known.keys()
        labels = {**known, **{key: key for key in sorted(old)}}
        columns = [
            column([numbers.of(way, what, key) for key in labels], total, below, several=several)
            for way, total in zip(DIRECTIONS, under, strict=True)
        ]
        return [
            Row(label, _pair(cells)) for label, cells in zip(labels.values(), zip(*columns, strict=True), strict=True)
        ]

    services = {**_labels(SERVICES), "": _("Ikke oppgitt")}
    quick = {key: _(CATEGORIES[key]) for key in QUICK_CATEGORIES}
    named = units if units_told else ()
    to_hospital, to_municipality = (
        _side(numbers, way, named, total, fix, below) for way, total, fix in zip(DIRECTIONS, totals, fixed, strict=True)
    )
    return Figures(
        period=period,
        view=view,
        of=of,
        below=below,
        sides=(to_hospital, to_municipality),
        months=rows(What.MONTH, months, totals),
        categories=rows(What.CATEGORY, _labels(CATEGORIES), totals, several=True),
        consequences=rows(What.CONSEQUENCE, _labels(CONSEQUENCES), totals),
        consents=rows(What.CONSENT, _labels(CONSENTS), totals),
        services=rows(What.SERVICE, services, totals),
        fixed_months=rows(What.FIXED_MONTH, months, fixed),
        fixed_categories=rows(What.FIXED_CATEGORY, quick, fixed),
        silent=_silent(numbers, units, view),
        units_told=units_told,
    )


def _pair(cells: Iterable[Cell]) -> Pair:
    one, other = cells
    return one, other


def _labels(words: Mapping[str, str]) -> Mapping[str, str]:
    return {key: _(word) for key, word in words.items()}


def _side(numbers: Numbers, way: str, units: Sequence[UnitName], total: Cell, fixed: Cell, below: int) -> Side:
    reports = numbers.total(way, What.MONTH)
    states = [numbers.of(way, What.STATE, key) for key in ("answered", "rejected", "waiting")]
    answered, rejected, waiting = shares(states, reports, below)
    near = [numbers.of(way, What.NEAR_MISS, key) for key in ("yes", "no")]
    ratings = [numbers.of(way, What.RATING, key) for key in ("helpful", "not_helpful")]
    return Side(
        total=total,
        answered=answered,
        rejected=rejected,
        waiting=waiting,
        in_time=_in_time(numbers, way, answered, below),
        serious_in_time=_serious_in_time(numbers, way) if below == 1 else None,
        near_misses=shares(near, reports, below)[0],
        helpful=_helpful(ratings, answered, below),
        median_hours=_median(numbers.by_key(way, What.HOURS), below),
        fixed=fixed,
        received=_by_unit(numbers.by_key(way, What.UNIT), units, total, below),
        sent=_by_unit(numbers.by_key(way, What.WORKPLACE), units, total, below),
    )


def _in_time(numbers: Numbers, way: str, answered: Share, below: int) -> Share:
    """Of those answered. Where it is hidden how many those are, as a share of them this would tell."""
    if not answered.part.exact:
        return Share(Cell(0, answered.part.high), answered.part)
    parts = [numbers.of(way, What.IN_TIME, key) for key in ("yes", "no")]
    return shares(parts, answered.part.low, below)[0]


def _serious_in_time(numbers: Numbers, way: str) -> Share:
    parts = [numbers.of(way, What.IN_TIME, key) for key in ("serious_yes", "serious_no")]
    return shares(parts, sum(parts), 1)[0]


def _helpful(ratings: Sequence[int], answered: Share, below: int) -> Share:
    """What was thought of the answers. «None» would tell that a masked number of answers is not small but zero."""
    if not any(ratings) and not answered.part.exact:
        return Share(exactly(0), Cell(0, below - 1, below))
    return shares(ratings, sum(ratings), below)[0]


def _median(hours: Mapping[str, int], below: int) -> float | None:
    """The middle one; between the two in the middle where there are two. None if they are too few to tell."""
    count = sum(hours.values())
    if count < max(below, 1):
        return None
    middle = {(count - 1) // 2, count // 2}
    found, passed = [], 0
    for hour, number in sorted((int(hour), number) for hour, number in hours.items()):
        found += [hour for place in middle if passed <= place < passed + number]
        passed += number
    return sum(found) / len(found)


def _by_unit(found: Mapping[str, int], units: Sequence[UnitName], total: Cell, below: int) -> Sequence[UnitRow]:
    """Units with any, by organisation and name: in the order of size, masked ones would tell which is larger.

    None of a masked total: each unit that is listed has at least one, so how many are listed would tell how many there
    are.
    """
    if not units or total.below:
        return ()
    named = [(unit.name, unit.organisation, found[str(unit.id)]) for unit in units if str(unit.id) in found]
    if "" in found:
        named.append((_("Arbeidssted ikke oppgitt"), "", found[""]))
    cells = column([number for _name, _organisation, number in named], total, below, at_least_one=True)
    return [UnitRow(name, organisation, cell) for (name, organisation, _number), cell in zip(named, cells, strict=True)]


def _silent(numbers: Numbers, units: Sequence[UnitName], view: View) -> Sequence[UnitName]:
    """Active units that neither sent nor got any report."""
    if view.whose is Whose.UNITS:
        return ()
    heard = {key for way in DIRECTIONS for what in (What.UNIT, What.WORKPLACE) for key in numbers.by_key(way, what)}
    return [
        unit
        for unit in units
        if unit.active and str(unit.id) not in heard and view.organisation_id in (0, unit.organisation_id)
    ]


# --- in words ----------------------------------------------------------------------------------------------


def time_to_answer(hours: float | None) -> str:
    """`9 dager`, `5 timer`; too few answers to tell one from another: says so."""
    if hours is None:
        return _("for få svar til å vises")
    if hours < 1:
        return _("under en time")
    if hours < 48:
        count = int(hours + 0.5)
        return ngettext("{count} time", "{count} timer", count).format(count=count)
    count = int(hours / 24 + 0.5)
    return ngettext("{count} dag", "{count} dager", count).format(count=count)


def too_few_to_spread() -> str:
    """Instead of months and categories that are all hidden."""
    return _("For få avvik til å vise fordelingen.")


def units_when() -> str:
    """When numbers of single units are told."""
    return _("Tall for hver enhet vises for ett kalenderår om gangen.")


def explained(figures: Figures) -> str:
    """What the numbers are, in small print."""
    from babel.lists import format_list  # noqa: PLC0415 - see `handlers.calendar.dates`

    sentences = []
    if figures.period.widened:
        sentences.append(_("Tallene telles i hele måneder."))
    if figures.masked:
        under = _("under {number}").format(number=figures.below)
        numbers = format_list([str(number) for number in range(figures.below)], style="or", locale=current())
        sentences.append(
            _("«{under}» betyr {numbers}, så ingen kan kjennes igjen.").format(under=under, numbers=numbers)
        )
    return " ".join(sentences)
