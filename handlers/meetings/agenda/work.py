"""Working on an agenda: its lines with buttons, a page at a time. What is done leaves the same page, and says on top of
it what it was."""

from collections.abc import Mapping, Sequence

from handlers.cases.actions import show as show_case
from handlers.dialogs.dialog import Reply
from handlers.meetings import at_hand
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.agenda import changing, lines, ordering, shown
from handlers.meetings.agenda.actions import LINE, PAGE, Do, button
from handlers.meetings.agenda.lines import AgendaOf, Begins, Line
from handlers.messages import paging
from handlers.messages.arguments import id_in
from handlers.messages.message import Button, Confirm, Fact, Message, PageLink, Section
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage.tables import SlotKind

_ASKED_LENGTH = 150
"""How much of a title stands in a question."""
OWN = (SlotKind.BREAK, SlotKind.OTHER)
"""The lines that the secretariat writes itself."""


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The agenda as it stands, to be worked on; with a line opened, if one is named."""
    read = await lines.read(context.session, *await at_hand.to_prepare(context, arguments))
    changing.may_change(context, read)
    page = id_in(arguments.get(PAGE, "0")) or 0
    return view(read, page=page, opened=arguments.get(LINE)).model_copy(update={"replace": PAGE in arguments})


def view(
    read: AgendaOf, *, page: int = 0, at: Line | None = None, opened: str | None = None, top: Section | None = None
) -> Message:
    """A page of the agenda (the last one, if there are not so many) with what can be done with each line.

    `at`: the page is the one that this line stands on. `opened`: the key of a line that is shown with all that can be
    done with it. `top`: what was done.
    """
    timetable = read.timetable()
    if at is not None:
        place = ordering.place_of([each.group for each in timetable], at.key)
        page = place // paging.SIZE if place is not None else page
    first = min(page * paging.SIZE, max(0, len(timetable) - 1) // paging.SIZE * paging.SIZE)
    on_page = timetable[first : first + paging.SIZE]
    page = first // paging.SIZE
    sections = [
        _section(read, each, place, page, len(timetable), opened=opened) for place, each in enumerate(on_page, first)
    ]
    return Message(
        title=shown.title(read),
        text=" ".join(filter(None, (_state(read), paging.place(first, len(on_page), len(timetable))))),
        facts=shown.total(read),
        opens=(
            PageLink(
                label=_("Dra sakene på plass i nettleseren"),
                action=Meetings.PAGE,
                arguments=at_hand.about(read.meeting),
            ),
        ),
        sections=(*([top] if top is not None else []), *sections, *_left_out(read, page)),
        buttons=(*_steps(read, page, len(timetable)), *_below(read, page)),
        replace=True,
    )


def _state(read: AgendaOf) -> str:
    if not read.lines:
        return _("Ingen saker på sakslisten ennå.")
    if read.is_draft:
        return _("Kladd: ingen får beskjed om det dere endrer før dere trykker «Ferdig».")
    return ""


def _section(
    read: AgendaOf, begins: Begins, place: int, page: int, count: int, *, opened: str | None = None
) -> Section:
    leads, *rest = shown.group_lines(read, begins)
    line = begins.group.leads
    moves = []
    if place:
        moves.append(button(Do.UP, _("Opp"), read, line, page=page))
    if place + 1 < count:
        moves.append(button(Do.DOWN, _("Ned"), read, line, page=page))
    if place > 1:
        moves.append(button(Do.TOP, _("Til topps"), read, line, page=page))
    is_open = opened is not None and any(each.key == opened for each in begins.group.lines)
    more = _open(read, begins, page, count) if is_open else (_see(_("Mer"), read, line, page),)
    return Section(title=leads, text="\n".join(rest), buttons=(*moves, *more))


def _see(label: str, read: AgendaOf, line: Line | None, page: int) -> Button:
    of_line = {LINE: line.key} if line is not None else {}
    return Button(label=label, action=Do.WORK, arguments=at_hand.about(read.meeting, **{PAGE: page}, **of_line))


def _open(read: AgendaOf, begins: Begins, page: int, count: int) -> tuple[Button, ...]:
    """All that can be done with a line besides moving it."""
    line, others = begins.group.leads, begins.group.lines[1:]
    found = [button(Do.CHANGE, _("Endre") if line.kind in OWN else _("Endre tid"), read, line, page=page)]
    if line.kind is not SlotKind.BREAK and count > 1:
        found.append(button(Do.JOIN, _("Slå sammen med …"), read, line, page=page))
    if others:
        found.append(button(Do.PART, _("Ta fra hverandre"), read, line, page=page))
    if line.kind is SlotKind.STANDING:
        found.append(button(Do.LEAVE_OUT, _("Ta ut av dette møtet"), read, line, page=page))
    if line.kind in OWN:
        question = _("Vil du ta bort «{title}»?").format(title=shorten(line.title, _ASKED_LENGTH))
        confirm = Confirm(text=question, yes=_("Ja, ta bort"))
        found.append(button(Do.REMOVE, _("Ta bort"), read, line, page=page, style="danger", confirm=confirm))
    if line.case is not None:
        found.append(show_case(line.case.item.id))
    return (*found, _see(_("Mindre"), read, None, page))


def _left_out(read: AgendaOf, page: int) -> tuple[Section, ...]:
    if not read.left_out:
        return ()
    return (
        Section(
            title=_("Tatt ut av dette møtet"),
            buttons=tuple(
                button(Do.PUT_BACK, _("Ta inn igjen: {title}").format(title=line.title), read, line, page=page)
                for line in read.left_out
            ),
        ),
    )


def _steps(read: AgendaOf, page: int, count: int) -> Sequence[Button]:
    steps = [(_("Forrige"), page - 1)] if page else []
    steps += [(_("Neste"), page + 1)] if (page + 1) * paging.SIZE < count else []
    return [_see(label, read, None, to) for label, to in steps]


def _below(read: AgendaOf, page: int) -> Sequence[Button]:
    draft = (
        button(Do.FINISH, _("Ferdig"), read, page=page, style="primary")
        if read.is_draft
        else button(Do.BEGIN, _("Begynn å arbeide med sakslisten"), read, page=page)
    )
    return (
        button(Do.ADD, _("Ny linje"), read, page=page),
        button(Do.BREAK, _("Ny pause"), read, page=page),
        draft,
        at_hand.meeting_button(read.meeting),
    )


def answer(done: changing.Done, arguments: Mapping[str, str], *facts: Fact, text: str = "") -> Message:
    """What whoever changed the agenda reads: the page that the line stands on by now, and above it what was done."""
    top = Section(title=done.said, text=text, facts=facts)
    return view(done.read, page=id_in(arguments.get(PAGE, "0")) or 0, at=done.line, top=top)


async def overtaken(context: Context, arguments: Mapping[str, str], error: changing.NotAsSeen) -> Message:
    """What whoever came second reads: who did what, and the agenda as it is. The same press once more is answered with
    the agenda alone."""
    read = await lines.read(context.session, *await at_hand.to_prepare(context, arguments))
    top = None if error.same_press else Section(title=str(error))
    return view(read, page=id_in(arguments.get(PAGE, "0")) or 0, top=top)
