"""What the buttons on the lines of an agenda do at once, without asking: moving, joining, parting, leaving out."""

from collections.abc import Awaitable, Callable, Mapping

from handlers.dialogs.dialog import Reply
from handlers.meetings import at_hand
from handlers.meetings.agenda import changing, happened, lines, ordering, shown, work
from handlers.meetings.agenda.actions import LINE, Do
from handlers.meetings.agenda.changing import Act, Done
from handlers.meetings.agenda.lines import AgendaOf, Group, Line
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import _
from storage.tables import SlotKind

Draw = Callable[[Context, AgendaOf], Awaitable[Message]]
"""The page of the meeting whose agenda this is."""


async def _press(context: Context, arguments: Mapping[str, str], act: Act) -> Message:
    try:
        return work.answer(await changing.change(context, arguments, act), arguments)
    except changing.NotAsSeen as error:
        return await work.overtaken(context, arguments, error)


# --- the order ---------------------------------------------------------------------------------------------


async def up(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await _press(context, arguments, _moving(lambda place: place - 1))


async def down(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await _press(context, arguments, _moving(lambda place: place + 1))


async def top(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await _press(context, arguments, _moving(lambda _place: 0))


def _moving(target: Callable[[int], int]) -> Act:
    async def act(context: Context, read: AgendaOf, arguments: Mapping[str, str]) -> Done:
        groups = read.groups()
        place = ordering.place_of(groups, arguments.get(LINE, ""))
        if place is None:
            raise changing.NotAsSeen(_gone())
        after = ordering.moved(groups, place, target(place))
        line = groups[place].leads
        if after == list(groups):
            return Done(read, _("Den står der allerede: {title}").format(title=shown.named(line)), line=line)
        number = after.index(groups[place]) + 1
        said = _("Flyttet til plass {number}: {title}").format(number=number, title=shown.named(line))
        return Done(await _arranged(context, read, after), said, happened.MOVED, line)

    return act


async def _arranged(context: Context, read: AgendaOf, groups: list[Group]) -> AgendaOf:
    """The agenda in this order, laid down."""
    ordered = ordering.flat(groups)
    await lines.arrange(context.session, read.meeting.id, ordered)
    return read._replace(lines=ordered)


async def put_in_order(draw: Draw, context: Context, arguments: Mapping[str, str]) -> Reply:
    """All of it in a new order, from where it can be dragged: the meeting's page, which `draw` draws."""

    async def act(context: Context, read: AgendaOf, arguments: Mapping[str, str]) -> Done:
        after = ordering.in_order_of(read.groups(), arguments.get("order", ""))
        if after is None:
            raise changing.NotAsSeen(changing.not_as_seen())
        if after == list(read.groups()):
            return Done(read, "")
        return Done(await _arranged(context, read, after), _("Rekkefølgen er lagret."), happened.ORDERED)

    try:
        done = await changing.change(context, arguments, act)
        read, said = done.read, done.said
    except changing.NotAsSeen as error:
        read = await lines.read(context.session, *await at_hand.to_prepare(context, arguments))
        said = "" if error.same_press else str(error)
    page = await draw(context, read)
    return page.model_copy(update={"text": "\n".join(filter(None, (said, page.text))), "replace": True})


# --- together, and apart -----------------------------------------------------------------------------------


async def part(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What is handled together is handled one by one again, in the same places."""

    async def act(context: Context, read: AgendaOf, arguments: Mapping[str, str]) -> Done:
        group = group_of(read, arguments)
        for line in group.lines:
            if line.slot is not None:
                line.slot.with_id = None
        said = _("Behandles hver for seg igjen: {title}").format(title=shown.named(group.leads))
        return Done(read, said, happened.PARTED, group.leads)

    return await _press(context, arguments, act)


def group_of(read: AgendaOf, arguments: Mapping[str, str]) -> Group:
    """The group with the line that a button is about.

    Raises:
        NotAsSeen: it is there no more.
    """
    groups = read.groups()
    place = ordering.place_of(groups, arguments.get(LINE, ""))
    if place is None:
        raise changing.NotAsSeen(_gone())
    return groups[place]


def _gone() -> str:
    return _("Linjen står ikke lenger på sakslisten. Slik er den nå.")


# --- what this meeting goes without ------------------------------------------------------------------------


async def leave_out(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A standing item is left out of this meeting."""

    async def act(context: Context, read: AgendaOf, arguments: Mapping[str, str]) -> Done:
        leads = group_of(read, arguments).leads
        if leads.kind is not SlotKind.STANDING:
            raise changing.NotAsSeen(_gone())
        laid = await lines.lay_down(context.session, read)
        line = next(each for each in laid.lines if each.key == leads.key)
        _stands_alone(laid, line)
        if line.slot is not None:
            line.slot.left_out = True
        await context.session.flush()
        after = await lines.read(context.session, read.meeting, read.committee)
        return Done(after, _("Tatt ut av dette møtet: {title}").format(title=line.title), happened.LEFT_OUT, line)

    return await _press(context, arguments, act)


def _stands_alone(read: AgendaOf, line: Line) -> None:
    """What was handled together with this line is not any more, with it; the others still are with each other."""
    others = [each for group in read.groups() for each in group.lines if line in group.lines and each is not line]
    leads = next((each.slot for each in others if each.slot is not None), None)
    for each in others:
        if each.slot is not None and leads is not None:
            each.slot.with_id = None if each.slot is leads else leads.id
    if line.slot is not None:
        line.slot.with_id = None


async def put_back(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A standing item that was left out is in the meeting again, where it stood."""

    async def act(context: Context, read: AgendaOf, arguments: Mapping[str, str]) -> Done:
        line = next((each for each in read.left_out if each.key == arguments.get(LINE)), None)
        if line is None or line.slot is None:
            raise changing.NotAsSeen(changing.not_as_seen())
        line.slot.left_out = False
        await context.session.flush()
        after = await lines.read(context.session, read.meeting, read.committee)
        return Done(after, _("Tatt inn igjen: {title}").format(title=line.title), happened.PUT_BACK, line)

    return await _press(context, arguments, act)


async def remove(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A line of the secretariat's own is gone."""

    async def act(context: Context, read: AgendaOf, arguments: Mapping[str, str]) -> Done:
        line = group_of(read, arguments).leads
        if line.kind not in work.OWN or line.slot is None:
            raise changing.NotAsSeen(_gone())
        _stands_alone(read, line)
        # The row stays: somebody may have been invited to it.
        line.slot.left_out = True
        await context.session.flush()
        after = read._replace(lines=[each for each in read.lines if each is not line])
        said = _("Tatt bort: {title}").format(title=line.title)
        return Done(after, said, happened.REMOVED, line)

    return await _press(context, arguments, act)


ACTIONS = (
    (Do.UP, up),
    (Do.DOWN, down),
    (Do.TOP, top),
    (Do.PART, part),
    (Do.LEAVE_OUT, leave_out),
    (Do.PUT_BACK, put_back),
    (Do.REMOVE, remove),
)
