"""Whether a committee that prepares for another meets as long before it as it is to (AU before its SSU)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from handlers.calendar import dates
from handlers.meetings.plan_settings import Prepares, in_force
from handlers.planning.checks.days import is_free
from handlers.planning.checks.facts import Body, Facts, Sitting
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.writing.language import _, ngettext


def look(facts: Facts) -> Iterator[Finding]:
    for body in facts.bodies.values():
        if body.settings.plan.prepares:
            yield from _of(facts, body)


def _of(facts: Facts, body: Body) -> Iterator[Finding]:
    """What is found of a body that prepares: between one meeting of the other and the next, one of its own is to be at
    the right distance; of several, one is enough."""
    own = facts.by_body.get(body.id, ())
    targets = {
        rule.committee.casefold() for rule in body.settings.plan.prepares if rule.committee.casefold() in facts.bodies
    }
    for key in sorted(targets):
        other = facts.bodies[key]
        previous: date | None = None
        for sitting in facts.by_body.get(other.id, ()):
            rule = in_force(body.settings.plan.prepares, sitting.day)
            since, previous = previous, sitting.day
            if rule is None or rule.committee.casefold() != key or sitting.extraordinary:
                continue
            before = [each for each in own if each.day < sitting.day and (since is None or each.day >= since)]
            yield from _before(facts, body, sitting, rule, before, since)
        last = previous
        late = [each for each in own if each.own and (last is None or each.day >= last) and not each.extraordinary]
        for each in late:
            rule = in_force(body.settings.plan.prepares, each.day)
            if rule is not None and rule.committee.casefold() == key:
                text = _("{committee} {day} har ikke noe møte i {other} etter seg i planen.").format(
                    committee=body.short, day=dates.full_date(each.day), other=other.short
                )
                yield Finding(Severity.TELLS, Rule.PREPARES, text, (each.ref,))


def _before(
    facts: Facts, body: Body, sitting: Sitting, rule: Prepares, before: Sequence[Sitting], since: date | None
) -> Iterator[Finding]:
    near = [each for each in before if (sitting.day - each.day).days <= max(rule.at_most, 60)]
    if not (sitting.own or any(each.own for each in near)):
        return
    if any(rule.at_least <= (sitting.day - each.day).days <= rule.at_most for each in near):
        return
    span = f"{rule.at_least}–{rule.at_most}"
    what = {"committee": body.short, "other": sitting.body.short, "target": dates.full_date(sitting.day), "span": span}
    if not near:
        text = _(
            "{other} {target} har ikke noe møte i {committee} før seg. {committee} skal møtes {span} dager før."
        ).format(**what)
        yield Finding(Severity.ASKS, Rule.PREPARES, text, (sitting.ref,))
        return
    closest = min(near, key=lambda each: _off(rule, (sitting.day - each.day).days))
    days = (sitting.day - closest.day).days
    text = ngettext(
        "{committee} {day} er {count} dag før {other} {target}. Det skal være {span} dager.",
        "{committee} {day} er {count} dager før {other} {target}. Det skal være {span} dager.",
        days,
    ).format(**what, day=dates.full_date(closest.day), count=days)
    day = _fitting(facts, closest, sitting, rule, since)
    advice = _("{day} passer.").format(day=dates.full_date(day).capitalize()) if day is not None else ""
    refs = (closest.ref, sitting.ref) if closest.own else (sitting.ref,)
    yield Finding(Severity.ASKS, Rule.PREPARES, f"{text} {advice}".strip(), refs, day if closest.own else None)


def _off(rule: Prepares, days: int) -> int:
    return max(rule.at_least - days, days - rule.at_most, 0)


def _fitting(facts: Facts, moved: Sitting, sitting: Sitting, rule: Prepares, since: date | None) -> date | None:
    """The nearest day at the right distance: of the same weekday, if there is one."""
    days = [sitting.day - timedelta(days=away) for away in range(rule.at_least, rule.at_most + 1)]
    days = [day for day in days if since is None or day > since]
    days.sort(key=lambda day: (day.weekday() != moved.day.weekday(), abs((day - moved.day).days)))
    return next((day for day in days if is_free(facts, moved, day)), None)
