"""The files of a convocation: the Word document, and the calendar entry.

Both are made when somebody opens them, of what stands then, and of as much of it as that person may see then.
"""

from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

from handlers.calendar import dates, entry
from handlers.calendar.entry import Entry, Person
from handlers.capability import Document, File
from handlers.errors import Gone, NotAllowed
from handlers.meetings import at_hand, joining
from handlers.meetings.at_hand import about
from handlers.meetings.convocation import content
from handlers.meetings.convocation.content import Convening
from handlers.meetings.convocation.fields import KIND
from handlers.meetings.convocation.seeing import Sees, by_roles, title
from handlers.meetings.document_names import MINUTES
from handlers.messages.message import FileLink, FileRef
from handlers.people.access import may_decide, may_propose
from handlers.people.context import Context
from handlers.writing.language import DEFAULT, _, speaking
from handlers.writing.template.filling import fill
from handlers.writing.word import DOCX
from storage import convocations, people
from storage.tables import Meeting

WORD, CALENDAR = "innkalling.word", "innkalling.kalender"
_ICS = "text/calendar; charset=utf-8"


def word_file(meeting: Meeting, label: str) -> FileLink:
    return FileLink(label=label, file=FileRef(document=WORD, arguments=about(meeting)))


def calendar_file(meeting: Meeting) -> FileLink:
    return FileLink(label=_("Legg i kalenderen (.ics)"), file=FileRef(document=CALENDAR, arguments=about(meeting)))


def minutes_files(convening: Convening) -> tuple[FileLink, ...]:
    """The minutes of the meeting before, which go with the convocation once they are published."""
    previous = convening.previous
    if previous is None or previous.status not in content.READY:
        return ()
    label = _("Forrige referat, {day} (Word)").format(day=dates.short_day(previous.starts_at, previous.zone))
    ref = FileRef(document=MINUTES, arguments={"meeting": str(previous.meeting_id)})
    return (FileLink(label=label, file=ref),)


async def find(context: Context, arguments: Mapping[str, str]) -> tuple[Convening, Sees]:
    """The meeting in the arguments, and how much of it the actor sees.

    Raises:
        Gone: there is none.
        NotAllowed: it does not concern them.
    """
    meeting, committee = await at_hand.find(context, arguments)
    sees = by_roles(context.actor.roles.get(committee.id, ()))
    if sees is Sees.OWN and may_propose(context.actor, committee):
        # It takes cases from everybody, so everybody reads its agenda.
        sees = Sees.OPEN
    convening = await content.gather(context.session, meeting, committee, context.now)
    if convening.stands_in(context.actor.person_id):
        sees = Sees.EVERYTHING
    if sees is Sees.OWN and not convening.lines(sees, context.actor.person_id):
        raise NotAllowed(
            _("Innkallingen til {committee} er for medlemmene, og for dem som legger fram en sak i møtet.").format(
                committee=committee.name
            )
        )
    return convening, sees


async def _word(context: Context, arguments: Mapping[str, str]) -> File:
    convening, sees = await find(context, arguments)
    is_sent = convening.read.row is not None and convening.read.row.convened_at is not None
    if not is_sent and not may_decide(context.actor, convening.committee.id):
        raise Gone(_("Innkallingen er ikke sendt ennå."))
    own = await convocations.template(context.session, convening.committee.id, KIND.name)
    # One document for everybody, so it is in the language of the template that ships.
    with speaking(DEFAULT):
        values = content.values(convening, sees, context.actor.person_id, context.now)
        heading = content.heading(convening)
    day = convening.meeting.starts_at.astimezone(ZoneInfo(convening.meeting.zone)).date()

    def draw() -> bytes:
        with speaking(DEFAULT):
            return fill(own or KIND.default(), values, title=heading, at=context.now)

    return File(f"Innkalling {convening.committee.key} {day}.docx", DOCX, draw)


async def _calendar(context: Context, arguments: Mapping[str, str]) -> File:
    convening, sees = await find(context, arguments)
    row, meeting = convening.read.row, convening.meeting
    if row is None or row.convened is None:
        raise Gone(_("Innkallingen er ikke sendt ennå."))
    organiser = await _organiser(context, convening)
    email = await people.mail_address(context.session, context.actor.person_id)
    made = Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        title=_("Møte i {committee}").format(committee=convening.committee.name),
        place=meeting.place,
        # Others see what stands in somebody's calendar, so closed cases are not told of there, whoever's it is.
        text="\n\n".join(
            filter(
                None,
                (
                    joining.line(meeting),
                    agenda_in_words(convening, Sees.OPEN if sees is Sees.EVERYTHING else sees, context.actor.person_id),
                ),
            )
        ),
        at=context.now,
        organiser=organiser,
        attendee=Person(context.actor.name, email) if email else None,
        cancelled=meeting.cancelled_at is not None,
    )
    day = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()
    return File(
        f"{convening.committee.key} {day}.ics", f"{_ICS}; method={entry.method(made)}", partial(entry.write, made)
    )


async def _organiser(context: Context, convening: Convening) -> Person | None:
    """Who sent the convocation, or else whoever of the secretariat has an e-mail address."""
    row = convening.read.row
    sender = row.convened_by_id if row is not None else None
    ids = [sender] if sender is not None else []
    ids += [holder.person_id for holder in convening.secretaries if holder.person_id != sender]
    names = await people.names(context.session, ids[:1])
    email = await people.mail_address(context.session, ids[0]) if ids else None
    return Person(names[ids[0]], email) if email and ids[0] in names else None


def agenda_in_words(convening: Convening, sees: Sees, person_id: int) -> str:
    """The agenda as plain lines, as far as they see it."""
    shown = []
    for line, at in convening.lines(sees, person_id):
        clock = dates.clock(at, convening.meeting.zone) if at is not None and line.minutes else ""
        named = f"{line.number}  {title(line, sees)}" if line.number else title(line, sees)
        named = _("{line} (trukket)").format(line=named) if line.is_withdrawn else named
        shown.append("  ".join(filter(None, (clock, named))))
    return "\n".join(shown)


DOCUMENTS = (Document(WORD, _word), Document(CALENDAR, _calendar))
