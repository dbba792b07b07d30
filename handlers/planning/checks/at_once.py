"""Meetings that go on at once and need the same people; and a committee that meets twice on one day."""

from collections.abc import Iterator
from itertools import combinations

from handlers.calendar import dates
from handlers.planning.checks.days import better, listed
from handlers.planning.checks.facts import Facts, Sitting
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.writing.language import _, ngettext


def look(facts: Facts) -> Iterator[Finding]:
    for sittings in facts.by_day.values():
        if len(sittings) > 1 and any(each.own for each in sittings):
            # By person, so that the work grows with the seats and not with the pairs of meetings.
            yield from _of_day(facts, list(sittings))


def _of_day(facts: Facts, sittings: list[Sitting]) -> Iterator[Finding]:
    where: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for place, each in enumerate(sittings):
        for person_id, name in each.body.members(each.day).items():
            where.setdefault(person_id, []).append(place)
            names[person_id] = name
    shared: dict[tuple[int, int], list[str]] = {}
    for person_id, places in where.items():
        for pair in combinations(places, 2):
            shared.setdefault(pair, []).append(names[person_id])
    of_one_body = [
        pair for pair in combinations(range(len(sittings)), 2) if sittings[pair[0]].body is sittings[pair[1]].body
    ]
    for pair in dict.fromkeys((*shared, *of_one_body)):
        first, second = sorted((sittings[place] for place in pair), key=lambda each: not each.own)
        if not first.own:
            continue
        if first.body is second.body:
            yield _twice(first, second)
        elif first.overlaps(second):
            yield _at_once(facts, first, second, sorted(shared[pair]))


def _twice(first: Sitting, second: Sitting) -> Finding:
    text = _("{committee} har to møter {day}. Er det samme møte, så ta bort det ene.").format(
        committee=first.body.short, day=dates.full_date(first.day)
    )
    return Finding(Severity.ASKS, Rule.TWICE, text, (first.ref, second.ref))


def _at_once(facts: Facts, first: Sitting, second: Sitting, people: list[str]) -> Finding:
    text = ngettext(
        "{committee} og {other} møtes samtidig {day}. {people} er med i begge.",
        "{committee} og {other} møtes samtidig {day}. Disse er med i begge: {people}.",
        len(people),
    ).format(committee=first.body.short, other=second.body.short, day=dates.full_date(first.day), people=listed(people))
    day = better(facts, first)
    advice = (
        _("{committee} kan flyttes til {day}.").format(committee=first.body.short, day=dates.full_date(day))
        if day is not None
        else _("Flytt det ene møtet.")
    )
    return Finding(Severity.ASKS, Rule.AT_ONCE, f"{text} {advice}", (first.ref, second.ref), day)
