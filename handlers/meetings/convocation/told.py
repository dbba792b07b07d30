"""What those who are convened read: the convocation with its files and the buttons to answer with.

It follows the meeting where it stands. What changed in it is told apart (see `changed`), since a changed message rings
no bell.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.meetings import joining
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.agenda import shown
from handlers.meetings.at_hand import about
from handlers.meetings.attendance import buttons, news, roll
from handlers.meetings.attendance.roll import Roll
from handlers.meetings.audience import Reader
from handlers.meetings.convocation import documents
from handlers.meetings.convocation.actions import Do
from handlers.meetings.convocation.content import Convening
from handlers.meetings.convocation.documents import agenda_in_words
from handlers.meetings.convocation.seeing import Sees, of_reader
from handlers.messages.message import Button, Fact, Message, Page, Section
from handlers.messages.standing import Build, Seen, Standing, Write, in_places, places, show_all
from handlers.writing.language import _
from handlers.writing.text import length, shorten
from storage import deliveries
from storage.deliveries import Place
from storage.tables import Meeting

_ROOM = 8000
"""So much text of an agenda stands in one message: what every platform takes, with the rest of the message."""
_LEAST = 40
"""A title is not cut to less than that."""


def subject(meeting: Meeting) -> str:
    """The subject of the convocation."""
    return f"meeting:{meeting.id}:convocation"


async def show(
    session: AsyncSession,
    convening: Convening,
    readers: Sequence[Reader],
    now: datetime,
    *,
    write: Write = deliveries.wish,
) -> Roll:
    """Let everybody concerned see the convocation as it is by now, with what they have answered. Who comes, as it was
    read for that."""
    await show_all(session, now, [standing(convening, readers)], write=write)
    everybody = await roll.read(session, convening.read, convening.written)
    answered = [each for each in everybody.attendees if each.answer is not None]
    if answered:
        await news.show_answers(session, convening.meeting, answered, now)
    return everybody


async def show_to_new(session: AsyncSession, convening: Convening, readers: Sequence[Reader], now: datetime) -> int:
    """Let those see it who are concerned by now and have not got it, and those know who are not any more; how many got
    it now."""
    beginning = subject(convening.meeting)
    held = {place.person_id for place in await deliveries.shown_to(session, [beginning])}
    concerned = {reader.person_id for reader in readers}
    new = [reader for reader in readers if reader.person_id not in held]
    leaving = partial(_not_concerned, convening)

    def gone(place: Place) -> Build | None:
        return None if place.person_id in concerned else leaving

    if new or held - concerned:
        found = standing(convening, new)._replace(gone=gone)
        await show_all(session, now, [found], write=deliveries.wish_by_loading)
    return len(new)


def standing(convening: Convening, readers: Sequence[Reader]) -> Standing:
    """What is read of the convocation by now, by whom; whoever is not concerned any more is told so."""
    beginning = subject(convening.meeting)
    groups: dict[tuple[Sees, int, bool], list[Reader]] = {}
    for reader in readers:
        sees = of_reader(reader)
        # Whoever comes for a case of theirs reads what nobody else does.
        whose = reader.person_id if sees is Sees.OWN else 0
        groups.setdefault((sees, whose, reader.may_send), []).append(reader)
    seen = [
        Seen(
            places(beginning, [(reader.person_id, reader.language) for reader in group]),
            partial(message, convening, sees, whose, substitute=may_send),
        )
        for (sees, whose, may_send), group in groups.items()
    ]
    return Standing(beginning, seen, in_places(beginning, partial(_not_concerned, convening)))


def message(convening: Convening, sees: Sees, person_id: int, *, substitute: bool) -> Message:
    """The convocation, to whoever sees so much of it. `substitute`: they may send one."""
    meeting = convening.meeting
    if meeting.cancelled_at is not None:
        return Message(
            title=_named(convening, _("Møtet i {committee} {day} er avlyst")), files=(documents.calendar_file(meeting),)
        )
    own = sees is Sees.OWN
    return Message(
        title=_named(
            convening, _("Du legger fram sak i {committee} {day}") if own else _("Innkalling: {committee} {day}")
        ),
        facts=facts(meeting),
        links=joining.links(meeting),
        sections=agenda_sections(convening, sees, person_id),
        files=(
            documents.word_file(meeting, _("Innkalling (Word)")),
            documents.calendar_file(meeting),
            *(() if own else documents.minutes_files(convening)),
        ),
        buttons=(*buttons.to_answer(meeting, substitute=substitute), show_button(meeting, own=own)),
        page=page_of(convening, own=own),
    )


def facts(meeting: Meeting) -> tuple[Fact, ...]:
    """When and where."""
    found = (
        (_("Tid"), dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)),
        (_("Sted"), meeting.place),
    )
    return (*(Fact(label=label, value=value) for label, value in found if value), *joining.facts(meeting))


def agenda_sections(convening: Convening, sees: Sees, person_id: int) -> tuple[Section, ...]:
    """The agenda, in as many sections as it takes."""
    if sees is Sees.OWN:
        return (Section(title=_("Din sak"), text=agenda_in_words(convening, sees, person_id)),)
    pages = shown.pages(convening.read, closed=sees is Sees.EVERYTHING)
    texts = [_in_short(pages, page) for page in pages] if pages[0] else [_("Ingen saker på sakslisten ennå.")]
    return tuple(Section(title="" if place else _("Saksliste"), text=text) for place, text in enumerate(texts))


def _in_short(pages: Sequence[str], page: str) -> str:
    """One part of the agenda, with long titles cut where all of it is more than one message takes: each case is named,
    and the whole title stands in the document and on the meeting's page."""
    lines = sum(part.count("\n") + 1 for part in pages)
    if sum(map(length, pages)) <= _ROOM:
        return page
    return "\n".join(shorten(line, max(_LEAST, _ROOM // lines)) for line in page.split("\n"))


def show_button(meeting: Meeting, *, own: bool) -> Button:
    """Leads to the meeting, or for whoever comes for a case, to that."""
    return Button(label=_("Vis møtet"), action=Do.OWN if own else Meetings.PAGE, arguments=about(meeting))


def page_of(convening: Convening, *, own: bool) -> Page:
    """Where whoever is not on chat reads it."""
    page = buttons.page_of(convening.meeting, convening.committee)
    return Page(reference=page.reference, action=Do.OWN, arguments=page.arguments) if own else page


def _named(convening: Convening, title: str) -> str:
    meeting = convening.meeting
    return title.format(committee=convening.committee.name, day=dates.short_day(meeting.starts_at, meeting.zone))


def _not_concerned(convening: Convening) -> Message:
    return Message(title=_named(convening, _("Innkallingen til {committee} {day} gjelder ikke deg lenger")))
