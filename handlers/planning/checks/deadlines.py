"""Deadlines that a public holiday has moved, and those that lie in a weekend or where most are off by custom."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.planning.checks.days import in_sentence, is_weekend
from handlers.planning.checks.facts import Facts
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.writing.language import _


def look(facts: Facts) -> Iterator[Finding]:
    for each in facts.own:
        if each.deadline is None:
            continue
        local = each.deadline.moment.astimezone(ZoneInfo(each.body.zone))
        what = {"committee": each.body.short, "day": dates.full_date(each.day), "now": dates.full_date(local.date())}
        if each.deadline.instead_of is not None:
            text = _(
                "Fristen for å melde saker til {committee} {day} faller på {holiday} ({date}), og er flyttet til "
                "virkedagen før: {now}."
            ).format(
                **what, holiday=in_sentence(each.deadline.holiday), date=dates.short_date(each.deadline.instead_of)
            )
            yield Finding(Severity.TELLS, Rule.DEADLINE, text, (each.ref,))
        elif (by_custom := facts.customary.on(local.date())) is not None:
            text = _("Fristen for å melde saker til {committee} {day} er {when}, da de fleste har fri: {now}.").format(
                **what, when=by_custom.in_sentence
            )
            yield Finding(Severity.TELLS, Rule.DEADLINE, text, (each.ref,))
        elif is_weekend(local.date()):
            text = _("Fristen for å melde saker til {committee} {day} er i en helg: {now}.").format(**what)
            yield Finding(Severity.TELLS, Rule.DEADLINE, text, (each.ref,))
