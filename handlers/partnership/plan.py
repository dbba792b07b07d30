"""Loading the meeting plan: new meetings, moved ones, and those that are no longer to be held."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.meetings import changes, due_meetings, life
from handlers.meetings.life import MeetingTimes
from handlers.partnership.differing import KEPT, NOT_IN_FILE, Decide, Holds, Sides, between, nobody_says
from handlers.partnership.model import Moments, Partnership, PlannedMeeting
from handlers.partnership.rows import Rows
from handlers.writing.language import _, ngettext
from storage import agenda
from storage.partnership import Stored
from storage.pointing import pointed_at
from storage.tables import Committee, Meeting, MeetingSource, Organisation, Person

_Key = tuple[int, str]
"""Committee id and the meeting's own key."""


class _Laid(NamedTuple):
    """A planned meeting laid on its date."""

    plan: PlannedMeeting
    moments: Moments


class PlanLoading:
    """The plan compared with the meetings that are stored.

    `committees`, `organisations`: those stored now, by key; `people`: by address; all with their id. `decide`: which
    holds, where a meeting was made or changed elsewhere and the file says something else.
    """

    def __init__(
        self,
        rows: Rows,
        partnership: Partnership,
        before: Stored,
        committees: Mapping[str, Committee],
        organisations: Mapping[str, Organisation],
        people: Mapping[str, Person],
        decide: Decide = nobody_says,
    ) -> None:
        self.rows = rows
        self.organisations = organisations
        self.people = people
        self.decide = decide
        self.kept: set[_Key] = set()
        """What the bot has of these stays, whatever the file says."""
        self.meetings: dict[_Key, Meeting] = {(row.committee_id, row.key): row for row in before.meetings}
        self.names = {row.id: row.name for row in committees.values()}
        self.plan: dict[_Key, _Laid] = {}
        for planned in partnership.meetings:
            committee_id = committees[planned.committee].id
            key, day = self._key_and_day(committee_id, planned)
            self.plan[committee_id, key] = _Laid(planned, planned.moments(day))
        self._take_over_from_elsewhere()

    def _take_over_from_elsewhere(self) -> None:
        """A meeting that was made by an old paper, in chat, on a page or by a plan, and that the file has now: it is
        that one. Of a paper's the file says what holds from now on; of the others, see `compare`."""
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
                    and (row.paper_id is not None or row.source != MeetingSource.FILE)
                    and (committee_id, row.key) not in self.plan
                    and row.cancelled_at is None
                    and row.starts_at.astimezone(zone).date() == day
                ),
                None,
            )
            if found is not None:
                del self.meetings[committee_id, found.key]
                found.key = key
                if found.paper_id is not None:
                    found.paper_id, found.day_only = None, False
                    found.source = MeetingSource.FILE
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

    async def compare(self) -> None:
        """Hold what the file says against the meetings that were made or changed elsewhere, and decide which holds.
        What both say alike is the file's from now on."""
        found: dict[_Key, MeetingTimes | None] = {}
        extra = []
        for key, meeting in self.meetings.items():
            if meeting.source in (MeetingSource.FILE, MeetingSource.PAPER):
                continue
            laid = self.plan.get(key)
            if laid is None:
                if meeting.starts_at <= self.rows.now or meeting.cancelled_at is not None:
                    continue
                if _is_own(meeting):
                    extra.append(meeting)
                else:
                    found[key] = None
                continue
            if not self._differing(meeting, self._values(laid)):
                meeting.source = MeetingSource.FILE
            elif max(meeting.starts_at, laid.moments.starts_at) <= self.rows.now:
                self.kept.add(key)
            else:
                found[key] = _times(laid)
        await self._decide(found)
        if extra:
            self.rows.hints.append(_not_in_file([self._label(meeting) for meeting in extra]))

    async def _decide(self, found: Mapping[_Key, MeetingTimes | None]) -> None:
        if not found:
            return
        session, ids = self.rows.session, [self.meetings[key].id for key in found]
        changed = await agenda.HISTORY.last_of_kinds(session, ids, life.KINDS)
        settled = await agenda.HISTORY.last_of_kinds(session, ids, [KEPT])
        for key, planned in found.items():
            meeting = self.meetings[key]
            last, before = changed.get(meeting.id), settled.get(meeting.id)
            values = self._values(self.plan[key]) if planned is not None else {}
            sides = self._sides(meeting, values)
            difference = between(meeting, self.names[meeting.committee_id], planned, last, sides)
            file = planned_as_stored(planned, values)
            # Somebody has said that the bot holds, and neither says anything else since.
            is_settled = (
                before is not None and before.data.get("file") == file and (last is None or last.id < before.id)
            )
            holds = self.decide(difference)
            if holds is Holds.FILE:
                meeting.source = MeetingSource.FILE
                continue
            self.kept.add(key)
            if is_settled:
                self.rows.hints.append(_("= {difference}. Boten gjelder, som avtalt.").format(difference=difference))
            elif holds is Holds.BOT:
                await agenda.HISTORY.add(session, meeting.id, KEPT, None, self.rows.now, data={"file": file})
                self.rows.hints.append(_("= {difference}. Boten gjelder.").format(difference=difference))
            else:
                self.rows.differences.append(difference)

    async def cancel(self) -> None:
        """Cancel meetings ahead that are not in the plan any more, and tell those concerned."""
        gone = [
            meeting
            for key, meeting in self.meetings.items()
            if key not in self.plan
            and key not in self.kept
            and meeting.cancelled_at is None
            and meeting.starts_at > self.rows.now
            and meeting.paper_id is None
            and meeting.source == MeetingSource.FILE
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

    def _values(self, laid: _Laid) -> dict[str, Any]:
        """The columns of a meeting, as the file has them."""
        planned, moments = laid
        values: dict[str, Any] = {
            **moments._asdict(),
            "zone": planned.zone,
            "place": planned.place,
            "cancelled_at": None,
        }
        # Where the file does not say, what somebody else has said stands.
        if planned.host:
            values["host_id"] = self.organisations[planned.host].id
        if planned.chair:
            values["chair_id"] = self.people[planned.chair].id
        return values

    def _sides(self, meeting: Meeting, values: Mapping[str, Any]) -> Sides:
        """Who hosts and leads it, where the file says somebody else than the bot."""
        file, bot = [], []
        parties = {each.id: each.name for each in self.organisations.values()}
        names = {each.id: each.name for each in self.people.values()}
        nobody = _("ikke bestemt")
        host, chair = values.get("host_id"), values.get("chair_id")
        if host is not None and host != meeting.host_id:
            text = _("vertskap: {party}")
            file.append(text.format(party=parties[host]))
            bot.append(text.format(party=pointed_at(parties, meeting.host_id, nobody)))
        if chair is not None and chair != meeting.chair_id:
            text = _("møteleder: {person}")
            file.append(text.format(person=names[chair]))
            bot.append(text.format(person=pointed_at(names, meeting.chair_id, nobody)))
        return Sides(", ".join(file), ", ".join(bot))

    @staticmethod
    def _differing(meeting: Meeting, values: Mapping[str, Any]) -> set[str]:
        return {name for name, value in values.items() if getattr(meeting, name) != value}

    def _put_one(self, key: _Key, laid: _Laid) -> None:
        if key in self.kept:
            return
        values = self._values(laid)
        meeting = self.meetings.get(key)
        if meeting is None:
            meeting = Meeting(committee_id=key[0], key=key[1], **values)
            self.rows.added(meeting, self._label(meeting))
            return
        differing = self._differing(meeting, values)
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


def _is_own(meeting: Meeting) -> bool:
    """Whether it was made here (see `handlers.meetings.making`), so that the file never had it."""
    beginnings = (MeetingSource.CHAT, MeetingSource.PAGE, MeetingSource.PLAN)
    return meeting.key.startswith(tuple(f"{each} " for each in beginnings))


def _times(laid: _Laid) -> MeetingTimes:
    moments = laid.moments
    return MeetingTimes(moments.starts_at, moments.ends_at, laid.plan.place, deadline_at=moments.deadline_at)


def planned_as_stored(planned: MeetingTimes | None, values: Mapping[str, Any]) -> str:
    """What the file says of a meeting, to be known again the next time it is loaded."""
    if planned is None:
        return NOT_IN_FILE
    moments = (planned.starts_at, planned.ends_at, planned.deadline_at)
    sides = [f"{name}={values[name]}" for name in ("host_id", "chair_id") if name in values]
    return "|".join([*(each.isoformat() for each in moments if each is not None), planned.place, *sides])


def _not_in_file(labels: Sequence[str]) -> str:
    return ngettext(
        "! {count} møte er satt opp i boten, og står ikke i filen. Det er ikke avlyst: {meetings}",
        "! {count} møter er satt opp i boten, og står ikke i filen. De er ikke avlyst: {meetings}",
        len(labels),
    ).format(count=len(labels), meetings="; ".join(labels))
