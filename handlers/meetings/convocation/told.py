"""What those who are convened read: the convocation with its files, which follows the meeting where it stands."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.at_hand import about
from handlers.meetings.audience import Reader
from handlers.meetings.convocation import documents
from handlers.meetings.convocation.actions import Do
from handlers.meetings.convocation.content import Convening
from handlers.meetings.convocation.documents import agenda_in_words
from handlers.meetings.convocation.seeing import Sees, of_reader
from handlers.messages.message import Button, Fact, Message, Page, Section
from handlers.messages.standing import Seen, Standing, in_places, places
from handlers.writing.language import _
from handlers.writing.text import length
from storage.tables import Meeting

_PART = 2800
"""So much text stands in one section: what every platform takes."""


def subject(meeting: Meeting) -> str:
    """The subject of the convocation."""
    return f"meeting:{meeting.id}:convocation"


def standing(convening: Convening, readers: Sequence[Reader]) -> Standing:
    """What is read of the convocation by now, by whom; whoever is not concerned any more is told so."""
    beginning = subject(convening.meeting)
    seen = []
    for sees in (Sees.EVERYTHING, Sees.OPEN):
        group = [(reader.person_id, reader.language) for reader in readers if of_reader(reader) is sees]
        if group:
            seen.append(Seen(places(beginning, group), partial(_message, convening, sees, 0)))
    for reader in readers:
        if of_reader(reader) is Sees.OWN:
            place = places(beginning, [(reader.person_id, reader.language)])
            seen.append(Seen(place, partial(_message, convening, Sees.OWN, reader.person_id)))
    return Standing(beginning, seen, in_places(beginning, partial(_not_concerned, convening)))


def _message(convening: Convening, sees: Sees, person_id: int) -> Message:
    meeting = convening.meeting
    if meeting.cancelled_at is not None:
        return Message(
            title=_("Møtet i {committee} {day} er avlyst").format(
                committee=convening.committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
            ),
            files=(documents.calendar_file(meeting),),
        )
    own = sees is Sees.OWN
    title = _("Du legger fram sak i {committee} {day}") if own else _("Innkalling: {committee} {day}")
    return Message(
        title=title.format(committee=convening.committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)),
        facts=facts(meeting),
        sections=agenda_sections(convening, sees, person_id),
        files=(documents.word_file(meeting, _("Innkalling (Word)")), documents.calendar_file(meeting)),
        buttons=(show(meeting, own=own),),
        page=page_of(convening, own=own),
    )


def facts(meeting: Meeting) -> tuple[Fact, ...]:
    """When and where."""
    found = (
        (_("Tid"), dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)),
        (_("Sted"), meeting.place),
    )
    return tuple(Fact(label=label, value=value) for label, value in found if value)


def agenda_sections(convening: Convening, sees: Sees, person_id: int) -> tuple[Section, ...]:
    """The agenda, in as many sections as it takes."""
    title = _("Din sak") if sees is Sees.OWN else _("Saksliste")
    parts: list[list[str]] = [[]]
    for line in agenda_in_words(convening, sees, person_id).split("\n"):
        if parts[-1] and length("\n".join([*parts[-1], line])) > _PART:
            parts.append([])
        parts[-1].append(line)
    texts = ["\n".join(part) for part in parts]
    if not texts[0]:
        texts = [_("Ingen saker på sakslisten ennå.")]
    return tuple(Section(title=title if place == 0 else "", text=text) for place, text in enumerate(texts))


def show(meeting: Meeting, *, own: bool) -> Button:
    """Leads to the meeting, or for whoever comes for a case, to that."""
    return Button(label=_("Vis møtet"), action=Do.OWN if own else Meetings.PAGE, arguments=about(meeting))


def page_of(convening: Convening, *, own: bool) -> Page:
    """Where whoever is not on chat reads it."""
    meeting = convening.meeting
    local = f"{meeting.starts_at.astimezone(ZoneInfo(meeting.zone)):%d.%m.%Y}"
    return Page(
        reference=f"{convening.committee.key} {local}",
        action=Do.OWN if own else Meetings.PAGE,
        arguments=about(meeting),
    )


def _not_concerned(convening: Convening) -> Message:
    meeting = convening.meeting
    return Message(
        title=_("Innkallingen til {committee} {day} gjelder ikke deg lenger").format(
            committee=convening.committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
        )
    )


def for_one(convening: Convening, sees: Sees, person_id: int) -> Message:
    """The convocation as this person sees it."""
    return _message(convening, sees, person_id)
