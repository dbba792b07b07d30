"""What a plan does not say: the time, the place, who leads. And what it has too little of: meetings in a year."""

from collections.abc import Iterator, Sequence
from datetime import date

from handlers.calendar import dates
from handlers.meetings.plan_settings import in_force
from handlers.planning.checks.days import listed
from handlers.planning.checks.facts import Body, Facts, Sitting
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.writing.language import _, ngettext


def look(facts: Facts) -> Iterator[Finding]:
    own: dict[int, list[Sitting]] = {}
    for each in facts.own:
        own.setdefault(each.body.id, []).append(each)
    for sittings in own.values():
        body = sittings[0].body
        yield from _time(body, [each for each in sittings if each.begins is None or each.ends is None])
        yield from _place(body, [each for each in sittings if not each.place and not each.online], len(sittings))
        yield from _chair(facts, body, sittings)
        yield from _fewest(facts, body, sittings)


def _days(sittings: Sequence[Sitting]) -> str:
    return listed([dates.short_date(each.day) for each in sittings])


def _refs(sittings: Sequence[Sitting]) -> tuple[str, ...]:
    return tuple(each.ref for each in sittings)


def _time(body: Body, without: Sequence[Sitting]) -> Iterator[Finding]:
    if without:
        text = _("{committee} mangler klokkeslett: {days}. Skriv når møtene begynner og slutter.").format(
            committee=body.short, days=_days(without)
        )
        yield Finding(Severity.STOPS, Rule.TIME, text, _refs(without))


def _place(body: Body, without: Sequence[Sitting], count: int) -> Iterator[Finding]:
    if not without:
        return
    if len(without) == count:
        text = _("{committee}: stedet mangler for alle møtene. De som reiser langt, trenger det tidlig.").format(
            committee=body.short
        )
    else:
        text = _("{committee}: stedet mangler for {days}. De som reiser langt, trenger det tidlig.").format(
            committee=body.short, days=_days(without)
        )
    yield Finding(Severity.TELLS, Rule.PLACE, text, _refs(without))


def _chair(facts: Facts, body: Body, sittings: Sequence[Sitting]) -> Iterator[Finding]:
    without = [each for each in sittings if each.chair_id is None and body.leader(each.day) is None]
    if without:
        text = _("{committee}: møteleder er ikke satt for {days}. Sett den, eller gi noen rollen i utvalget.").format(
            committee=body.short, days=_days(without)
        )
        yield Finding(Severity.TELLS, Rule.CHAIR, text, _refs(without))
    for each in sittings:
        if each.chair_id is not None and each.chair_id not in body.members(each.day):
            text = _("{person} skal lede {committee} {day}, men er ikke med i utvalget da. Velg en annen.").format(
                person=facts.names.get(each.chair_id, "–"), committee=body.short, day=dates.full_date(each.day)
            )
            yield Finding(Severity.ASKS, Rule.CHAIR, text, (each.ref,))


def _fewest(facts: Facts, body: Body, sittings: Sequence[Sitting]) -> Iterator[Finding]:
    for year in sorted({each.day.year for each in sittings}):
        rule = in_force(body.settings.plan.fewest, date(year, 12, 31))
        planned = [each for each in facts.by_body[body.id] if each.day.year == year and not each.extraordinary]
        if rule is not None and len(planned) < rule.at_least:
            text = ngettext(
                "{committee} har {count} møte i {year}. Utvalget skal ha minst {least}.",
                "{committee} har {count} møter i {year}. Utvalget skal ha minst {least}.",
                len(planned),
            ).format(committee=body.short, count=len(planned), year=year, least=rule.at_least)
            yield Finding(Severity.TELLS, Rule.FEWEST, text, _refs([each for each in planned if each.own]))
