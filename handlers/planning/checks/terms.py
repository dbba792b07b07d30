"""Whose time in a committee ends before a meeting that is planned."""

from collections.abc import Iterator, Sequence
from datetime import date

from handlers.calendar import dates
from handlers.planning.checks.facts import Facts, Seat
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.writing.language import ngettext


def look(facts: Facts) -> Iterator[Finding]:
    own = {each.body.id: each.body for each in facts.own}
    for body in own.values():
        days = [each for each in facts.by_body[body.id] if each.own]
        first, last = min(facts.today, days[0].day), days[-1].day
        for person_id, until in _ending(body.seats, first, last).items():
            after = [each for each in days if each.day > until]
            if not after:
                continue
            name = next(each.name for each in body.seats if each.person_id == person_id)
            text = ngettext(
                "{person} sin periode i {committee} går ut {until}, før {count} av møtene ({day}).",
                "{person} sin periode i {committee} går ut {until}, før {count} av møtene (det første {day}).",
                len(after),
            ).format(
                person=name,
                committee=body.short,
                until=dates.short_date(until),
                count=len(after),
                day=dates.short_date(after[0].day),
            )
            yield Finding(Severity.TELLS, Rule.TERM, text, tuple(each.ref for each in after))


def _ending(seats: Sequence[Seat], first: date, last: date) -> dict[int, date]:
    """Until when those are in it whose last role ends between these days, by the person's id."""
    ends: dict[int, date | None] = {}
    for each in seats:
        if not each.is_expected:
            continue
        known = ends.get(each.person_id, date.min)
        ends[each.person_id] = None if known is None or each.until is None else max(known, each.until)
    return {person_id: until for person_id, until in ends.items() if until is not None and first <= until < last}
