"""The minutes of a meeting in the chat and on the meeting's page: what is written, and what is missing.

Only those who write them see them here; others see them as they go round (`handlers.meetings.minutes.round`). Nothing
changes by looking.
"""

from collections.abc import Mapping
from datetime import date

from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.meetings import at_hand
from handlers.meetings.agenda import lines, numbering
from handlers.meetings.attendance import roll
from handlers.meetings.follow_up_actions import Do as FollowUpDo
from handlers.meetings.follow_up_actions import button as follow_up_button
from handlers.meetings.minutes import record, round_actions, views
from handlers.meetings.minutes.actions import NOTES_FILES, Do, button
from handlers.meetings.minutes.at_hand import AtLine
from handlers.meetings.minutes.at_hand import line as line_at_hand
from handlers.meetings.minutes.chair import only_chair
from handlers.meetings.minutes.record import Record, Written
from handlers.meetings.minutes.states import may_change
from handlers.meetings.minutes.to_do import line as to_do_line
from handlers.messages import paging
from handlers.messages.message import Button, Fact, Message, PageLink, Section, Style, Upload
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from handlers.writing.text import shorten
from storage import agenda, minutes
from storage.follow_ups import Task
from storage.minutes import FollowUpOf
from storage.tables import SlotKind

_BUTTON = 50
"""As much of a case's title as stands on a button."""


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A page of the minutes, each line of the agenda in a section."""
    meeting, committee = await at_hand.to_write(context, arguments)
    found = await record.read(context.session, meeting, committee)
    return whole(found, arguments).model_copy(update={"replace": "page" in arguments})


async def start(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Begin on the minutes: of two who do so at once, one begins, and both see the same. Where they were begun before,
    what has come on the agenda since is taken in."""
    meeting, committee = await at_hand.to_write(context, arguments)
    if meeting.cancelled_at is not None:
        raise Gone(_("Møtet er avlyst, så det er ikke noe å skrive referat fra."))
    await agenda.locked(context.session, meeting.id)
    laid = await lines.lay_down(context.session, await lines.read(context.session, meeting, committee))
    # For a meeting that was held without a convocation.
    laid = await numbering.issue(context.session, laid)
    begun = await minutes.begin(context.session, meeting.id, context.actor.person_id, context.now)
    row = await minutes.locked(context.session, meeting.id)
    if row is None:
        raise Gone(_("Referatet finnes ikke lenger."))
    if not begun and not may_change(row.status):
        raise Gone(_("Referatet er sendt ut eller godkjent, så det kan ikke skrives i nå."))
    slots = [line.slot.id for line in laid.lines if line.slot is not None and line.kind is not SlotKind.BREAK]
    await minutes.begin_entries(context.session, row.id, slots, context.now)
    if begun:
        row.chair_id = only_chair(await roll.read(context.session, laid))
        await minutes.HISTORY.add(context.session, row.id, "started", context.actor.person_id, context.now)
    return whole(await record.of(context.session, laid), {}).model_copy(update={"replace": True})


def whole(found: Record, arguments: Mapping[str, str], *, top: Section | None = None) -> Message:
    """A page of the minutes as they were read, with `top` above it."""
    meeting = found.meeting
    above = (top,) if top is not None else ()
    if found.row is None:
        begin = button(Do.START, _("Begynn på referatet"), meeting, style="primary")
        text = _("Ingen har begynt på referatet. Det får en del for hver sak på sakslisten.")
        if not found.lines:
            text = _("Ingen har begynt på referatet, og det står ingenting på sakslisten.")
        return Message(title=views.title(found), text=text, sections=above, buttons=(begin,))
    at = min(paging.offset(arguments), max(0, len(found.lines) - 1) // paging.SIZE * paging.SIZE)
    page = found.lines[at : at + paging.SIZE]
    facts = (
        (_("Status"), views.status(found)),
        (_("Kilde"), views.source(found.row, found.paper, meeting.zone)),
        (_("Skrevet"), views.progress(found) if found.lines and not found.is_read_in else ""),
        (_("Møteleder"), found.chair or ("" if found.is_read_in else _("ikke valgt"))),
        (_("Referent"), found.minute_taker or ("" if found.is_read_in else _("ikke valgt"))),
    )
    text = paging.place(at, len(page), len(found.lines))
    if not found.lines:
        text = _("Det står ingen saker på sakslisten for dette møtet. Legg dem til der, så kommer de hit.")
    upload = Upload(
        label=_("Last opp notater fra et annet verktøy"),
        action=Do.HAND_IN,
        arguments=at_hand.about(meeting),
        accept=NOTES_FILES,
        instead=_("Notater i en fil lastes opp på nettsiden. Er det ingen lenke dit her, kan du lime dem inn."),
    )
    takes_notes = may_write(found) and bool(found.lines)
    to_page = PageLink(label=_("Last opp notater på nettsiden"), action=Do.PAGE, arguments=at_hand.about(meeting))
    return Message(
        title=views.title(found),
        text=text,
        upload=upload if takes_notes else None,
        opens=(to_page,) if takes_notes else (),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        sections=(*above, *(_section(found, each) for each in page)),
        buttons=(*_buttons(found), *_pages(found, at)),
    )


def _section(found: Record, each: Written) -> Section:
    buttons: list[Button] = []
    if each.slot_id is not None:
        if may_write(found):
            style: Style = "primary" if each.is_missing else "default"
            buttons.append(button(Do.WRITE, _("Skriv"), found.meeting, style=style, slot=each.slot_id))
        buttons.append(button(Do.CASE, _("Se mer"), found.meeting, slot=each.slot_id))
    return Section(title=each.called, text=views.in_short(each), buttons=tuple(buttons))


def may_write(found: Record) -> bool:
    """Whether the minutes stand where they may be written in."""
    return found.row is not None and may_change(found.row.status)


def _buttons(found: Record) -> tuple[Button, ...]:
    """What is done with the minutes as a whole."""
    on = round_actions.button(round_actions.Do.SHOW, _("Videre med referatet"), found.meeting)
    if not may_write(found):
        return (on,)
    first = next((each for each in found.missing if each.slot_id is not None), None)
    buttons = []
    if first is not None:
        label = _("Skriv neste: {case}").format(case=shorten(first.called, _BUTTON - 14))
        buttons.append(button(Do.WRITE, label, found.meeting, style="primary", slot=first.slot_id))
    new = sum(each.slot_id is None for each in found.lines)
    if new:
        label = ngettext("Ta med {count} ny sak", "Ta med {count} nye saker", new).format(count=new)
        buttons.append(button(Do.START, label, found.meeting))
    if found.noted:
        buttons.append(button(Do.NOTES, _("Se notatene"), found.meeting))
    if found.lines:
        buttons.append(button(Do.PASTE, _("Lim inn notater"), found.meeting))
        buttons.append(button(Do.CHECK, _("Sjekk referatet"), found.meeting))
    buttons.append(button(Do.WHO, _("Møteleder og referent"), found.meeting))
    return (*buttons, on)


def _pages(found: Record, at: int) -> tuple[Button, ...]:
    left = found.lines[at:]
    return paging.buttons(left, Do.PAGE, at_hand.about(found.meeting, page=at // paging.SIZE))


# --- one line ----------------------------------------------------------------------------------------------


async def case(context: Context, arguments: Mapping[str, str]) -> Reply:
    """All that is written of one line, and what can be done with it."""
    return one(await line_at_hand(context, arguments), at=paging.offset(arguments))


def one(at_line: AtLine, *, said: str = "", at: int = 0) -> Message:
    """The line as it was read. `said`: what has just been done. `at`: so many follow-ups come before those shown."""
    entry = at_line.written.entry
    text = views.in_short(at_line.written) if entry is None or entry.is_empty else entry.entry.discussion
    small = views.by_whom(at_line.record, entry) if entry is not None else ""
    to_do = entry.follow_ups[at : at + paging.SIZE + 1] if entry is not None else ()
    before = at_line.to_do[at : at + paging.SIZE + 1]
    which = at_hand.about(at_line.record.meeting, slot=at_line.slot_id, page=at // paging.SIZE)
    return Message(
        title=at_line.written.called,
        text="\n\n".join(filter(None, (said, text))),
        facts=views.facts(entry, follow_ups=False) if entry is not None else (),
        sections=(
            *(_follow_up(at_line, each) for each in paging.page_of(to_do)),
            *(_decided_before(each, at_line.today) for each in paging.page_of(before)),
        ),
        buttons=(
            *_next(at_line),
            *paging.buttons(max(to_do, before, key=len), Do.CASE, which),
            *_for_line(at_line),
            *_others(at_line),
        ),
        small=small,
        replace=True,
    )


def _decided_before(task: Task, today: date) -> Section:
    """What was decided before and is not done: how it stands is looked at in the meeting."""
    return Section(
        title=_("Fra før: {text}").format(text=shorten(task.row.text, 150)),
        text=to_do_line(task, today),
        buttons=(follow_up_button(FollowUpDo.DONE, _("Gjort"), task.row),) if not task.row.recommended else (),
    )


def _follow_up(at: AtLine, each: FollowUpOf) -> Section:
    meeting, slot, follow = at.record.meeting, at.slot_id, each.row.id
    buttons = (
        button(Do.FOLLOW_UP, _("Endre"), meeting, slot=slot, follow=follow),
        button(Do.REMOVE_FOLLOW_UP, _("Ta bort"), meeting, slot=slot, follow=follow),
    )
    return Section(title=_("Oppfølging"), text=views.follow_up(each), buttons=buttons if may_write(at.record) else ())


def _for_line(at: AtLine) -> tuple[Button, ...]:
    meeting, slot, entry = at.record.meeting, at.slot_id, at.written.entry
    found = []
    if may_write(at.record):
        style: Style = "primary" if at.written.is_missing else "default"
        found.append(button(Do.WRITE, _("Skriv"), meeting, style=style, slot=slot))
        found.append(button(Do.FOLLOW_UP, _("Legg til oppfølging"), meeting, slot=slot))
        if slot in at.record.noted:
            found.append(button(Do.NOTES, _("Se notatene"), meeting, slot=slot))
        if entry is not None and entry.entry.discussion:
            found.append(button(Do.SENTENCES, _("Løft fram en enighet"), meeting, slot=slot))
    if entry is not None and entry.conclusions and not at.record.is_read_in:
        found.append(button(Do.DISPATCH, _("Ekspedert"), meeting, slot=slot))
    return tuple(found)


def _next(at: AtLine) -> tuple[Button, ...]:
    """To the next line, first of all: that is where a minute taker in a meeting goes."""
    style: Style = "default" if at.written.is_missing or not may_write(at.record) else "primary"
    return _beside(at, 1, _("Neste: {case}"), style)


def _others(at: AtLine) -> tuple[Button, ...]:
    """To the line before, and to all of them."""
    page = at.record.lines.index(at.written) // paging.SIZE
    whole_of = button(Do.PAGE, _("Hele referatet"), at.record.meeting, page=page)
    return (*_beside(at, -1, _("Forrige: {case}")), whole_of)


def _beside(at: AtLine, by: int, label: str, style: Style = "default") -> tuple[Button, ...]:
    other = at.beside(by)
    if other is None or other.slot_id is None:
        return ()
    called = label.format(case=shorten(other.called, _BUTTON - 10))
    do = Do.WRITE if may_write(at.record) else Do.CASE
    return (button(do, called, at.record.meeting, style=style, slot=other.slot_id),)
