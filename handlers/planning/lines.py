"""A plan, or the plans that are stored, in lines for a terminal."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import local_day
from handlers.planning import gathering, page, year
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.planning.comparing import What
from handlers.planning.considering import Considered
from handlers.writing.language import _, ngettext

_MARKS = {Severity.STOPS: "✗", Severity.ASKS: "!", Severity.TELLS: "·"}


def lines(of: Considered) -> Sequence[str]:
    """What a plan would come to, and what is to be looked at in it."""
    found = []
    for each in of.laid.unknown:
        asked = _("Hvilket utvalg er «{name}»?").format(name=each.name or "–")
        likely = ", ".join(body.name for body in each.likely)
        found.append(f"{_MARKS[Severity.STOPS]} {asked}" + (f" ({likely})" if likely else ""))
    found += [line(each) for each in of.findings]
    for change in of.compared.changes:
        if change.what is not What.SAME and change.row.body is not None:
            found.append(f"{change.row.body.short}: {page.line(of, change)}")
    same = len(of.compared.of(What.SAME))
    if same:
        found.append(ngettext("{count} møte er som før.", "{count} møter er som før.", same).format(count=same))
    if of.compared.gone:
        found.append(kept(of))
    return found


def line(finding: Finding) -> str:
    return f"{_MARKS[finding.severity]} {finding.text}"


def kept(of: Considered) -> str:
    """Which meetings the plan does not have."""
    names = [
        f"{of.known.bodies[each.committee_id].short} {dates.short_day(each.starts_at, each.zone)}"
        for each in of.compared.gone
    ]
    return _("Står ikke i planen: {when}").format(when=", ".join(names))


async def stored_lines(session: AsyncSession, now: datetime) -> Sequence[str]:
    """What is to be looked at in the meetings ahead, this year and the next, as they are stored."""
    known = await gathering.known(session)
    found: list[str] = []
    this = local_day(now).year
    for number in (this, this + 1):
        stored = await year.around(session, number)
        for each in year.look(known, stored, number, known.bodies.keys(), now):
            # What nobody has said of school holidays is said where a plan is looked at, and not at each loading.
            if each.rule is not Rule.SCHOOL_UNKNOWN:
                found.append(line(each))
    return list(dict.fromkeys(found))
