"""From what stands in the file to a partnership, or to everything that is wrong with it, each with its place.

All is checked in one go: whoever edits the file wants to hear of every mistake at once, and of no mistake twice. So a
part that is wrong does not keep the parts within it from being checked, and is known to those that refer to it.
"""

import typing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from handlers.access import DECIDERS
from handlers.context import Role
from handlers.language import _
from handlers.meetings.offsets import Offset
from handlers.partnership.explain import Place, explain, unknown
from handlers.partnership.model import (
    Committee,
    CommitteeMembers,
    Deadline,
    File,
    Member,
    Organisation,
    Part,
    Partnership,
    Period,
    Person,
    Plan,
    PlanEntry,
    PlannedMeeting,
    Series,
    is_weekend,
)
from handlers.partnership.written import parse_date, parse_moment, parse_relative

P = TypeVar("P", bound=Part)


class Note(NamedTuple):
    """Something to tell about a place in the file. `other`: another place that it has to do with."""

    place: Place
    text: str
    other: Place | None = None


@dataclass
class Checked:
    """What was found. `partnership` is there if, and only if, there are no `problems`."""

    partnership: Partnership | None = None
    problems: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)


def check(raw: Any, today: date) -> Checked:
    """Check `raw`: the file as mappings, lists and strings.

    `today` (local) tells who is a member now and where meetings lie that are laid out from the day of loading.
    """
    return _Check(raw, today).run()


class _Check:
    def __init__(self, raw: Any, today: date) -> None:
        self.raw = raw
        self.today = today
        self.found = Checked()
        self._taken: dict[tuple[str, str], Place] = {}

    # --- telling -------------------------------------------------------------------------------------------

    def problem(self, place: Place, text: str, other: Place | None = None) -> None:
        self.found.problems.append(Note(place, text, other))

    def once(self, kind: str, value: str, place: Place, text: str) -> None:
        """Tell `text` if `value` (in any case) was there before."""
        first = self._taken.setdefault((kind, value.casefold()), place)
        if first != place:
            self.problem(place, text, first)

    def part(self, kind: type[P], raw: Any, place: Place) -> P | None:
        """`raw` as a part of this kind.

        After telling what is wrong with it: the part without that, so that what is left is looked at too, or None
        if too little is left.
        """
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            for item in error.errors():
                self.problem((*place, *item["loc"]), explain(typing.cast(dict[str, Any], item), kind))
            wrong = {str(item["loc"][0]) for item in error.errors() if item["loc"]}
        if not isinstance(raw, dict):
            return None
        kept = {name: value for name, value in raw.items() if name not in wrong}
        with suppress(ValidationError):
            return kind.model_validate({name: kind.stand_ins[name] for name in wrong & kind.stand_ins.keys()} | kept)
        return None

    def parts(self, kind: type[P], raw: Any, place: Place) -> Iterator[tuple[Place, P]]:
        """The parts in a list, with their places; see `part`."""
        for position, item in enumerate(raw if isinstance(raw, list | tuple) else ()):
            found = self.part(kind, item, (*place, position))
            if found is not None:
                yield (*place, position), found

    # --- the whole -----------------------------------------------------------------------------------------

    def run(self) -> Checked:
        self.part(File, self.raw, ())
        top: Mapping[str, Any] = self.raw if isinstance(self.raw, dict) else {}
        organisations = list(self.parts(Organisation, top.get("organisations"), ("organisations",)))
        self.organisations(organisations)
        people = list(self.parts(Person, top.get("people"), ("people",)))
        self.people(people, _values(top.get("organisations"), "key"))
        committees = list(self.parts(Committee, top.get("committees"), ("committees",)))
        self.names(committees)
        emails = {email.lower() for email in _values(top.get("people"), "email")}
        staffed = [self.members(place, committee, emails) for place, committee in committees]
        known = {committee.key.casefold(): committee for _place, committee in committees}
        meetings = [
            meeting
            for place, plan in self.parts(Plan, top.get("plans"), ("plans",))
            for meeting in self.plan(place, plan, known, _values(top.get("committees"), "key"))
        ]
        if not self.found.problems:
            self.found.partnership = Partnership(
                tuple(organisation for _place, organisation in organisations),
                tuple(person for _place, person in people),
                tuple(staffed),
                tuple(meetings),
            )
        return self.found

    def organisations(self, organisations: Sequence[tuple[Place, Organisation]]) -> None:
        for place, organisation in organisations:
            self.once(
                "organisation",
                organisation.key,
                (*place, "key"),
                _("To virksomheter har nøkkelen «{key}». Gi den ene en annen.").format(key=organisation.key),
            )
            for surface in ("slack", "teams"):
                for position, workspace in enumerate(getattr(organisation, surface)):
                    self.once(
                        surface,
                        workspace,
                        (*place, surface, position),
                        _("«{workspace}» er ført opp to ganger. Et arbeidsområde hører til én virksomhet.").format(
                            workspace=workspace
                        ),
                    )

    def people(self, people: Sequence[tuple[Place, Person]], organisations: set[str]) -> None:
        for place, person in people:
            self.once(
                "email",
                person.email,
                (*place, "email"),
                _("{email} er ført opp to ganger. Slå dem sammen, med also_at for det andre arbeidsstedet.").format(
                    email=person.email
                ),
            )
            works_at = [((*place, "organisation"), person.organisation)]
            works_at += [((*place, "also_at", position), key) for position, key in enumerate(person.also_at)]
            for where, key in works_at:
                if key not in organisations:
                    self.problem(where, unknown(key, organisations, "organisations"))

    def names(self, committees: Sequence[tuple[Place, Committee]]) -> None:
        """Keys, names and aliases, of which none may mean two committees on the same day."""
        seen: dict[str, list[tuple[Place, Period, Committee]]] = {}
        for place, committee in committees:
            key, name = (*place, "key"), (*place, "name")
            self.once(
                "committee",
                committee.key,
                key,
                _("To utvalg har nøkkelen «{key}». Gi det ene en annen.").format(key=committee.key),
            )
            aliases = [((*place, "aliases", position), alias) for position, alias in enumerate(committee.aliases)]
            for where, alias in aliases:
                self.once(
                    f"alias of {committee.key}",
                    alias.name,
                    where,
                    _("Aliaset «{name}» er ført opp to ganger. Fjern det ene.").format(name=alias.name),
                )
            always = Period()
            called = [(key, committee.key, always), (name, committee.name, always)]
            called += [(where, alias.name, alias) for where, alias in aliases]
            for where, text, period in called:
                others = seen.setdefault(text.casefold(), [])
                for other, other_period, owner in others:
                    if owner is not committee and period.overlaps(other_period):
                        clash = _("«{name}» betyr to utvalg. Fjern det ene, eller gi aliaset en periode (from, to).")
                        self.problem(where, clash.format(name=text), other)
                others.append((where, period, committee))

    # --- members -------------------------------------------------------------------------------------------

    def members(self, place: Place, committee: Committee, emails: set[str]) -> CommitteeMembers:
        listed = (*place, "members")
        members = list(self.parts(Member, committee.members, listed))
        inside = {member.email for _where, member in members}
        for where, member in members:
            self.once(
                f"member of {committee.key}",
                f"{member.email} {member.role}",
                where,
                _("{email} har rollen {role} to ganger i {committee}. Fjern den ene.").format(
                    email=member.email, role=member.role, committee=committee.name
                ),
            )
            if member.email not in emails:
                self.problem((*where, "email"), unknown(member.email, emails, "people"))
            self.substitute((*where, "substitute_for"), member, inside)
        decides = any(member.role in DECIDERS and member.includes(self.today) for _where, member in members)
        # A member who is written wrong may be the one who is missing here.
        wrong = any(note.place[: len(listed)] == listed for note in self.found.problems)
        if not decides and not wrong:
            self.problem(
                listed,
                _(
                    "{committee} har ingen som tar imot saker i dag. Gi minst ett medlem rollen {secretariat} eller "
                    "{coordinator}."
                ).format(committee=committee.name, secretariat=DECIDERS[0], coordinator=DECIDERS[1]),
            )
        return CommitteeMembers(committee, tuple(member for _where, member in members))

    def substitute(self, place: Place, member: Member, inside: set[str]) -> None:
        replaced = member.substitute_for
        if replaced is None:
            return
        if member.role != Role.SUBSTITUTE:
            self.problem(
                place,
                _("Bare den som har rollen {role}, kan stå med substitute_for.").format(role=Role.SUBSTITUTE),
            )
        elif replaced == member.email or replaced not in inside:
            self.problem(place, _("{email} er ikke et annet medlem av utvalget. Rett adressen.").format(email=replaced))

    # --- the meeting plan ----------------------------------------------------------------------------------

    def plan(
        self, place: Place, plan: Plan, committees: Mapping[str, Committee], keys: set[str]
    ) -> Iterator[PlannedMeeting]:
        for key, raw in plan.meetings.items():
            where = (*place, "meetings", key)
            series = self.part(Series, raw, where)
            committee = committees.get(key.casefold())
            if committee is None and key.casefold() not in {known.casefold() for known in keys}:
                self.problem(where, unknown(key, keys, "committees"))
            if series is None or committee is None:
                continue
            usual: Deadline = Offset.parse(committee.deadline)
            if series.deadline is not None:
                usual = self.deadline((*where, "deadline"), series.deadline, plan.year) or usual
            for entry_place, entry in self.parts(PlanEntry, series.dates, (*where, "dates")):
                meeting = self.meeting(entry_place, entry, series, committee, usual, plan.year)
                if meeting is not None:
                    yield meeting

    def meeting(
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
        first = self.day((*place, "date"), entry.date, year) if days_ahead is None else None
        day = self.day((*place, "moved_to"), entry.moved_to, year) if entry.moved_to else first
        if entry.moved_to and days_ahead is not None:
            self.problem(
                (*place, "moved_to"),
                _("Et møte med datoen {date} kan ikke flyttes. Rett date.").format(date=entry.date),
            )
        span = entry.time or series.time
        if span is None:
            self.problem(place, _("Møtet mangler klokkeslett. Skriv for eksempel time: 12.30–15.30."))
        deadline = usual_deadline
        if entry.deadline is not None:
            deadline = self.deadline((*place, "deadline"), entry.deadline, year) or usual_deadline
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
        )
        self.once(
            f"meeting of {committee.key}",
            meeting.key,
            place,
            _("{committee} har to møter som heter {key} i planen. Fjern det ene, eller gi det en egen key.").format(
                committee=committee.name, key=meeting.key
            ),
        )
        self.look_at_date(place, meeting)
        return meeting

    def look_at_date(self, place: Place, meeting: PlannedMeeting) -> None:
        """Whether the meeting's date makes sense."""
        day = meeting.day or meeting.laid_out(self.today)
        moments = meeting.moments(day)
        if moments.deadline_at >= moments.starts_at:
            self.problem(
                (*place, "deadline"), _("Fristen for å melde saker er etter at møtet har begynt. Sett den tidligere.")
            )
        if is_weekend(day):
            written = f"{day.day}.{day.month}.{day.year}"
            sentence = _("{date} er i en helg. Stemmer det?").format(date=written)
            self.found.warnings.append(Note(place, sentence))

    def day(self, place: Place, text: str, year: int | None) -> date | None:
        try:
            return parse_date(text, year)
        except ValueError as error:
            self.problem(place, str(error))
            return None

    def deadline(self, place: Place, text: str, year: int | None) -> Deadline | None:
        with suppress(ValueError):
            return Offset.parse(text)
        with suppress(ValueError):
            return parse_moment(text, year)
        self.problem(
            place,
            _("«{text}» er ingen frist. Skriv 14d 12:00 (så lenge før møtet) eller 15.2.2024 12.00.").format(text=text),
        )
        return None


def _values(raw: Any, name: str) -> set[str]:
    """What the parts of a list have under `name`, also those parts that are wrong in some other way."""
    parts = raw if isinstance(raw, list) else []
    return {part[name] for part in parts if isinstance(part, dict) and isinstance(part.get(name), str)}
