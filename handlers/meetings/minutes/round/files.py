"""The Word documents of minutes: the whole, and the one that the public may read.

They are made when somebody opens them, of what stands then; and whoever is not told of closed cases gets the public one
under both names. What is asked of the database is asked before; filling in takes a processor for a while, so that is
done in a thread.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from handlers.capability import Document, File
from handlers.errors import NotAllowed
from handlers.meetings.document_names import MINUTES, PUBLIC_MINUTES
from handlers.meetings.minutes import closed
from handlers.meetings.minutes.document.fields import KIND
from handlers.meetings.minutes.document.values import gather, guests_called, heading, masked, titles_of_closed, values
from handlers.meetings.minutes.round.at_hand import Round, find, to_read
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import DEFAULT, _, speaking
from handlers.writing.template.filling import fill
from handlers.writing.word import DOCX
from storage import cases, convocations
from storage.tables import MinutesStatus


async def _whole(context: Context, arguments: Mapping[str, str]) -> File:
    read = await to_read(context, arguments)
    return await _file(context, read, public=not closed.reads_closed(context.actor, read.committee.id))


async def _public(context: Context, arguments: Mapping[str, str]) -> File:
    """For whoever may read the minutes, and for guests once they are published.

    Raises:
        Gone, NotAllowed: says why not.
    """
    read = await find(context, arguments)
    published = read.status in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
    if not may_write_minutes(context.actor, read.committee.id):
        if context.actor.person_id not in {**read.concerned.readers, **read.concerned.guests}:
            raise NotAllowed(_("Referatet er for medlemmene av {committee}.").format(committee=read.committee.name))
        if not published:
            raise NotAllowed(_("Referatet er ikke publisert ennå. Du får beskjed når det er det."))
    return await _file(context, read, public=True)


async def _file(context: Context, read: Round, *, public: bool) -> File:
    whole = await gather(context.session, read.meeting, read.committee)
    # One document for everybody, so it is in the language of the template that ships.
    with speaking(DEFAULT):
        filled, title = values(whole, public=public), heading(whole.found)
        called = guests_called(whole.roll)
    if public:
        called = {**called, **titles_of_closed(await cases.closed_ones(context.session), whole.found)}
    day = read.meeting.starts_at.astimezone(ZoneInfo(read.meeting.zone)).date()
    ending = " offentlig" if public else ""
    own = await convocations.template(context.session, read.committee.id, KIND.name)
    now, template = context.now, own or KIND.default()

    def draw() -> bytes:
        with speaking(DEFAULT):
            return fill(template, masked(filled, called) if public else filled, title=title, at=now)

    return File(f"Referat {read.committee.key} {day}{ending}.docx", DOCX, draw)


DOCUMENTS = (Document(MINUTES, _whole), Document(PUBLIC_MINUTES, _public))
