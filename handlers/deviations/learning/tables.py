"""The figures as tables, for exports and for the yearly report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from handlers.deviations.learning.masking import Cell, added
from handlers.deviations.learning.numbers import Figures, Row, Side, UnitRow, time_to_answer
from handlers.deviations.words import DIRECTIONS
from handlers.writing.language import _

Value = str | int | Cell


@dataclass(frozen=True)
class Table:
    """Rows under a head; the first column says what is counted."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]


def tables(figures: Figures) -> Sequence[Table]:
    """Every table, in the order of the yearly report. A period without reports has them too, with zeros."""
    return (
        summary(figures),
        months(figures),
        half_years(figures),
        categories(figures),
        services(figures),
        consequences(figures),
        consents(figures),
        *((fixed_months(figures), fixed_categories(figures)) if figures.fixed_told else ()),
        *((received(figures), sent(figures)) if figures.units_told else ()),
        silent(figures),
    )


def summary(figures: Figures) -> Table:
    """What stands on top: numbers, and shares with the numbers they are made of."""

    def row(label: str, values: Iterable[Value]) -> Sequence[Value]:
        return (label, *values)

    sides: tuple[Side, Side] = figures.sides
    serious = [side.serious_in_time for side in sides]
    return Table(
        _("Hovedtall"),
        _head(_("Tall")),
        (
            row(_("Meldte avvik"), (side.total for side in sides)),
            row(_("Besvart"), (str(side.answered) for side in sides)),
            row(_("Besvart innen fristen"), (str(side.in_time) for side in sides)),
            *([row(_("Alvorlige besvart innen fristen"), map(str, serious))] if all(serious) else []),
            row(_("Avvist"), (str(side.rejected) for side in sides)),
            row(_("Venter på svar"), (str(side.waiting) for side in sides)),
            row(_("Tid til svar (median)"), (time_to_answer(side.median_hours) for side in sides)),
            row(_("Nesten-hendelser"), (str(side.near_misses) for side in sides)),
            row(_("Svaret var nyttig"), (str(side.helpful) for side in sides)),
            *([row(_("Løst direkte (telles for seg)"), (side.fixed for side in sides))] if figures.fixed_told else []),
        ),
    )


def months(figures: Figures) -> Table:
    return _both_ways(_("Meldte avvik, måned for måned"), _("Måned"), figures.months)


def half_years(figures: Figures) -> Table:
    """Added up from the months as they are shown, so that it tells nothing which they do not."""
    to_hospital, to_municipality = (side.total for side in figures.sides)
    halves: dict[str, list[Row]] = {}
    for month, row in zip(figures.period.months, figures.months, strict=True):
        label = _("{number}. halvår {year}").format(number=1 if month.number <= 6 else 2, year=month.year)
        halves.setdefault(label, []).append(row)
    return _both_ways(
        _("Meldte avvik, halvår for halvår"),
        _("Halvår"),
        [
            Row(
                label,
                (
                    added((row.cells[0] for row in rows), to_hospital),
                    added((row.cells[1] for row in rows), to_municipality),
                ),
            )
            for label, rows in halves.items()
        ],
    )


def categories(figures: Figures) -> Table:
    return _both_ways(_("Kategorier"), _("Kategori"), figures.categories)


def services(figures: Figures) -> Table:
    return _both_ways(_("Tjenester i kommunen"), _("Tjeneste"), figures.services)


def consequences(figures: Figures) -> Table:
    return _both_ways(_("Faktisk konsekvens for pasienten"), _("Konsekvens"), figures.consequences)


def consents(figures: Figures) -> Table:
    return _both_ways(_("Pasientens samtykke"), _("Samtykke"), figures.consents)


def fixed_months(figures: Figures) -> Table:
    return _both_ways(_("Løst direkte, måned for måned"), _("Måned"), figures.fixed_months)


def fixed_categories(figures: Figures) -> Table:
    return _both_ways(_("Løst direkte, kategorier"), _("Kategori"), figures.fixed_categories)


def received(figures: Figures) -> Table:
    return _by_unit(_("Enheter som fikk avvik"), [(row, side.received) for row, side in _ways(figures)])


def sent(figures: Figures) -> Table:
    return _by_unit(_("Enheter som meldte avvik"), [(row, side.sent) for row, side in _ways(figures)])


def silent(figures: Figures) -> Table:
    title = _("Enheter som verken meldte eller fikk avvik")
    return Table(
        _("{what} i {years}").format(what=title, years=figures.silent_in) if figures.silent_in else title,
        (_("Enhet"), _("Virksomhet")),
        [(unit.name, unit.organisation) for unit in figures.silent],
    )


def _ways(figures: Figures) -> Sequence[tuple[str, Side]]:
    return [(_(way), side) for way, side in zip(DIRECTIONS.values(), figures.sides, strict=True)]


def _head(first: str) -> Sequence[str]:
    return (first, *(_(way) for way in DIRECTIONS.values()))


def _both_ways(title: str, first: str, rows: Sequence[Row]) -> Table:
    return Table(title, _head(first), [(row.label, *row.cells) for row in rows])


def _by_unit(title: str, found: Sequence[tuple[str, Sequence[UnitRow]]]) -> Table:
    return Table(
        title,
        (_("Enhet"), _("Virksomhet"), _("Retning"), _("Antall")),
        [(row.name, row.organisation, way, row.cell) for way, rows in found for row in rows],
    )
