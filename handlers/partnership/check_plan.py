"""Checking the meeting plan: every date and deadline, and that each meeting stands there once."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date

from handlers.calendar.written import parse_date, parse_moment, parse_relative, written
from handlers.meetings.offsets import Offset
from handlers.partnership.check_people import PeopleCheck
from handlers.partnership.explain import Place, unknown
from handlers.partnership.findings import Findings
from handlers.partnership.model import Committee, Deadline, Period, Plan, PlanEntry, PlannedMeeting, Series, is_weekend
from handlers.writing.language import _


class PlanCheck:
    """`committees`: by key, without case; `keys`: also those of committees that are wrong. `organisations`: their keys.
    `today`: local."""

    def __init__(
        self,
        found: Findings,
        committees: Mapping[str, Committee],
        keys: set[str],
        organisations: set[str],
        people: PeopleCheck,
        today: date,
    ) -> None:
        self.found = found
        self.committees = committees
        self.keys = keys
        self.organisations = organisations
        self.people = people
        self.today = today

    def meetings(self, place: Place, plan: Plan) -> Iterator[PlannedMeeting]:
        """The meetings in a plan that are right, after telling what is wrong with the others."""
        for key, raw in plan.meetings.items():
            where = (*place, "meetings", key)
            series = self.found.part(Series, raw, where)
            committee = self.committees.get(key.casefold())
            if committee is None and key.casefold() not in {known.casefold() for known in self.keys}:
                self.found.problem(where, unknown(key, self.keys, "committees"))
            if series is None or committee is None:
                continue
            usual: Deadline = Offset.parse(committee.deadline)
            if series.deadline is not None:
                usual = self._deadline((*where, "deadline"), series.deadline, plan.year) or usual
            for entry_place, entry in self.found.parts(PlanEntry, series.dates, (*where, "dates")):
                meeting = self._meeting(entry_place, entry, series, committee, usual, plan.year)
                if meeting is not None:
                    yield meeting

    def _meeting(
        self,
        place: Place,
        entry: PlanEntry,
        series: Series,
        committee: Committee,
        usual_deadline: Deadline,
        year: int | None,
    ) -> PlannedMeeting | None:
        before = len(self.found.problems)
        days_ahead = parse_relative(entry.date)
        first = self._day((*place, "date"), entry.date, year) if days_ahead is None else None
        day = self._day((*place, "moved_to"), entry.moved_to, year) if entry.moved_to else first
        if entry.moved_to and days_ahead is not None:
            self.found.problem(
                (*place, "moved_to"),
                _("Et møte med datoen {date} kan ikke flyttes. Rett date.").format(date=entry.date),
            )
        span = entry.time or series.time
        if span is None:
            self.found.problem(place, _("Møtet mangler klokkeslett. Skriv for eksempel time: 12.30–15.30."))
        deadline = usual_deadline
        if entry.deadline is not None:
            deadline = self._deadline((*place, "deadline"), entry.deadline, year) or usual_deadline
        host, chair = entry.host or series.host or "", entry.chair or series.chair or ""
        if host and host not in self.organisations:
            self.found.problem((*place, "host"), unknown(host, self.organisations, "organisations"))
        if chair:
            on = day or self.today
            self.people.find((*place, "chair"), chair, Period.model_construct(since=on, until=on))
        if span is None or len(self.found.problems) > before:
            return None
        own_key = f"+{days_ahead}d" if first is None else first.isoformat()
        meeting = PlannedMeeting(
            committee=committee.key,
            key=entry.key or own_key,
            day=day,
            days_ahead=days_ahead or 0,
            span=span,
            place=entry.place or series.place or "",
            zone=committee.zone,
            deadline=deadline,
            host=host,
            chair=chair,
        )
        self.found.once(
            f"meeting of {committee.key}",
            meeting.key,
            place,
            _("{committee} har to møter som heter {key} i planen. Fjern det ene, eller gi det en egen key.").format(
                committee=committee.name, key=meeting.key
            ),
        )
        self._look_at_date(place, meeting)
        return meeting

    def _look_at_date(self, place: Place, meeting: PlannedMeeting) -> None:
        """Whether the meeting's date makes sense."""
        day = meeting.day or meeting.laid_out(self.today)
        moments = meeting.moments(day)
        if moments.deadline_at >= moments.starts_at:
            self.found.problem(
                (*place, "deadline"), _("Fristen for å melde saker er etter at møtet har begynt. Sett den tidligere.")
            )
        if is_weekend(day):
            self.found.warning(place, _("{date} er i en helg. Stemmer det?").format(date=written(day)))

    def _day(self, place: Place, text: str, year: int | None) -> date | None:
        try:
            return parse_date(text, year)
        except ValueError as error:
            self.found.problem(place, str(error))
            return None

    def _deadline(self, place: Place, text: str, year: int | None) -> Deadline | None:
        with suppress(ValueError):
            return Offset.parse(text)
        with suppress(ValueError):
            return parse_moment(text, year)
        self.found.problem(
            place,
            _("«{text}» er ingen frist. Skriv 14d 12:00 (så lenge før møtet) eller 15.2.2024 12.00.").format(text=text),
        )
        return None
