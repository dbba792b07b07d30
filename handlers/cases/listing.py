"""`/sak mine`: where my proposals stand. `/sak liste`: a committee's coming agenda, and what waits for a decision."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.calendar import dates
from handlers.cases import at_hand, changed, closed, levels, views
from handlers.cases.actions import Do
from handlers.dialogs.dialog import Reply
from handlers.errors import NotAllowed
from handlers.messages import paging
from handlers.messages.message import Button, Message, Section
from handlers.people.access import may_decide, may_read_agenda
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from handlers.writing.typed import typed
from storage import cases, committees, people
from storage.cases import Case, Gap
from storage.tables import Committee, ItemStatus, Left, Meeting


async def mine(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The actor's own cases, the one that changed last first."""
    found = await cases.proposed_by(context.session, context.actor.person_id, paging.offset(arguments), paging.SIZE + 1)
    if not found:
        return Message(
            title=_("Du har ikke meldt noen saker"),
            text=_("Skriv {command} for å melde en. Du kan skrive tittelen rett etter kommandoen.").format(
                command=typed("sak")
            ),
        )
    sections = tuple(
        Section(
            title=case.item.title,
            text=f"{case.committee.name} – {views.status(case, own=True)}",
            buttons=views.own_buttons(case, context.now),
        )
        for case in paging.page_of(found)
    )
    return Message(
        title=_("Sakene dine"),
        sections=sections,
        buttons=paging.buttons(found, Do.MINE, arguments),
        replace="page" in arguments,
    )


async def agenda_of(context: Context, name: str) -> Reply:
    """The coming agenda of the committee called `name`; of all one's own without a name. None: no such committee.

    Raises:
        NotAllowed: the committee is not one the actor follows.
    """
    if name:
        found = await committees.named(context.session, name, context.today)
        if found is None:
            return None
        if not may_read_agenda(context.actor, found):
            raise NotAllowed(
                _("Sakslisten til {committee} er for medlemmene. Er du medlem? Be koordinatoren føre deg opp.").format(
                    committee=found.name
                )
            )
        chosen: Sequence[Committee] = [found]
    else:
        chosen = [item for item in await committees.active(context.session) if item.id in context.actor.roles]
    if not chosen:
        return Message(
            title=_("Du er ikke med i noe utvalg"),
            text=_(
                "Skriv {agenda} og navnet på et utvalg som er åpent for alle, eller {meetings} for å se møtene."
            ).format(agenda=typed("sak liste"), meetings=typed("mote")),
        )
    sections = [await _section(context, committee) for committee in chosen]
    waiting = [item.id for item in chosen if may_decide(context.actor, item.id)]
    return Message(
        title=_("Sakslister") if len(chosen) > 1 else _("Saksliste for {committee}").format(committee=chosen[0].name),
        sections=tuple(sections),
        buttons=await _waiting_button(context, waiting),
        small=_("Skriv {command} og navnet på utvalget for å se hele møtet.").format(command=typed("saksliste")),
    )


async def _section(context: Context, committee: Committee) -> Section:
    meeting = await committees.next_meeting(context.session, committee.id, context.now)
    if meeting is None:
        return Section(title=committee.name, text=_("Ingen kommende møter i planen."))
    lines = await _lines(context, meeting.id)
    lines = lines or [_("Ingen saker på sakslisten ennå.")]
    standing = [str(_standing_title(item)) for item in committee.standing_items]
    if standing:
        lines.append(_("Faste punkter: {items}").format(items=" · ".join(standing)))
    return Section(title=f"{committee.name}, {_when(meeting)}", text="\n".join(lines))


async def _lines(context: Context, meeting_id: int) -> list[str]:
    """The agenda, in the order of its numbers; also those whose cases have left it."""
    lines = [
        (case.item.number_year or 0, case.item.number_in_year or 0, _line(context, case))
        for case in await cases.on_agenda(context.session, meeting_id)
    ]
    for read in (cases.left_agenda, cases.stayed):
        lines += [(gap.year, gap.in_year, _left(context, gap)) for gap in await read(context.session, meeting_id)]
    return [line for _year, _number, line in sorted(lines, key=lambda each: each[:2])]


def _line(context: Context, case: Case) -> str:
    line = f"{views.number(case.item)}  {closed.title_for(context.actor, case)}"
    return _("{line} (trukket)").format(line=line) if case.item.status == ItemStatus.WITHDRAWN else line


def _left(context: Context, gap: Gap) -> str:
    """«3/2026 (O)  Felles opplæring (flyttet til møtet 31. okt. 2026)»."""
    line = f"{gap.number}  {closed.title_for(context.actor, gap.case)}"
    if gap.why is Left.REFERRED:
        return _("{line} (sendt videre til {committee})").format(line=line, committee=gap.case.committee.name)
    if gap.why is Left.REMOVED:
        return _("{line} (utgår)").format(line=line)
    if gap.why is Left.POSTPONED and gap.case.meeting is not None:
        return _("{line} (utsatt til møtet {day})").format(line=line, day=views.meeting_day(gap.case))
    if gap.case.item.status == ItemStatus.ACCEPTED and gap.case.meeting is not None:
        return _("{line} (flyttet til møtet {day})").format(line=line, day=views.meeting_day(gap.case))
    return _("{line} (flyttet)").format(line=line)


def _standing_title(item: Any) -> Any:
    return item["title"] if isinstance(item, Mapping) else item


def _when(meeting: Meeting) -> str:
    return dates.day_and_clock(meeting.starts_at, meeting.zone)


async def _waiting_button(context: Context, committee_ids: Sequence[int]) -> tuple[Button, ...]:
    if not committee_ids:
        return ()
    count = await cases.count_undecided(context.session, committee_ids)
    if not count:
        return ()
    label = ngettext("Vis {count} ubehandlet sak", "Vis {count} ubehandlede saker", count).format(count=count)
    return (Button(label=label, action=Do.QUEUE, style="primary"),)


async def show(context: Context, arguments: Mapping[str, str]) -> Message:
    """One case as its secretariat sees it, with the buttons to decide on it."""
    case = await at_hand.find(context, arguments)
    if not may_decide(context.actor, case.item.committee_id):
        raise NotAllowed(_("Bare sekretariatet kan åpne saken herfra."))
    case = await cases.with_former(context.session, case)
    names = await people.names(context.session, case.item.presenter_ids)
    events = await cases.HISTORY.events(context.session, case.item.id)
    coming = await committees.coming_meetings(context.session, case.item.committee_id, context.now)
    shown = changed.seen_in(views.for_secretariat(case, names, events[-1], coming, context.now), events[-1])
    return levels.seen_in(shown, case.item)
