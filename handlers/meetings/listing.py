"""`/mote`: the coming meetings of my committees, and what words after it lead to."""

from collections.abc import Mapping, Sequence

from handlers.calendar import dates
from handlers.dialogs.dialog import Reply
from handlers.meetings import joining
from handlers.meetings.actions import Do
from handlers.meetings.moving.actions import Do as Moving
from handlers.meetings.sub_command import SubCommand, meant
from handlers.messages import paging
from handlers.messages.message import Button, Fact, Message, Section
from handlers.people.access import may_plan, may_propose
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import committees
from storage.committees import MeetingRow
from storage.people import Seat


async def command(sub_commands: Sequence[SubCommand], context: Context, text: str) -> Reply:
    """`sub_commands`: what is done instead where the text begins with a word of theirs."""
    found = meant(sub_commands, text)
    if found is not None:
        sub_command, rest = found
        return await sub_command.run(context, rest)
    return await coming(sub_commands, context, {})


def _open(context: Context, committee: Seat) -> bool:
    """Whether the actor may propose cases to it."""
    return may_propose(context.actor, committee)


async def coming(sub_commands: Sequence[SubCommand], context: Context, arguments: Mapping[str, str]) -> Reply:
    """Date, time, place, deadline and how many cases, soonest first: of the actor's committees, and of those that take
    cases from everyone."""
    ids = [item.id for item in context.actor.committees if item.id in context.actor.roles or _open(context, item)]
    found = await committees.meetings_with_counts(
        context.session, ids, context.now, paging.offset(arguments), paging.SIZE + 1
    )
    if not found:
        return Message(
            title=_("Ingen kommende møter"),
            text=_("Det er ingen møter i planen for utvalgene dine. Mangler et, si fra til sekretariatet."),
            buttons=_ways(sub_commands, context),
        )
    return Message(
        title=_("Kommende møter"),
        sections=tuple(_section(context, row) for row in paging.page_of(found)),
        buttons=(
            *paging.buttons(found, Do.SHOW, arguments),
            *_ways(sub_commands, context),
        ),
        replace="page" in arguments,
    )


def _ways(sub_commands: Sequence[SubCommand], context: Context) -> tuple[Button, ...]:
    """What leads on from here; for whoever plans meetings also to setting one up."""
    found = [button for each in sub_commands if (button := each.button(context)) is not None]
    if any(may_plan(context.actor, each) for each in context.actor.roles):
        found.append(Button(label=_("Sett opp et møte"), action=Moving.NEW))
    return tuple(found)


def _section(context: Context, row: MeetingRow) -> Section:
    meeting = row.meeting
    passed = context.now > meeting.deadline_at
    deadline = dates.day_and_clock(meeting.deadline_at, meeting.zone)
    count = ngettext("{count} sak", "{count} saker", row.items).format(count=row.items)
    own = meeting.committee_id in context.actor.roles
    facts = (
        (_("Åpent for alle"), "" if own else _("Du er ikke med i utvalget, men kan melde saker til det.")),
        (_("Tid"), dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)),
        (_("Sted"), meeting.place),
        (_("Nettmøte"), meeting.join_url if own else ""),
        (_("Frist for saker"), _("{deadline} (gått ut)").format(deadline=deadline) if passed else deadline),
        (_("Saksliste"), count),
    )
    return Section(
        title=row.committee,
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        links=joining.links(meeting) if own else (),
    )
