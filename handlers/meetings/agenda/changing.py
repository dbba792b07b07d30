"""Changing an agenda: held while it is changed, as its reader saw it, and told of in the meeting's history.

Each button carries the revision that its reader saw. Of two who press at once one is first; the other is told who did
what, and sees the agenda as it is by then.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from handlers.errors import BotError
from handlers.meetings import at_hand
from handlers.meetings.agenda import happened, lines, ordering
from handlers.meetings.agenda.actions import LINE, SEEN
from handlers.meetings.agenda.lines import AgendaOf, Line
from handlers.messages.arguments import id_in
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import _
from storage import agenda, cases


class Done(NamedTuple):
    """A change that was made: the agenda after it, and what its reader is told. `kind`: of the event; None: nothing was
    changed. `line`: the one that it was about."""

    read: AgendaOf
    said: str
    kind: str | None = None
    line: Line | None = None


Act = Callable[[Context, AgendaOf, Mapping[str, str]], Awaitable[Done]]


class NotAsSeen(BotError):
    """The agenda is not as its reader saw it. `again`: it was they who changed it, by the same press."""

    def __init__(self, text: str, *, same_press: bool = False) -> None:
        self.same_press = same_press
        super().__init__(text)


async def hold(context: Context, arguments: Mapping[str, str]) -> AgendaOf:
    """The agenda, which nobody else changes until the transaction ends, for its secretariat.

    Raises:
        Gone, NotAllowed: says why not.
        Settled: the meeting has begun, or is cancelled.
    """
    meeting, committee = await at_hand.to_prepare(context, arguments)
    row = await agenda.locked(context.session, meeting.id)
    slots = await agenda.slots(context.session, meeting.id)
    on_it = await cases.handled(context.session, meeting.id)
    read = lines.read_from(meeting, committee, row, slots, on_it)
    may_change(context, read)
    return read


def may_change(context: Context, read: AgendaOf) -> None:
    """Raises `Settled`: the meeting has begun, or is cancelled."""
    why_not = ordering.why_not(read, context.now)
    if why_not is not None:
        raise Settled(why_not)


async def change(context: Context, arguments: Mapping[str, str], act: Act) -> Done:
    """Do `act` with the agenda as its reader saw it.

    Raises:
        NotAsSeen: somebody changed it since. As `hold` besides.
    """
    read = await hold(context, arguments)
    seen = id_in(arguments.get(SEEN, ""))
    if seen != read.revision:
        raise await _not_as_seen(context, read, arguments)
    done = await act(context, read, arguments)
    if done.kind is not None:
        await record(context, done, data={SEEN: seen, LINE: arguments.get(LINE, "")})
    return done


async def record(context: Context, done: Done, *, data: Mapping[str, Any] | None = None, draft_id: str = "") -> None:
    """The agenda was changed, which goes into its revision and into the meeting's history."""
    row = done.read.row
    if row is None or done.kind is None:
        return
    row.revision += 1
    title = {"title": done.line.title} if done.line is not None else {}
    await agenda.HISTORY.add(
        context.session,
        done.read.meeting.id,
        done.kind,
        context.actor.person_id,
        context.now,
        data={**title, **(data or {})},
        draft_id=draft_id or None,
    )


async def _not_as_seen(context: Context, read: AgendaOf, arguments: Mapping[str, str]) -> NotAsSeen:
    last = await _last(context, read)
    what = happened.sentence(last, read.meeting.zone) if last is not None else ""
    same_press = (
        last is not None
        and last.actor_id == context.actor.person_id
        and last.data.get(SEEN) == id_in(arguments.get(SEEN, ""))
        and last.data.get(LINE) == arguments.get(LINE, "")
    )
    text = _("Sakslisten er endret siden du så den. {what}. Slik er den nå; det du trykket, er ikke gjort.")
    return NotAsSeen(text.format(what=what) if what else not_as_seen(), same_press=same_press)


def not_as_seen() -> str:
    """What is said where nobody can be named."""
    return _("Sakslisten er endret siden du så den. Slik er den nå; det du trykket, er ikke gjort.")


async def _last(context: Context, read: AgendaOf) -> Any:
    events = await agenda.HISTORY.events(context.session, read.meeting.id)
    return next((event for event in reversed(events) if event.kind.startswith("agenda.")), None)
