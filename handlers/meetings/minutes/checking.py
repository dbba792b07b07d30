"""«Sjekk referatet»: what `handlers.meetings.minutes.check` finds, shown line by line."""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from handlers.deviations import settings as deviations
from handlers.dialogs.dialog import Reply
from handlers.meetings.at_hand import about
from handlers.meetings.attendance import present, roll
from handlers.meetings.attendance.present import Attended
from handlers.meetings.minutes import at_hand, record, views
from handlers.meetings.minutes.actions import Do, button
from handlers.meetings.minutes.check import Against, Finding, by_line, findings
from handlers.meetings.minutes.notes.marks import NOT_FOUND
from handlers.meetings.minutes.page import may_write
from handlers.meetings.minutes.record import Record
from handlers.messages import paging
from handlers.messages.message import Message, Section
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import minutes


async def of(context: Context, found: Record) -> Sequence[Finding]:
    """What is to be looked at in the minutes before they leave: a fixed number of statements."""
    meeting = found.meeting
    days = {
        at.astimezone(ZoneInfo(meeting.zone)).date()
        for at in await minutes.meeting_times(context.session, meeting.committee_id)
    }
    decided = await deviations.current(context.session)
    attended = present.of(await roll.read(context.session, found.agenda))
    return [*_unmarked(attended), *findings(found, Against(days, decided.mask_below, NOT_FOUND))]


def _unmarked(attended: Attended) -> Iterator[Finding]:
    """Whoever nobody has marked stands nowhere in minutes where others are."""
    if attended.unmarked:
        yield Finding(None, _("Oppmøtet er ikke ført for {names}.").format(names=", ".join(attended.unmarked)))


async def check(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A page of what was found, a section for each line."""
    meeting, committee = await at_hand.meeting_to_write(context, arguments)
    found = await record.read(context.session, meeting, committee)
    said = list(by_line(await of(context, found)).items())
    count = sum(len(texts) for _slot, texts in said)
    start = min(paging.offset(arguments), max(0, len(said) - 1) // paging.SIZE * paging.SIZE)
    shown = said[start : start + paging.SIZE + 1]
    text = _("Jeg fant ingenting å rette.")
    if count:
        text = ngettext(
            "Jeg fant {count} ting å se på. Det er du som avgjør om det skal rettes.",
            "Jeg fant {count} ting å se på. Det er du som avgjør om de skal rettes.",
            count,
        ).format(count=count)
    return Message(
        title=_("Sjekk: {minutes}").format(minutes=views.title(found)),
        text=text,
        sections=tuple(_section(found, slot, texts) for slot, texts in paging.page_of(shown)),
        buttons=(
            *paging.buttons(shown, Do.CHECK, about(meeting, page=start // paging.SIZE)),
            button(Do.PAGE, _("Hele referatet"), meeting, page=0),
        ),
        replace="page" in arguments,
    )


def _section(found: Record, slot_id: int | None, texts: Sequence[str]) -> Section:
    line = found.at(slot_id) if slot_id is not None else None
    buttons = []
    if may_write(found) and slot_id is not None:
        buttons = [
            button(Do.WRITE, _("Skriv"), found.meeting, slot=slot_id),
            button(Do.CASE, _("Se mer"), found.meeting, slot=slot_id),
        ]
    elif may_write(found) and slot_id is None:
        buttons = [button(Do.WHO, _("Møteleder og referent"), found.meeting)]
    return Section(
        title=line.called if line is not None else _("Hele referatet"),
        text="\n".join(f"• {text}" for text in texts),
        buttons=tuple(buttons),
    )
