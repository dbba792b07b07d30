"""`/mote plan`: the year as it stands, by month, with what is to be looked at in it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.capability import Waiting
from handlers.dialogs.dialog import Reply
from handlers.messages import paging
from handlers.messages.message import Button, Message, PageLink, Section, Upload
from handlers.people.access import may_plan, may_read_agenda
from handlers.people.context import Context
from handlers.planning import at_hand, gathering
from handlers.planning.actions import Do, about, button
from handlers.planning.checks.check import check
from handlers.planning.checks.facts import Sitting
from handlers.planning.checks.finding import Finding, Severity
from handlers.planning.gathering import Known
from handlers.planning.parts import sections
from handlers.planning.taking import ACCEPTED
from handlers.writing.language import _, ngettext
from storage import plans
from storage.direct import Question
from storage.tables import Meeting


async def command(context: Context, text: str) -> Reply:
    """`/mote plan [år]`."""
    words = text.split()
    year = context.today.year
    if words and words[0].isdecimal() and len(words[0]) == 4:
        year = min(max(int(words[0]), at_hand.FIRST_YEAR), at_hand.LAST_YEAR)
    elif not words and context.today.month == 12:
        # In December it is the next year's that people plan.
        year += 1
    return await drawn(context, year)


def from_list(_context: Context) -> Button:
    """Leads there from the list of meetings."""
    return Button(label=_("Se hele året"), action=Do.YEAR)


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    shown = await drawn(context, at_hand.year_of(context, arguments), arguments)
    return shown.model_copy(update={"replace": "page" in arguments})


async def drawn(context: Context, year: int, arguments: Mapping[str, str] | None = None, *, said: str = "") -> Message:
    """A page of the year. Who plans a committee's meetings sees what is to be looked at there, and can hand in a
    plan."""
    arguments = arguments or {}
    known = await gathering.known(context.session)
    followed = {each.id for each in known.register.committees if may_read_agenda(context.actor, each)}
    stored = [each for each in await around(context.session, year) if each.committee_id in known.bodies]
    shown = [each for each in stored if each.committee_id in followed and _year(each) == year]
    planned = {each for each in followed if may_plan(context.actor, each)}
    findings = look(known, stored, year, planned, context.now) if planned else []
    everything = [
        *await _waiting(context, year),
        *_to_look_at(findings),
        *_months(known, [each for each in shown if each.cancelled_at is None]),
    ]
    at = min(paging.offset(arguments), max(0, len(everything) - 1) // paging.SIZE * paging.SIZE)
    listed = everything[at : at + paging.SIZE + 1]
    count = sum(each.cancelled_at is None for each in shown)
    text = ngettext("{count} møte i utvalgene dine.", "{count} møter i utvalgene dine.", count).format(count=count)
    if not context.actor.roles or any(each.committee_id not in context.actor.roles for each in shown):
        # What takes cases from everybody stands there too, as in the list of meetings.
        text = ngettext("{count} møte du kan følge.", "{count} møter du kan følge.", count).format(count=count)
    plans_any = at_hand.plans_any(context)
    return Message(
        title=_("Møteplanen for {year}").format(year=year),
        text="\n".join(filter(None, (said, text, _how(context) if plans_any else ""))),
        sections=tuple(paging.page_of(listed)),
        upload=Upload(label=_("Last opp en møteplan"), action=Do.HAND_IN, arguments=about(year), accept=ACCEPTED)
        if plans_any
        else None,
        opens=(PageLink(label=_("Åpne på nettsiden"), action=Do.YEAR, arguments=about(year)),) if plans_any else (),
        buttons=(
            *((button(Do.WRITE, _("Skriv inn en plan"), year, style="primary"),) if plans_any else ()),
            *(() if context.only else (_to(year - 1), _to(year + 1))),
            *paging.buttons(listed, Do.YEAR, about(year, page=at // paging.SIZE)),
        ),
    )


def _to(year: int) -> Button:
    return button(Do.YEAR, str(year), year, page=0)


def _how(context: Context) -> str:
    here = _("Last opp planen (Excel, CSV, Word, PDF eller kalenderfil), eller lim den inn.")
    if context.only or context.links.are_made:
        return here
    return _("Lim inn planen her. Filer lastes opp på den lokale siden.")


async def around(session: AsyncSession, year: int) -> Sequence[Meeting]:
    """Every meeting of the year, and those near it that it may have to do with."""
    return await plans.meetings(session, *gathering.span([date(year, 1, 1)]))


def _year(meeting: Meeting) -> int:
    return meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).year


def look(
    known: Known, stored: Sequence[Meeting], year: int, committee_ids: Collection[int], now: datetime
) -> Sequence[Finding]:
    """What is to be looked at in the meetings ahead of these committees in that year, as they are stored."""
    sittings: list[Sitting] = []
    for each in stored:
        if each.cancelled_at is not None or each.committee_id not in known.bodies:
            continue
        own = each.committee_id in committee_ids and _year(each) == year and each.starts_at > now
        sittings.append(gathering.of_meeting(each, known.bodies[each.committee_id], own=own))
    return check(gathering.facts(known, sittings, now))


async def _waiting(context: Context, year: int) -> Sequence[Section]:
    """Plans of the year that wait to be stored."""
    if not at_hand.plans_any(context):
        return ()
    return [
        Section(
            title=_("Venter på å bli lagret: {name}").format(name=each.name or _("plan som er skrevet inn")),
            text=_("Lagt inn {day}.").format(day=dates.short_day(each.at, LOCAL_ZONE.key)),
            buttons=(button(Do.SHOW, _("Se over"), year, style="primary", plan=each.id),),
        )
        for each in await plans.waiting(context.session, year)
    ]


def _to_look_at(findings: Sequence[Finding]) -> Sequence[Section]:
    found: list[Section] = []
    for title, severities in (
        (_("Se på dette"), (Severity.STOPS, Severity.ASKS)),
        (_("Til orientering"), (Severity.TELLS,)),
    ):
        lines = [f"• {each.text}" for each in findings if each.severity in severities]
        if lines:
            found += sections(title, lines)
    return found


def _months(known: Known, meetings: Sequence[Meeting]) -> Sequence[Section]:
    by_month: dict[date, list[Meeting]] = {}
    for each in meetings:
        by_month.setdefault(dates.local_date(each.starts_at, each.zone).replace(day=1), []).append(each)
    return [
        section
        for month, own in sorted(by_month.items())
        for section in sections(dates.month(month).capitalize(), [_line(known, each) for each in own])
    ]


def _line(known: Known, meeting: Meeting) -> str:
    body = known.bodies[meeting.committee_id]
    when = dates.held(meeting.starts_at, meeting.ends_at, meeting.zone, day_only=meeting.day_only)
    return f"• {body.short}: {when}" + (f", {meeting.place}" if meeting.place else "")


def foresees(context: Context) -> Sequence[Question]:
    """What `home` asks."""
    return [plans.asked_count_waiting()] if at_hand.plans_any(context) else []


async def home(context: Context) -> Sequence[Waiting]:
    """The plans that wait to be stored: one statement, for those who plan meetings."""
    if not at_hand.plans_any(context):
        return ()
    by_year: dict[int, int] = {}
    for each in await plans.count_waiting(context.session):
        if each.by_id == context.actor.person_id or any(may_plan(context.actor, other) for other in each.others):
            by_year[each.year] = by_year.get(each.year, 0) + 1
    return [
        Waiting(
            ngettext(
                "En møteplan for {year} venter på at du ser over og lagrer den.",
                "{count} møteplaner for {year} venter på at du ser over og lagrer dem.",
                count,
            ).format(year=year, count=count),
            button(Do.YEAR, _("Se møteplanen"), year),
        )
        for year, count in sorted(by_year.items())
    ]
