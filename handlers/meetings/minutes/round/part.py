"""The way of minutes on a meeting's page: where those of this meeting stand, and those that it is to approve."""

from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.minutes.round import views
from handlers.meetings.minutes.round.at_hand import Round, bare
from handlers.meetings.minutes.round.who import is_of_committee
from handlers.meetings.minutes.round_actions import Do, button
from handlers.meetings.part import NOTHING, Part
from handlers.messages.message import Button, FileLink, Section
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import _
from storage import minutes_round
from storage.tables import MinutesStatus

_TO_READ = (MinutesStatus.COMMENTS, MinutesStatus.ADJUSTED, MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)


async def part(context: Context, read: AgendaOf) -> Part:
    """For the committee's people."""
    meeting, committee = read.meeting, read.committee
    if not is_of_committee(context.actor, committee.id):
        return NOTHING
    # Nobody has written any of a meeting that has not begun.
    begun = meeting.starts_at <= context.now
    of = await minutes_round.of_meeting(context.session, meeting.id) if begun else None
    buttons: tuple[Button, ...] = ()
    files: tuple[FileLink, ...] = ()
    if of is not None and of.minutes.status in _TO_READ:
        own = bare(of)
        if may_write_minutes(context.actor, committee.id):
            unanswered = await minutes_round.open_comments(context.session, of.minutes.id)
            buttons = views.writer_buttons(own, unanswered)
        buttons = (*buttons, views.show(own))
        files = views.files(meeting)
    elif of is not None and may_write_minutes(context.actor, committee.id):
        buttons = views.writer_buttons(bare(of), 0)
    return Part(sections=await _previous(context, read), files=files, buttons=buttons)


async def _previous(context: Context, read: AgendaOf) -> tuple[Section, ...]:
    """The minutes that this meeting is to approve, as the standing item about them says."""
    of = await minutes_round.before(context.session, read.meeting)
    if of is None or of.minutes.status not in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED):
        return ()
    previous = bare(of)
    approved_here = of.minutes.approved_in_id == read.meeting.id
    if previous.status is MinutesStatus.APPROVED and not approved_here:
        return ()
    return (
        Section(
            title=_("Godkjenning av forrige referat"),
            text=_standing(previous, approved_here=approved_here),
            files=views.files(previous.meeting),
            buttons=_buttons(context, read, previous),
        ),
    )


def _standing(previous: Round, *, approved_here: bool) -> str:
    words = views.title(previous, "{minutes}: ") + views.status(previous)
    if approved_here and previous.minutes.remark:
        return _("{minutes}. Merknad: {remark}").format(minutes=words, remark=previous.minutes.remark)
    return words


def _buttons(context: Context, read: AgendaOf, previous: Round) -> tuple[Button, ...]:
    meeting = read.meeting
    if (
        previous.status is not MinutesStatus.PUBLISHED
        or previous.is_read_in
        or previous.minutes.approve_until is not None
        or meeting.starts_at > context.now
        or not may_write_minutes(context.actor, read.committee.id)
    ):
        return ()
    return (
        button(Do.AT_MEETING, _("Referatet er godkjent"), meeting, style="primary"),
        button(Do.REFUSED_AT_MEETING, _("Referatet er underkjent"), meeting),
    )
