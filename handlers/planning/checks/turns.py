"""Whether hosting and chairing go round between the sides as the committee has decided."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from handlers.calendar import dates
from handlers.meetings.plan_settings import By, Turns, in_force
from handlers.planning.checks.facts import Body, Facts, Party, Sitting
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.writing.language import N_, _

_KINDS = {
    "hospital": N_("sykehuset"),
    "municipality": N_("kommunene"),
    "district": N_("bydelene"),
    "gp": N_("fastlegene"),
    "other": N_("de andre"),
}


class Turn(NamedTuple):
    """Whose turn it is: the side, and from which to which local date; `until` None: it does not end."""

    side: str
    since: date
    until: date | None


def turn_on(rule: Turns, day: date) -> Turn | None:
    """Whose turn it is on that day, where it goes by years; None: it does not, or has not begun.

    Every `years` years within terms of `term`, counted from the day on which the rule begins: the last turn of a term
    ends with it, and the next side begins the next.
    """
    if rule.by is not By.YEARS or rule.since is None or day < rule.since:
        return None
    term = rule.term or rule.years
    in_term = -(-term // rule.years)
    number, begins = 0, rule.since
    while True:
        terms, place = divmod(number, in_term)
        first = terms * term + place * rule.years
        last = min(first + rule.years, (terms + 1) * term)
        begins, ends = _years_after(rule.since, first), _years_after(rule.since, last)
        if day < ends:
            return Turn(rule.sides[number % len(rule.sides)], begins, ends - timedelta(days=1))
        number += 1


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # 29 February.
        return date(day.year + years, 3, 1)


def is_of(side: str, party: Party) -> bool:
    return side.casefold() in (party.key.casefold(), party.kind)


def look(facts: Facts) -> Iterator[Finding]:
    own = {each.body.id: each.body for each in facts.own}
    for body in own.values():
        host = _Looking(facts, body, Rule.HOST_TURN, lambda sitting: _host(facts, sitting))
        yield from host.look(body.settings.plan.host)
        chair = _Looking(facts, body, Rule.CHAIR_TURN, lambda sitting: _chair(facts, sitting))
        yield from chair.look(body.settings.plan.chair)


def _host(facts: Facts, sitting: Sitting) -> Sequence[Party]:
    found = facts.parties.get(sitting.host_id) if sitting.host_id is not None else None
    return (found,) if found is not None else ()


def _chair(facts: Facts, sitting: Sitting) -> Sequence[Party]:
    """Where whoever leads it works."""
    person_id = sitting.chair_id
    if person_id is None:
        leader = sitting.body.leader(sitting.day)
        person_id = leader.person_id if leader is not None else None
    places = facts.workplaces.get(person_id, ()) if person_id is not None else ()
    return [facts.parties[each] for each in places if each in facts.parties]


class _Looking:
    """One committee's turns of one kind."""

    def __init__(self, facts: Facts, body: Body, rule: Rule, of: Callable[[Sitting], Sequence[Party]]) -> None:
        self.facts, self.body, self.rule, self.of = facts, body, rule, of

    def look(self, rules: Sequence[Turns]) -> Iterator[Finding]:
        if not rules:
            return
        previous: tuple[Sitting, str] | None = None
        without: list[Sitting] = []
        for sitting in self.facts.by_body[self.body.id]:
            rule = in_force(rules, sitting.day)
            if rule is None or sitting.extraordinary:
                continue
            parties = self.of(sitting)
            side = next((each for each in rule.sides if any(is_of(each, party) for party in parties)), None)
            if not parties and sitting.own:
                without.append(sitting)
            if rule.by is By.YEARS:
                yield from self._by_years(rule, sitting, parties, side)
                continue
            if side is not None:
                if previous is not None:
                    yield from self._by_meeting(rule, previous, (sitting, side))
                previous = (sitting, side)
        if without and self.rule is Rule.HOST_TURN:
            days = ", ".join(dates.short_date(each.day) for each in without[:6])
            text = _("{committee}: vertskapet er ikke satt for {days}, så det er ikke sjekket om det veksler.").format(
                committee=self.body.short, days=days
            )
            yield Finding(Severity.TELLS, self.rule, text, tuple(each.ref for each in without))

    def _by_years(self, rule: Turns, sitting: Sitting, parties: Sequence[Party], side: str | None) -> Iterator[Finding]:
        turn = turn_on(rule, sitting.day)
        if turn is None or not parties or not sitting.own or any(is_of(turn.side, party) for party in parties):
            return
        what = {
            "committee": self.body.short,
            "day": dates.full_date(sitting.day),
            "is": self.called(side) if side is not None else parties[0].name,
            "should": self.called(turn.side),
            "since": dates.short_date(turn.since),
            "until": dates.short_date(turn.until) if turn.until is not None else "",
        }
        text = (
            _("{committee} {day} er lagt til {is}. Fra {since} til {until} er det {should} som har vertskapet.")
            if self.rule is Rule.HOST_TURN
            else _("{committee} {day} ledes fra {is}. Fra {since} til {until} er det {should} som har møteleder.")
        ).format(**what)
        yield Finding(Severity.ASKS, self.rule, text, (sitting.ref,))

    def _by_meeting(self, rule: Turns, previous: tuple[Sitting, str], this: tuple[Sitting, str]) -> Iterator[Finding]:
        before, last = previous
        sitting, side = this
        expected = rule.sides[(rule.sides.index(last) + 1) % len(rule.sides)] if last in rule.sides else side
        if side == expected or not (sitting.own or before.own):
            return
        what = {
            "committee": self.body.short,
            "day": dates.full_date(sitting.day),
            "before": dates.short_date(before.day),
            "is": self.called(side),
            "should": self.called(expected),
        }
        text = (
            _("{committee} {day} er lagt til {is}, men etter {before} er det {should} sin tur til å ha vertskapet.")
            if self.rule is Rule.HOST_TURN
            else _("{committee} {day} ledes fra {is}, men etter {before} er det {should} sin tur til å ha møteleder.")
        ).format(**what)
        yield Finding(Severity.ASKS, self.rule, text, (sitting.ref if sitting.own else before.ref,))

    def called(self, side: str) -> str:
        """A side in a sentence: an organisation's name, or «kommunene»."""
        if side in _KINDS:
            return _(_KINDS[side])
        named = (party.name for party in self.facts.parties.values() if party.key.casefold() == side.casefold())
        return next(named, side)
