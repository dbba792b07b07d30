"""From what stands in the file to a partnership, or to everything that is wrong with it, each with its place.

All is checked in one go: whoever edits the file wants to hear of every mistake at once, and of no mistake twice. So a
part that is wrong does not keep the parts within it from being checked, and is known to those that refer to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers.calendar.written import written
from handlers.partnership.check_people import PeopleCheck
from handlers.partnership.check_plan import PlanCheck
from handlers.partnership.check_units import UnitCheck
from handlers.partnership.explain import Place, unknown
from handlers.partnership.findings import Called, Findings, Note, values
from handlers.partnership.model import (
    KINDS,
    Committee,
    CommitteeMembers,
    Deviations,
    DisagreementRule,
    File,
    Member,
    Notice,
    Organisation,
    Partnership,
    Period,
    Person,
    Plan,
    Unit,
)
from handlers.people.access import DECIDERS
from handlers.people.roles import Role
from handlers.writing.language import _


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
    found = Findings()
    partnership = _Check(found, raw, today).run()
    return Checked(None if found.problems else partnership, found.problems, found.warnings)


class _Check:
    def __init__(self, found: Findings, raw: Any, today: date) -> None:
        self.found = found
        self.raw = raw
        self.top: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
        self.today = today

    def run(self) -> Partnership:
        found, top = self.found, self.top
        found.part(File, self.raw, ())
        organisations = list(found.parts(Organisation, top.get("organisations"), ("organisations",)))
        self.organisations(organisations)
        people = PeopleCheck(
            found,
            list(found.parts(Person, top.get("people"), ("people",))),
            {email.lower() for email in values(top.get("people"), "email")},
            values(top.get("organisations"), "key"),
        )
        people.check()
        self.contacts(organisations, people)
        self.merged(organisations)
        listed = list(found.parts(Unit, top.get("units"), ("units",)))
        units = UnitCheck(
            found,
            organisations,
            people,
            listed,
            values(top.get("units"), "key"),
            self.today,
        )
        staffed_units = tuple(units.check())
        deviations = found.part(Deviations, top.get("deviations", {}), ("deviations",)) or Deviations()
        self.answers_in_time(deviations, listed)
        notices = [notice.rule for notice in self.notices(warn=bool(staffed_units))]
        committees = [
            (place, self.in_counties(committee))
            for place, committee in found.parts(Committee, top.get("committees"), ("committees",))
        ]
        self.names(committees)
        self.prepares(committees)
        self.learns(deviations)
        staffed = [self.members(place, committee, people) for place, committee in committees]
        plan = PlanCheck(
            found,
            {committee.key.casefold(): committee for _place, committee in committees},
            values(top.get("committees"), "key"),
            values(top.get("organisations"), "key"),
            people,
            self.today,
        )
        meetings = [
            meeting
            for place, part in found.parts(Plan, top.get("plans"), ("plans",))
            for meeting in plan.meetings(place, part)
        ]
        return Partnership(
            tuple(organisation for _place, organisation in organisations),
            tuple(person for _place, person in people.people),
            tuple(staffed),
            staffed_units,
            tuple(meetings),
            deviations,
            tuple(notices),
            tuple(each.rule for each in self.disagreements(committees)),
        )

    def in_counties(self, committee: Committee) -> Committee:
        """The committee, with the counties of the whole partnership where it names none of its own."""
        named = self.top.get("counties")
        if committee.plan.counties is not None or not isinstance(named, list):
            return committee
        counties = tuple(each for each in named if isinstance(each, str) and each.strip())
        plan = committee.plan.model_copy(update={"counties": counties})
        return committee.model_copy(update={"plan": plan})

    def prepares(self, committees: Sequence[tuple[Place, Committee]]) -> None:
        """Whether the committees that others prepare for, and the sides that take turns, are there."""
        keys = values(self.top.get("committees"), "key")
        lowered = {each.casefold() for each in keys}
        sides = values(self.top.get("organisations"), "key") | set(KINDS)
        for place, committee in committees:
            where = (*place, "plan")
            for position, rule in enumerate(committee.plan.prepares):
                if rule.committee.casefold() not in lowered:
                    at = (*where, "prepares", position, "committee")
                    self.found.problem(at, unknown(rule.committee, keys, "committees"))
            for name in ("host", "chair"):
                for position, turns in enumerate(getattr(committee.plan, name)):
                    for side in turns.sides:
                        if side not in sides:
                            self.found.problem((*where, name, position, "sides"), unknown(side, sides, "organisations"))

    def organisations(self, organisations: Sequence[tuple[Place, Organisation]]) -> None:
        for place, organisation in organisations:
            self.found.once(
                "organisation",
                organisation.key,
                (*place, "key"),
                _("To virksomheter har nøkkelen «{key}». Gi den ene en annen.").format(key=organisation.key),
            )
            for surface in ("slack", "teams"):
                for position, workspace in enumerate(getattr(organisation, surface)):
                    self.found.once(
                        surface,
                        workspace,
                        (*place, surface, position),
                        _("«{workspace}» er ført opp to ganger. Et arbeidsområde hører til én virksomhet.").format(
                            workspace=workspace
                        ),
                    )

    def contacts(self, organisations: Sequence[tuple[Place, Organisation]], people: PeopleCheck) -> None:
        """Whoever answers for an organisation stands under people, and works there."""
        for place, organisation in organisations:
            for position, email in enumerate(organisation.contacts):
                where = (*place, "contacts", position)
                self.found.once(
                    f"contact of {organisation.key}",
                    email,
                    where,
                    _("{email} er ført opp to ganger her. Fjern den ene.").format(email=email),
                )
                person = people.find(where, email, Period())
                if person is not None and organisation.key not in (person.organisation, *person.also_at):
                    self.found.problem(
                        where,
                        _(
                            "{email} arbeider ikke i {organisation}. Skriv also_at: [{key}] under people, eller rett "
                            "adressen."
                        ).format(email=email, organisation=organisation.name, key=organisation.key),
                    )

    def merged(self, organisations: Sequence[tuple[Place, Organisation]]) -> None:
        """Whether each became part of one that is there, and none, by whatever way, of itself."""
        keys = values(self.top.get("organisations"), "key")
        into = {organisation.key: organisation.merged_into for _place, organisation in organisations}
        for place, organisation in organisations:
            where, wanted = (*place, "merged_into"), organisation.merged_into
            if wanted is not None and wanted not in keys:
                self.found.problem(where, unknown(wanted, keys, "organisations"))
            seen = {organisation.key}
            while wanted is not None and wanted not in seen:
                seen.add(wanted)
                wanted = into.get(wanted)
            if wanted == organisation.key:
                self.found.problem(
                    where,
                    _("{name} blir på denne måten slått sammen med seg selv. Rett merged_into.").format(
                        name=organisation.name
                    ),
                )

    def names(self, committees: Sequence[tuple[Place, Committee]]) -> None:
        """Keys, names and aliases, of which none may mean two committees on the same day."""
        called: list[Called] = []
        for place, committee in committees:
            key, name = (*place, "key"), (*place, "name")
            self.found.once(
                "committee",
                committee.key,
                key,
                _("To utvalg har nøkkelen «{key}». Gi det ene en annen.").format(key=committee.key),
            )
            called += [Called(key, committee.key, Period(), place), Called(name, committee.name, Period(), place)]
            called += self.found.aliases(place, committee.aliases)
        clash = _("«{name}» betyr to utvalg. Fjern det ene, eller gi aliaset en periode (from, to).")
        self.found.distinct(called, clash)

    def answers_in_time(self, deviations: Deviations, units: Sequence[tuple[Place, Unit]]) -> None:
        """Whether nobody has longer for a serious one than for others. What is not said is made to fit."""
        sentence = _("Et alvorlig avvik kan ikke ha lengre svarfrist enn andre. Sett den til høyst {days}.")
        days = deviations.response_days
        if "serious_response_days" in deviations.model_fields_set and deviations.serious_response_days > days:
            self.found.problem(("deviations", "serious_response_days"), sentence.format(days=days))
        for place, unit in units:
            most = unit.response_days or days
            if (unit.serious_response_days or 0) > most:
                self.found.problem((*place, "serious_response_days"), sentence.format(days=most))

    def disagreements(self, committees: Sequence[tuple[Place, Committee]]) -> Sequence[DisagreementRule]:
        """What holds for disagreements, and from when."""
        keys = {committee.key.casefold() for _place, committee in committees}
        found = []
        for place, rule in self.found.parts(DisagreementRule, self.top.get("disagreements"), ("disagreements",)):
            found.append(rule)
            text = _("To regler gjelder fra {date}. Rett from i den ene.").format(date=written(rule.since or date.min))
            if rule.since is None:
                text = _("Bare én regel kan stå uten from. Skriv fra hvilken dato den andre gjelder.")
            where = place if rule.since is None else (*place, "from")
            self.found.once("disagreement", str(rule.since or date.min), where, text)
            key = rule.ssu.committee
            if key and key.casefold() not in keys and not self.found.wrong_within(("committees",)):
                self.found.problem((*place, "ssu", "committee"), unknown(key, keys, "committees"))
        return found

    def notices(self, *, warn: bool) -> Sequence[Notice]:
        """The rules of the statutory notice. `warn`: there are units, so somebody may need one today."""
        found: list[Notice] = []
        for place, notice in self.found.parts(Notice, self.top.get("notices"), ("notices",)):
            found.append(notice)
            text = _("To regler gjelder fra {date}. Rett from i den ene.")
            if notice.since is None:
                text = _(
                    "Bare én regel kan stå uten from. Sjekk på Lovdata fra hvilken dato denne gjelder, og skriv from: "
                    "med den datoen."
                )
            where = place if notice.since is None else (*place, "from")
            since = notice.since or date.min
            self.found.once("notice", str(since), where, text.format(date=written(since)))
        holds = any(notice.since is None or notice.since <= self.today for notice in found)
        if warn and not holds and not self.found.wrong_within(("notices",)):
            self.found.warning(
                ("notices",),
                _(
                    "Ingen regel for lovpålagt varsel eller melding gjelder i dag, så boten kan ikke si hvem som skal "
                    "ha det, og når. Se notices i eksempelfilen."
                ),
            )
        return found

    def learns(self, deviations: Deviations) -> None:
        """Whether the committee that is to learn from deviations is there."""
        keys, names = (values(self.top.get("committees"), name) for name in ("key", "name"))
        if deviations.committee and deviations.committee.casefold() not in {each.casefold() for each in keys | names}:
            self.found.problem(("deviations", "committee"), unknown(deviations.committee, keys, "committees"))

    # --- members -------------------------------------------------------------------------------------------

    def members(self, place: Place, committee: Committee, people: PeopleCheck) -> CommitteeMembers:
        listed = (*place, "members")
        members = list(self.found.parts(Member, committee.members, listed))
        inside = {member.email for _where, member in members}
        for where, member in members:
            self.found.once(
                f"member of {committee.key}",
                f"{member.email} {member.role}",
                where,
                _("{email} har rollen {role} to ganger i {committee}. Fjern den ene.").format(
                    email=member.email, role=member.role, committee=committee.name
                ),
            )
            people.find((*where, "email"), member.email, member)
            self.substitute((*where, "substitute_for"), member, inside)
        decides = any(member.role in DECIDERS and member.includes(self.today) for _where, member in members)
        # A member who is written wrong may be the one who is missing here.
        if not decides and not self.found.wrong_within(listed):
            self.found.problem(
                listed,
                _(
                    "{committee} har ingen som tar imot saker i dag. Gi minst ett medlem rollen {secretariat} eller "
                    "{coordinator}."
                ).format(committee=committee.name, secretariat=DECIDERS[0], coordinator=DECIDERS[1]),
            )
        return CommitteeMembers(committee, tuple(member for _where, member in members))

    def substitute(self, place: Place, member: Member, inside: set[str]) -> None:
        if member.substitute_for and member.role != Role.SUBSTITUTE:
            self.found.problem(
                place,
                _("Bare den som har rollen {role}, kan stå med substitute_for.").format(role=Role.SUBSTITUTE),
            )
            return
        for replaced in member.substitute_for:
            if replaced == member.email or replaced not in inside:
                self.found.problem(
                    place, _("{email} er ikke et annet medlem av utvalget. Rett adressen.").format(email=replaced)
                )
