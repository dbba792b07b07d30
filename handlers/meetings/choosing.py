"""Which meeting somebody means, who writes `[utvalg] [møte]` after a command: «FSU», «AU 12.3», «fsu forrige»."""

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.calendar.written import parse_date
from handlers.errors import NotAllowed
from handlers.meetings.at_hand import AtHand, about
from handlers.messages.message import Button, Does, Message, Section
from handlers.people.access import may_read_agenda
from handlers.people.context import Actor, Context
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import agenda, committees
from storage.tables import Committee, Meeting

_WORDS = 10
"""As many words as a committee's name has at most."""
_NEXT, _LAST = ("neste", "next"), ("forrige", "førre", "siste", "last")


async def choose(
    context: Context,
    text: str,
    *,
    command: str,
    do: Does,
    past: bool = False,
    may: Callable[[Actor, int], bool] | None = None,
    more: Callable[[Meeting], Mapping[str, str]] = lambda _meeting: {},
) -> AtHand | Message:
    """The meeting that is meant, or a message that asks which, with a button for each (`do`) or what to write.

    Without a meeting it is the committee's next one, or where `past`, its latest. Without a committee it is the only
    one that the actor has a role in.

    Args:
        command: what was typed, to name it in a sentence: `saksliste`.
        may: whether somebody may do it with the meetings of the committee with this id; others are not offered.
        more: what was typed besides, for the meeting that is chosen: its button takes it along.

    Raises:
        NotAllowed: the committee is not one the actor follows.
    """
    named, rest = await _committee(context, text)
    if named is not None:
        if not may_read_agenda(context.actor, named):
            raise NotAllowed(
                _("Møtene i {committee} er for medlemmene. Er du medlem? Be koordinatoren føre deg opp.").format(
                    committee=named.name
                )
            )
        return await _of_committee(context, named, rest, command=command, do=do, past=past, more=more)
    own = [
        each
        for each in await committees.active(context.session)
        if each.id in context.actor.roles and (may is None or may(context.actor, each.id))
    ]
    if not own:
        return Message(title=_("Du er ikke med i noe utvalg"), text=_no_committee(command))
    if len(own) == 1:
        return await _of_committee(context, own[0], rest, command=command, do=do, past=past, more=more)
    if rest:
        return Message(title=_("Jeg finner ikke utvalget «{text}»").format(text=text), text=_no_committee(command))
    sections = []
    for each in own:
        meetings = await agenda.meetings_of(context.session, each.id, context.now, past=past, limit=1)
        sections.append(
            Section(
                title=each.name,
                text="" if meetings else _no_meetings(past=past),
                buttons=tuple(_button(meeting, do, more) for meeting in meetings),
            )
        )
    return Message(title=_("Hvilket utvalg?"), sections=tuple(sections))


async def _committee(context: Context, text: str) -> tuple[Committee | None, str]:
    """The committee that the text begins with, and the rest of it."""
    words = text.split()
    for end in range(min(len(words), _WORDS), 0, -1):
        found = await committees.named(context.session, " ".join(words[:end]), context.today)
        if found is not None:
            return found, " ".join(words[end:])
    return None, " ".join(words)


async def _of_committee(
    context: Context,
    committee: Committee,
    rest: str,
    *,
    command: str,
    do: Does,
    past: bool,
    more: Callable[[Meeting], Mapping[str, str]],
) -> AtHand | Message:
    wanted = rest.casefold()
    backwards = (past and wanted not in _NEXT) or wanted in _LAST
    meetings = await agenda.meetings_of(context.session, committee.id, context.now, past=backwards)
    if not wanted or wanted in (*_NEXT, *_LAST):
        if meetings:
            return AtHand(meetings[0], committee)
        return Message(title=committee.name, text=_no_meetings(past=backwards))
    others = await agenda.meetings_of(context.session, committee.id, context.now, past=not backwards)
    on_day = [meeting for meeting in (*meetings, *others) if _is_on(meeting, wanted)]
    if len({meeting.id for meeting in on_day}) == 1:
        return AtHand(on_day[0], committee)
    return Message(
        title=_("Hvilket møte i {committee}?").format(committee=committee.name),
        text=_("Jeg finner ikke møtet «{text}». Velg ett, eller skriv datoen: {example}.").format(
            text=rest, example=typed(f"{command} {committee.key} 12.3")
        ),
        buttons=tuple(_button(meeting, do, more) for meeting in _each_once((*meetings, *others))),
    )


def _each_once(meetings: Sequence[Meeting]) -> Sequence[Meeting]:
    return sorted({meeting.id: meeting for meeting in meetings}.values(), key=lambda meeting: meeting.starts_at)


def _is_on(meeting: Meeting, text: str) -> bool:
    """Whether `text` is the meeting's day, with or without the year."""
    day = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()
    try:
        return parse_date(text, day.year) == day
    except ValueError:
        return False


def _button(meeting: Meeting, do: Does, more: Callable[[Meeting], Mapping[str, str]]) -> Button:
    label = dates.short_day(meeting.starts_at, meeting.zone)
    return Button(label=label, action=do, arguments={**about(meeting), **more(meeting)})


def _no_meetings(*, past: bool) -> str:
    return _("Ingen møter er holdt ennå.") if past else _("Ingen kommende møter i planen.")


def _no_committee(command: str) -> str:
    return _("Skriv {command} og navnet på et utvalg, eller {meetings} for å se møtene.").format(
        command=typed(command), meetings=typed("mote")
    )
