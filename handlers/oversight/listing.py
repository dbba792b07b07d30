"""Who is reminded of what about a meeting, when, and whether it arrived: those first who have not got it."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from handlers.calendar import dates
from handlers.dialogs.dialog import Reply
from handlers.meetings import at_hand
from handlers.meetings.actions import Do as Meetings
from handlers.messages import paging
from handlers.messages.message import Button, Fact, Message, Section
from handlers.oversight import words
from handlers.oversight.actions import Do
from handlers.people.access import require_planner
from handlers.people.context import Context
from handlers.reminders.kind import Kind
from handlers.writing.language import _
from storage import oversight
from storage.oversight import Arrival, Overseen

_SHOWN = (Arrival.UNDELIVERED, Arrival.SENT, Arrival.COMING, Arrival.SKIPPED)


class Listing:
    """The list. `kinds`: of reminders, by name."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = kinds

    async def show(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """For whoever plans the committee's meetings; a page of it with `page`."""
        meeting, committee = await at_hand.find(context, arguments)
        require_planner(context, committee)
        counts = await oversight.counts(context.session, meeting.id)
        at = paging.offset(arguments)
        found = await oversight.of_meeting(context.session, meeting.id, at, paging.SIZE + 1)
        page = paging.page_of(found)
        carried = {name: value for name, value in arguments.items() if name in ("meeting", "page")}
        there = sum(counts.get(each, 0) for each in _SHOWN)
        return Message(
            title=_("Påminnelser: {committee}, møtet {day}").format(
                committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
            ),
            text="" if there else _("Ingen er påminnet om dette møtet, og ingen påminnelser er lagt inn."),
            facts=tuple(Fact(label=self.title(each), value=str(counts[each])) for each in _SHOWN if counts.get(each)),
            sections=tuple(self._sections(page, meeting.zone)),
            buttons=(
                *paging.buttons(found, Do.SHOW, carried),
                Button(label=_("Til møtet"), action=Meetings.PAGE, arguments=at_hand.about(meeting)),
            ),
            small=paging.place(at, len(page), there),
            replace="page" in arguments,
        )

    def _sections(self, page: Sequence[Overseen], zone: str) -> Sequence[Section]:
        return [
            Section(title=self.title(arrival), text="\n".join(self._line(each, zone) for each in those))
            for arrival, those in groupby(page, key=lambda overseen: overseen.arrival)
        ]

    def _line(self, each: Overseen, zone: str) -> str:
        return f"{each.name} · {self.label(each.kind)} · {words.arrived(each, zone)}"

    def label(self, kind: str) -> str:
        """What a kind is called; its name, where another version of the program has laid it."""
        return _(self._kinds[kind].label) if kind in self._kinds else kind

    @staticmethod
    def title(arrival: Arrival) -> str:
        """What those are called, together, that have arrived so."""
        titles = {
            Arrival.UNDELIVERED: _("Ikke levert"),
            Arrival.SENT: _("Sendt"),
            Arrival.COMING: _("Kommer"),
            Arrival.SKIPPED: _("Ikke sendt, siden det ikke trengtes"),
        }
        return titles[arrival]
