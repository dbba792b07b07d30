"""Loading the meeting plan: new meetings, moved ones, and those that are no longer to be held."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.meetings import changes, due_meetings
from handlers.meetings.life import MeetingTimes
from handlers.partnership.model import Moments, Partnership, PlannedMeeting
from handlers.partnership.rows import Rows
from handlers.writing.language import _
from storage.partnership import Stored
from storage.tables import Committee, Meeting, Organisation, Person

_Key = tuple[int, str]
"""Committee id and the meeting's own key."""


class _Laid(NamedTuple):
    """A planned meeting laid on its date."""

    plan: PlannedMeeting
    moments: Moments


class PlanLoading:
    """The plan compared with the meetings that are stored.

    `committees`, `organisations`: those stored now, by key; `people`: by address; all with their id.
    """

    def __init__(
        self,
        rows: Rows,
        partnership: Partnership,
        before: Stored,
        committees: Mapping[str, Committee],
        organisations: Mapping[str, Organisation],
        people: Mapping[str, Person],
    ) -> None:
        self.rows = rows
        self.organisations = organisations
        self.people = people
        self.meetings: dict[_Key, Meeting] = {(row.committee_id, row.key): row for row in before.meetings}
        self.names = {row.id: row.name for row in committees.values()}
        self.plan: dict[_Key, _Laid] = {}
        for planned in partnership.meetings:
            committee_id = committees[planned.committee].id
            key, day = self._key_and_day(committee_id, planned)
            self.plan[committee_id, key] = _Laid(planned, planned.moments(day))
        self._take_over_from_papers()

    def _take_over_from_papers(self) -> None:
        """A meeting that an old paper made, and that the file has now: it is that one, and the file's from now on."""
        for (committee_id, key), laid in self.plan.items():
            if (committee_id, key) in self.meetings:
                continue
            zone = ZoneInfo(laid.plan.zone)
            day = laid.moments.starts_at.astimezone(zone).date()
            found = next(
                (
                    row
                    for row in self.meetings.values()
                    if row.committee_id == committee_id
                    and row.paper_id is not None
                    and row.cancelled_at is None
                    and row.starts_at.astimezone(zone).date() == day
                ),
                None,
            )
            if found is not None:
                del self.meetings[committee_id, found.key]
                found.key, found.paper_id, found.day_only = key, None, False
                self.meetings[committee_id, key] = found

    def _key_and_day(self, committee_id: int, planned: PlannedMeeting) -> tuple[str, date]:
        """The stored key of a planned meeting, and its date.

        One that is laid out from the day of loading has the date it got as the end of its key. While that meeting is
        ahead it is the one that is meant; afterwards it is laid out anew.
        """
        if planned.day is not None:
            return planned.key, planned.day
        beginning = f"{planned.key} "
        ahead = [
            key
            for (owner, key), row in self.meetings.items()
            if owner == committee_id and key.startswith(beginning) and row.starts_at > self.rows.now
        ]
        today = self.rows.now.astimezone(ZoneInfo(planned.zone)).date()
        day = date.fromisoformat(min(ahead).removeprefix(beginning)) if ahead else planned.laid_out(today)
        return f"{beginning}{day}", day

    async def cancel(self) -> None:
        """Cancel meetings ahead that are not in the plan any more, and tell those concerned."""
        gone = [
            meeting
            for key, meeting in self.meetings.items()
            if key not in self.plan
            and meeting.cancelled_at is None
            and meeting.starts_at > self.rows.now
            and meeting.paper_id is None
        ]
        # All of them first: none is to be offered for the cases of another.
        for meeting in gone:
            meeting.cancelled_at = self.rows.now
        for meeting in gone:
            self.rows.removed(_("{meeting}: avlyst").format(meeting=self._label(meeting)))
            self.rows.removals.meetings.append(self._label(meeting))
            self._hint_at_move(meeting)
            await changes.cancelled(self.rows.session, meeting, self.rows.now)

    def _hint_at_move(self, cancelled: Meeting) -> None:
        """A date that was changed in the list, instead of moved, looks like one meeting less and another one more."""
        new = [key for key in self.plan.keys() - self.meetings.keys() if key[0] == cancelled.committee_id]
        if new:
            self.rows.hints.append(
                _(
                    "! Er {meeting} flyttet, og ikke avlyst? La den gamle datoen stå i planen, med moved_to: og den "
                    "nye datoen. Da følger sakene med."
                ).format(meeting=self._label(cancelled))
            )

    async def put(self) -> None:
        """Make the meetings that are new, change those that differ, and tell of those ahead that moved or came back."""
        before = {
            key: (
                meeting.cancelled_at is not None,
                MeetingTimes.of(meeting),
                meeting.deadline_at,
            )
            for key, meeting in self.meetings.items()
        }
        new_deadlines: dict[int, list[Meeting]] = {}
        for key, laid in self.plan.items():
            self._put_one(key, laid)
        await self.rows.session.flush()
        for key, (was_cancelled, previous, deadline) in before.items():
            meeting = self.meetings[key]
            if key not in self.plan or meeting.starts_at <= self.rows.now:
                continue
            moved = previous[:4] != MeetingTimes.of(meeting)[:4]
            if was_cancelled:
                await changes.reinstated(self.rows.session, meeting, self.rows.now, previous if moved else None)
            elif moved:
                await changes.moved(self.rows.session, meeting, previous, self.rows.now)
            elif meeting.deadline_at != deadline and max(meeting.deadline_at, deadline) > self.rows.now:
                new_deadlines.setdefault(meeting.committee_id, []).append(meeting)
        for committee_id in dict.fromkeys(key[0] for key in self.plan if key not in before):
            # What is due at the next meeting, where none was planned.
            await due_meetings.follow(self.rows.session, committee_id, self.rows.now)
        for meetings in new_deadlines.values():
            meetings.sort(key=lambda meeting: meeting.starts_at)
            await changes.deadlines_moved(self.rows.session, meetings, self.rows.now)

    def _put_one(self, key: _Key, laid: _Laid) -> None:
        planned, moments = laid
        values = {**moments._asdict(), "zone": planned.zone, "place": planned.place, "cancelled_at": None}
        # Where the file does not say, what somebody else has said stands.
        if planned.host:
            values["host_id"] = self.organisations[planned.host].id
        if planned.chair:
            values["chair_id"] = self.people[planned.chair].id
        meeting = self.meetings.get(key)
        if meeting is None:
            meeting = Meeting(committee_id=key[0], key=key[1], **values)
            self.rows.added(meeting, self._label(meeting))
            return
        differing = {name for name, value in values.items() if getattr(meeting, name) != value}
        if not differing:
            return
        label = self._label(meeting)
        for name in differing:
            setattr(meeting, name, values[name])
        if "cancelled_at" in differing:
            self.rows.lines.append(_("+ {meeting}: holdes likevel").format(meeting=self._label(meeting)))
        elif not differing.isdisjoint({"starts_at", "ends_at", "place"}):
            self.rows.changed(f"{label} → {self._when_and_where(meeting)}")
        elif "deadline_at" in differing:
            deadline = dates.day_and_clock(meeting.deadline_at, meeting.zone)
            self.rows.changed(_("{meeting}: fristen er nå {deadline}").format(meeting=label, deadline=deadline))
        elif not differing.isdisjoint({"host_id", "chair_id"}):
            self.rows.changed(_("{meeting} (vertskap og møteleder)").format(meeting=label))

    def _label(self, meeting: Meeting) -> str:
        return _("møte i {committee} {when}").format(
            committee=self.names[meeting.committee_id], when=self._when_and_where(meeting)
        )

    @staticmethod
    def _when_and_where(meeting: Meeting) -> str:
        when = dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)
        return f"{when}, {meeting.place}" if meeting.place else when
