"""Minutes as people read them on their way: the texts by case, and what each reader can do with them."""

from collections.abc import Mapping, Sequence

from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.meetings.at_hand import about
from handlers.meetings.minutes import closed, record
from handlers.meetings.minutes import views as texts
from handlers.meetings.minutes.record import Record, Written
from handlers.meetings.minutes.round import views
from handlers.meetings.minutes.round.at_hand import Round, to_read
from handlers.meetings.minutes.round_actions import Do, button
from handlers.meetings.minutes.states import Event
from handlers.messages import paging
from handlers.messages.arguments import id_of
from handlers.messages.message import Button, FileLink, Message, Section
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import _
from storage import minutes_round
from storage.history import Event as HistoryEvent
from storage.tables import MinutesStatus


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A page of the minutes, each case in a section. A fixed number of statements, however many cases there are."""
    read = await to_read(context, arguments)
    found = await _seen(context, read)
    at = min(paging.offset(arguments), max(0, len(found.lines) - 1) // paging.SIZE * paging.SIZE)
    page = found.lines[at : at + paging.SIZE]
    may_comment = _may_comment(context, read)
    mine = [*await _buttons(context, read)]
    pages = paging.buttons(found.lines[at:], Do.SHOW, about(read.meeting, page=at // paging.SIZE))
    return Message(
        title=views.title(read, "{minutes}"),
        text=paging.place(at, len(page), len(found.lines)),
        facts=views.facts(read),
        sections=(
            *(_section(read, each, may_comment=may_comment) for each in page),
            *_corrections(context, read, found, last=at + paging.SIZE >= len(found.lines)),
        ),
        files=(*views.files(read.meeting), *_for_the_public(context, read)),
        buttons=(*mine, button(Do.HISTORY, _("Hva som har skjedd"), read.meeting), *pages),
        replace="page" in arguments,
    )


def _for_the_public(context: Context, read: Round) -> tuple[FileLink, ...]:
    """What may be put where anybody reads it, for those who put it there."""
    return views.files(read.meeting, public=True) if may_write_minutes(context.actor, read.committee.id) else ()


async def _seen(context: Context, read: Round) -> Record:
    """The minutes as the actor may read them."""
    found = await record.read(context.session, read.meeting, read.committee)
    return found if closed.reads_closed(context.actor, read.committee.id) else closed.veiled(found)


def _section(read: Round, each: Written, *, may_comment: bool) -> Section:
    """A case in short: its whole text is a click away, since no platform shows eight long ones at once."""
    buttons: tuple[Button, ...] = ()
    if each.entry is not None and each.slot_id is not None and not each.entry.is_empty:
        buttons = (button(Do.CASE, _("Les saken"), read.meeting, slot=each.slot_id),)
    return Section(
        title=each.called,
        text=_in_short(each),
        buttons=(*buttons, *_comment_button(read, each, may_comment=may_comment)),
    )


def _in_short(each: Written) -> str:
    return "" if closed.is_veiled(each) else texts.in_short(each)


def _comment_button(read: Round, each: Written, *, may_comment: bool) -> tuple[Button, ...]:
    if not may_comment or each.entry is None or each.slot_id is None:
        return ()
    return (button(Do.COMMENT, _("Kommenter saken"), read.meeting, slot=each.slot_id),)


async def case(context: Context, arguments: Mapping[str, str]) -> Reply:
    """All that the minutes say of one case."""
    read = await to_read(context, arguments)
    found = await _seen(context, read)
    written = found.at(id_of(arguments, "slot"))
    if written is None:
        raise Gone(_("Saken står ikke i referatet lenger."))
    entry = written.entry
    text = _in_short(written) if entry is None or entry.is_empty else entry.entry.discussion
    page = found.lines.index(written) // paging.SIZE
    return Message(
        title=written.called,
        text=text,
        facts=texts.facts(entry) if entry is not None else (),
        buttons=(
            *_comment_button(read, written, may_comment=_may_comment(context, read)),
            button(Do.SHOW, _("Hele referatet"), read.meeting, page=page),
        ),
        small=f"{views.title(read, '{minutes}')}. {views.status(read)}",
        replace=True,
    )


def _corrections(context: Context, read: Round, found: Record, *, last: bool) -> tuple[Section, ...]:
    """What was corrected after the minutes were approved, below the last case."""
    corrected = [event for event in _told(context, read, found) if event.kind == Event.CORRECTED]
    if not corrected or not last:
        return ()
    text = "\n".join(f"{read.when(event)}, {event.actor}: {event.note}" for event in corrected)
    return (Section(title=_("Rettelser"), text=text),)


def _may_comment(context: Context, read: Round) -> bool:
    until = read.minutes.comments_until
    return (
        read.status is MinutesStatus.COMMENTS
        and until is not None
        and context.now <= until
        and context.actor.person_id in read.concerned.commenters(read.rules)
    )


async def _buttons(context: Context, read: Round) -> tuple[Button, ...]:
    """What this reader can do with the minutes as a whole."""
    found: list[Button] = []
    person_id = context.actor.person_id
    if _may_comment(context, read):
        found += views.comment_buttons(read, answered=person_id in read.without_remarks)
    if read.status is MinutesStatus.PUBLISHED and read.minutes.approve_until is not None:
        answers = await minutes_round.answers(context.session, read.minutes.id, read.minutes.round)
        if any(each.row.person_id == person_id and each.row.approves is None for each in answers):
            found += views.approval_buttons(read)
    if may_write_minutes(context.actor, read.committee.id):
        unanswered = await minutes_round.open_comments(context.session, read.minutes.id)
        found += views.writer_buttons(read, unanswered)
    return tuple(found)


async def history(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What has happened to the minutes, each with who and when."""
    read = await to_read(context, arguments)
    found = await _seen(context, read)
    return Message(
        title=views.title(read, _("Hva som har skjedd med {minutes}")),
        text=views.told(read, _told(context, read, found)) or _("Ingenting ennå."),
        buttons=(views.show(read),),
    )


def _told(context: Context, read: Round, found: Record) -> Sequence[HistoryEvent]:
    """What has happened, but for what is about closed cases where the actor is not told of them."""
    if closed.reads_closed(context.actor, read.committee.id):
        return read.events
    return [event for event in read.events if not closed.is_about_closed(event.data, found)]
