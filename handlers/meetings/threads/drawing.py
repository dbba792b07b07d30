"""What stands in a thread, in words: only what everybody may read who can be in a channel, guests and strangers too.

So the rules are those of what the public reads: a case that is closed (unntatt offentlighet) by now has its number and
nothing else, telephone numbers and addresses are taken out, guests of the meeting are not named. There is no link to an
online meeting, and no file: a signed link is one person's own. Whoever presses a button gets what they may see, alone.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases.closed import every_title
from handlers.cases.closed import title as title_of_closed
from handlers.cases.duration import duration
from handlers.meetings.agenda import difference
from handlers.meetings.agenda.difference import Was
from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.at_hand import meeting_button
from handlers.meetings.attendance import roll
from handlers.meetings.life import MeetingTimes, Stands, in_words, read
from handlers.meetings.minutes import closed, record, views
from handlers.meetings.minutes.document.public import taking_out, titles_called, without_contact
from handlers.meetings.minutes.document.values import guests_called, masked
from handlers.meetings.minutes.record import Written
from handlers.meetings.minutes.round_actions import Do as Round
from handlers.meetings.minutes.round_actions import button
from handlers.meetings.threads import own
from handlers.meetings.threads.state import Now, State
from handlers.messages.message import Button, Fact, Message, Section
from handlers.patterns import pattern_of
from handlers.writing.language import _
from handlers.writing.text import length, shorten
from storage import cases
from storage.tables import Committee, Meeting, MinutesStatus
from storage.types import JsonObject

_ADDRESS = pattern_of(r"(?:https?://|www\.)\S+|(?<![\w.@-])(?:[\w-]+\.)+[a-z]{2,}/\S+", re.IGNORECASE)
"""Also one that was pasted without what it begins with."""
_LINES, _UNITS = 20, 2500
"""So much stands in one piece of a message, on any platform."""


class Kind(StrEnum):
    """What a post is. The values are kept in the database."""

    ROOT = "root"
    """The beginning of the thread, which always says how the meeting stands."""
    TIMES = "times"
    READY = "ready"
    """There is an agenda now, and was none when the thread began."""
    AGENDA = "agenda"
    CONVENED = "convened"
    MINUTES = "minutes"
    APPROVED = "approved"


class Decided(NamedTuple):
    """What the minutes of a meeting decide, as the public may read it: the heading and text of each case."""

    cases: Sequence[tuple[str, str]]
    status: str


async def instead(session: AsyncSession, read: AgendaOf) -> Mapping[str, str]:
    """What stands in the place of guests' names, and of closed cases' titles, where the texts of others name them."""
    closed_ones = await cases.closed_ones(session)
    stand = {line.title for line in read.lines if not line.is_closed}
    titles = titles_called(((every_title(each), title_of_closed(each)) for each in closed_ones), stand)
    return {**guests_called(await roll.read(session, read)), **titles}


async def decided(session: AsyncSession, now: Now, called: Mapping[str, str]) -> Decided | None:
    """None: there are no minutes that are published by now. `called`: see `instead`."""
    row = now.row
    if row is None or row.status not in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED):
        return None
    whole = await record.of(session, now.read)
    found = [(_heading(each), _conclusions(each)) for each in closed.veiled(whole).lines]
    told: list[list[str]] = masked([[heading, text] for heading, text in found if text], called)
    return Decided([(heading, text) for heading, text in told], views.status_of(row))


def _heading(each: Written) -> str:
    return each.called


def _conclusions(each: Written) -> str:
    if closed.is_veiled(each):
        return _("Saken er unntatt offentlighet.")
    return views.conclusions(each.entry.conclusions) if each.entry is not None and each.entry.conclusions else ""


class Scene(NamedTuple):
    """What is needed to draw any post of a thread. `hidden`: the ids of the cases in it that are closed by now. `left`:
    nothing more is said in it. `called`: see `instead`."""

    meeting: Meeting
    committee: Committee
    state: State
    hidden: Collection[int]
    left: bool
    decided: Decided | None
    called: Mapping[str, str]


def draw(scene: Scene, content: JsonObject) -> Message:
    """A post, of what it says (`content`) and how things stand by now, in the language that is spoken."""
    match Kind(content["kind"]):
        case Kind.ROOT:
            return _root(scene)
        case Kind.TIMES:
            return _times(scene, content)
        case Kind.READY:
            return Message(title=_("Sakslisten er klar"), text=_("Den står øverst i tråden."))
        case Kind.AGENDA:
            return _agenda(scene, content)
        case Kind.CONVENED:
            return _convened(scene)
        case Kind.MINUTES:
            return _minutes(scene, content)
        case Kind.APPROVED:
            return Message(title=_("Referatet er godkjent"), buttons=(_to_minutes(scene),))


def _root(scene: Scene) -> Message:
    state, zone = scene.state, scene.meeting.zone
    times = state.stands.times
    title = _("{committee}: møtet {day} er avlyst") if state.stands.cancelled else _("{committee}: møtet {day}")
    facts = [
        (_("Tid"), dates.span(times.starts_at, times.ends_at, zone)),
        (_("Sted"), _public(times.place)),
    ]
    if not state.stands.cancelled and times.deadline_at is not None:
        facts.append((_("Frist for å melde saker"), dates.day_and_clock(times.deadline_at, zone)))
    facts.append((_("Innkalling"), _("Sendt") if state.convened else ""))
    facts.append((_("Referat"), scene.decided.status if scene.decided is not None else _withdrawn(state)))
    small = (
        _("Det kommer ikke mer i denne tråden. Det som skjer videre med møtet, får dere vite som før.")
        if scene.left
        else _("Det som skjer med møtet, står her og i tråden under.")
    )
    return Message(
        title=title.format(committee=scene.committee.name, day=dates.short_day(times.starts_at, zone)),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        sections=_listed(scene) if not state.stands.cancelled else (),
        buttons=(meeting_button(scene.meeting),),
        small=small,
        shared=own.of(scene.meeting),
    )


def _withdrawn(state: State) -> str:
    return _("Trukket tilbake og rettes") if state.minutes else ""


def _listed(scene: Scene) -> tuple[Section, ...]:
    """The agenda, as it was told of."""
    agenda = scene.state.agenda
    title = _("Saksliste")
    if agenda is None:
        return (Section(title=title, text=_("Sakslisten er ikke klar ennå.")),)
    agenda = difference.marked_closed(agenda, scene.hidden)
    clean = _cleaning(scene.called)
    said = [_line(each, agenda, scene.meeting.zone, clean) for each in difference.lines_of(agenda)]
    if not said:
        return (Section(title=title, text=_("Ingen saker på sakslisten ennå.")),)
    texts = _pieces(said)
    return tuple(Section(title="" if number else title, text=text) for number, text in enumerate(texts))


def has_cases(agenda: JsonObject | None) -> bool:
    """Whether what was told of the agenda has a case in it."""
    return agenda is not None and any(line.number and not line.withdrawn for line in difference.lines_of(agenda))


def _pieces(said: Sequence[str]) -> Sequence[str]:
    pieces: list[list[str]] = [[]]
    for line in said:
        piece = pieces[-1]
        if piece and (len(piece) >= _LINES or length("\n".join([*piece, line])) > _UNITS):
            pieces.append([line])
        else:
            piece.append(line)
    return ["\n".join(piece) for piece in pieces]


def _cleaning(called: Mapping[str, str]) -> Callable[[str], str]:
    """A text as anybody may read it."""
    take_out = taking_out(called)
    return lambda text: without_contact(take_out(text))


def _line(line: Was, agenda: Mapping[str, Any], zone: str, clean: Callable[[str], str]) -> str:
    """«09.00  1/2026 (O)  Felles opplæring · 20 min»."""
    title = _("Sak unntatt offentlighet") if line.closed else clean(line.title)
    said = f"{line.number}  {title}" if line.number else title
    if line.withdrawn:
        said = _("{line} (trukket)").format(line=said)
    if line.follows:
        return _("↳ {line} (sammenfallende)").format(line=said)
    if line.minutes:
        said += f" · {duration(line.minutes)}"
    at = agenda.get("clocks", {}).get(line.key)
    return f"{dates.clock(dates.stored(at), zone)}  {said}" if at else said


def _times(scene: Scene, content: JsonObject) -> Message:
    before, after = read(content["before"]), read(content["after"])
    assert before is not None  # noqa: S101 - it was stored so
    assert after is not None  # noqa: S101
    zone, name = scene.meeting.zone, scene.committee.name
    if after.cancelled:
        when = dates.span(before.times.starts_at, before.times.ends_at, zone)
        # Of one that was written down before this was, it is not known that there were none.
        if content.get("cases", True):
            text = _("Det skulle vært {when}. Sekretariatet flytter sakene til et senere møte, med numrene de har.")
        else:
            text = _("Det skulle vært {when}.")
        return Message(title=_("Møtet i {committee} er avlyst").format(committee=name), text=text.format(when=when))
    deadline = Fact(
        label=_("Frist for å melde saker"),
        value=dates.day_and_clock(after.times.deadline_at, zone) if after.times.deadline_at is not None else "",
    )
    now = _in_words(after, zone)
    if before.cancelled:
        title = _("Møtet i {committee} holdes likevel")
        facts = [Fact(label=_("Møte"), value=now), deadline]
    elif _place_and_time(before) == _place_and_time(after):
        title = _("Ny frist for å melde saker til {committee}")
        known = before.times.deadline_at
        said = dates.day_and_clock(known, zone) if known is not None else ""
        facts = [Fact(label=_("Før"), value=said), Fact(label=_("Nå"), value=deadline.value)]
    else:
        same_time = before.times[:2] == after.times[:2]
        title = _("Møtet i {committee} har fått nytt sted") if same_time else _("Møtet i {committee} er flyttet")
        facts = [Fact(label=_("Før"), value=_in_words(before, zone)), Fact(label=_("Nå"), value=now), deadline]
    return Message(title=title.format(committee=name), facts=tuple(fact for fact in facts if fact.value))


def _in_words(stands: Stands, zone: str) -> str:
    return in_words(stands.times._replace(place=_public(stands.times.place)), zone)


def _public(place: str) -> str:
    """A place without an address of an online meeting: who may come there is not for a channel to say."""
    return without_contact(_ADDRESS.sub(lambda _found: _("nettmøte"), place))


def _place_and_time(stands: Stands) -> tuple[object, ...]:
    return MeetingTimes(*stands.times)[:3]


def is_news(before: Stands, after: Stands) -> bool:
    """Whether a thread tells of it: not of another link to an online meeting, nor of what becomes of one that is
    cancelled."""
    if before.cancelled and after.cancelled:
        return False
    return before.cancelled != after.cancelled or _told_of(before) != _told_of(after)


def _told_of(stands: Stands) -> tuple[object, ...]:
    return (*_place_and_time(stands), stands.times.deadline_at)


def changed(
    content: JsonObject, hidden: Collection[int] = (), called: Mapping[str, str] | None = None
) -> Sequence[Fact]:
    """What is different between the agendas of an `AGENDA` post, as everybody may read it."""
    before, after = (difference.marked_closed(content[name], hidden) for name in ("before", "after"))
    facts = difference.facts(difference.between(before, after), closed=False)
    clean = _cleaning(called or {})
    return [Fact(label=fact.label, value=clean(fact.value)) for fact in facts]


def _agenda(scene: Scene, content: JsonObject) -> Message:
    facts = changed(content, scene.hidden, scene.called)
    return Message(
        title=_("Sakslisten er endret"),
        text="" if facts else _("Endringen gjelder saker som er unntatt offentlighet."),
        facts=tuple(facts),
    )


def _convened(scene: Scene) -> Message:
    return Message(
        title=_("Innkallingen er sendt"),
        text=_("De som er innkalt, har fått den. Svar på om du kommer, der eller på møtets side."),
        buttons=(meeting_button(scene.meeting),),
    )


def _minutes(scene: Scene, content: JsonObject) -> Message:
    if scene.decided is None or content["published_at"] != scene.state.published_at:
        return Message(title=_("Referatet er trukket tilbake og rettes"))
    sections = [Section(title=heading, text=shorten(text, _UNITS)) for heading, text in scene.decided.cases]
    text = "" if sections else _("Det er ikke skrevet noen konklusjoner.")
    return Message(
        title=_("Referatet fra møtet er publisert"),
        text=text,
        facts=(Fact(label=_("Status"), value=scene.decided.status),),
        sections=tuple(sections),
        buttons=(_to_minutes(scene),),
    )


def _to_minutes(scene: Scene) -> Button:
    return button(Round.SHOW, _("Les referatet"), scene.meeting)
