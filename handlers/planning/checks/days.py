"""Whether a day can be met on: public holidays, days that most are off by custom, school holidays, weekends; and
another day that is better."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from handlers.calendar import dates
from handlers.calendar.holidays import FIRST_YEAR, LAST_YEAR, name_of
from handlers.calendar.school_holidays import SchoolHoliday
from handlers.meetings.plan_settings import in_force
from handlers.planning.checks.facts import Facts, Sitting
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.writing.language import _

_NEAR = (7, -7, 14, -14, 21)
"""Days from a meeting to those that may be better: the same weekday."""
_LISTED = 4


def holiday(day: date) -> str:
    """The name of the public holiday; empty: it is none, or nobody knows."""
    return name_of(day) if FIRST_YEAR <= day.year <= LAST_YEAR else ""


def school_holiday(facts: Facts, sitting: Sitting, day: date) -> tuple[SchoolHoliday, Sequence[str]] | None:
    """The school holiday on that day in a county that the committee minds, and in which of these."""
    return facts.school.among(sitting.body.settings.plan.counties, day)


def is_weekend(day: date) -> bool:
    return day.isoweekday() > 5


def look(facts: Facts) -> Iterator[Finding]:
    """What is found about each day."""
    for each in facts.own:
        yield from _of_day(facts, each)
        yield from _of_weekday(facts, each)
    yield from _unknown(facts)


def _of_day(facts: Facts, sitting: Sitting) -> Iterator[Finding]:
    day = sitting.day
    what = {"committee": sitting.body.short, "day": dates.full_date(day)}
    name = holiday(day)
    by_custom = facts.customary.on(day)
    school = school_holiday(facts, sitting, day)
    if name:
        rule, text = (
            Rule.PUBLIC_HOLIDAY,
            _("{committee} {day} er på {holiday}.").format(**what, holiday=in_sentence(name)),
        )
    elif by_custom is not None:
        rule = Rule.CUSTOMARY
        text = _("{committee} {day} er {when}, da de fleste har fri.").format(**what, when=by_custom.in_sentence)
    elif school is not None:
        found, counties = school
        rule = Rule.SCHOOL_HOLIDAY
        text = _("{committee} {day} er i {holiday} i {counties} ({first}–{last}).").format(
            **what,
            holiday=found.in_sentence,
            counties=", ".join(counties),
            first=dates.short_date(found.first),
            last=dates.short_date(found.last),
        )
    elif is_weekend(day):
        rule, text = Rule.WEEKEND, _("{committee} {day} er i en helg.").format(**what)
    else:
        return
    day_instead = _working_day_near(facts, sitting) if is_weekend(day) else better(facts, sitting)
    yield Finding(Severity.ASKS, rule, f"{text} {advice(day_instead)}", (sitting.ref,), day_instead)


def in_sentence(name: str) -> str:
    """As it stands in a sentence."""
    return name[0].lower() + name[1:] if name.split(maxsplit=1)[0] in ("Første", "Andre") else name


def advice(day: date | None) -> str:
    """What to do about a day that cannot be met on."""
    if day is None:
        return _("Velg en annen dag, eller la det stå.")
    return _("{day} er ledig.").format(day=dates.full_date(day).capitalize())


def _of_weekday(facts: Facts, sitting: Sitting) -> Iterator[Finding]:
    if sitting.weekday is None or sitting.weekday == sitting.day.weekday():
        return
    away = (sitting.weekday - sitting.day.weekday() + 3) % 7 - 3
    near = sitting.day + timedelta(days=away)
    text = _("{committee}: det står {weekday}, men {date} er en {right}. Skal det være {near}?").format(
        committee=sitting.body.short,
        weekday=dates.weekday(near),
        date=dates.long_date(sitting.day),
        right=dates.weekday(sitting.day),
        near=dates.full_date(near),
    )
    yield Finding(Severity.ASKS, Rule.WEEKDAY, text, (sitting.ref,), near)


def _unknown(facts: Facts) -> Iterator[Finding]:
    """Which school holidays nobody knows, so that silence is not taken for an answer."""
    missing: dict[str, list[Sitting]] = {}
    without: dict[int, str] = {}
    for each in facts.own:
        counties = each.body.settings.plan.counties
        if not counties:
            without[each.body.id] = each.body.short
        for county in counties:
            if facts.school.year(county, each.day) is None:
                missing.setdefault(county, []).append(each)
    if without:
        # One sentence for all: where nobody has said a county, nobody minds.
        text = _("Skoleferier er ikke sjekket for {committees}: før opp fylket i partnerskapsfilen.").format(
            committees=listed(list(without.values()))
        )
        yield Finding(Severity.TELLS, Rule.SCHOOL_UNKNOWN, text)
    for county, sittings in missing.items():
        called = facts.school.called(county)
        if not called:
            text = _(
                "Skoleferiene i «{county}» er ikke sjekket: fylket står ikke i listen. Den har {counties}."
            ).format(county=county, counties=", ".join(facts.school.counties()) or "–")
        else:
            years = sorted({_school_year(each.day) for each in sittings})
            text = _(
                "Skoleferiene i {county} for {years} står ikke i listen, så {count} av møtene er ikke holdt opp mot "
                "dem. Se fylkets skolerute."
            ).format(county=called, years=", ".join(years), count=len(sittings))
        yield Finding(Severity.TELLS, Rule.SCHOOL_UNKNOWN, text, tuple(each.ref for each in sittings))


def _school_year(day: date) -> str:
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}/{first + 1}"


def listed(names: Sequence[str]) -> str:
    """«FSU, AU og 3 til»."""
    shown = list(names[:_LISTED])
    more = len(names) - len(shown)
    text = ", ".join(shown)
    return text if not more else _("{names} og {count} til").format(names=text, count=more)


# --- a better day ------------------------------------------------------------------------------------------


def better(facts: Facts, sitting: Sitting) -> date | None:
    """The nearest day of the same weekday, later before earlier, on which nothing stands against the meeting; None:
    there is none near it."""
    days = (sitting.day + timedelta(days=away) for away in _NEAR)
    return next((day for day in days if is_free(facts, sitting, day)), None)


def _working_day_near(facts: Facts, sitting: Sitting) -> date | None:
    days = (sitting.day + timedelta(days=away) for away in (1, 2, -1, -2, 3))
    return next((day for day in days if is_free(facts, sitting, day)), None)


def is_free(facts: Facts, sitting: Sitting, day: date) -> bool:
    """Whether the meeting could be on that day: no holiday by law or custom, no weekend, nobody who would have to be in
    two places, not a second one of the committee, and as long before or after the one that it belongs to as it should
    be."""
    if is_weekend(day) or holiday(day) or facts.customary.on(day) or school_holiday(facts, sitting, day) is not None:
        return False
    members = sitting.body.members(day).keys()
    for other in facts.by_day.get(day, ()):
        if other.ref == sitting.ref:
            continue
        if other.body.id == sitting.body.id:
            return False
        if _at(sitting, day).overlaps(other) and not members.isdisjoint(other.body.members(day)):
            return False
    return _keeps_its_distance(facts, sitting, day)


def _at(sitting: Sitting, day: date) -> Sitting:
    return Sitting(sitting.ref, sitting.body, day, sitting.begins, sitting.ends)


def _keeps_its_distance(facts: Facts, sitting: Sitting, day: date) -> bool:
    """Whether those who prepare for it, and whom it prepares for, still meet at the right time, if they did before."""
    rule = in_force(sitting.body.settings.plan.prepares, day)
    if rule is not None and (body := facts.bodies.get(rule.committee.casefold())) is not None:
        return any(rule.at_least <= (each.day - day).days <= rule.at_most for each in facts.by_body.get(body.id, ()))
    for body in facts.bodies.values():
        rule = in_force(body.settings.plan.prepares, day)
        if rule is None or rule.committee.casefold() != sitting.body.key.casefold():
            continue
        before = facts.by_body.get(body.id, ())
        if any(rule.at_least <= (sitting.day - each.day).days <= rule.at_most for each in before) and not any(
            rule.at_least <= (day - each.day).days <= rule.at_most for each in before
        ):
            return False
    return True
