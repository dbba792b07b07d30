"""All checks of a plan, one after the other. What is found stands in the order of what stops first, then by day."""

from collections.abc import Sequence
from datetime import date

from handlers.planning.checks import at_once, days, deadlines, distance, missing, terms, turns
from handlers.planning.checks.facts import Facts
from handlers.planning.checks.finding import Finding, Severity

_ALL = (missing.look, days.look, distance.look, at_once.look, turns.look, deadlines.look, terms.look)
_ORDER = list(Severity)


def check(facts: Facts) -> Sequence[Finding]:
    """What is to be looked at in the meetings of `facts` that are its own."""
    if not facts.own:
        return []
    when = {each.ref: each.day for each in facts.sittings}
    found = [finding for look in _ALL for finding in look(facts)]
    return sorted(found, key=lambda each: (_ORDER.index(each.severity), when[each.refs[0]] if each.refs else date.max))
