"""Checking the units: what they are called, whose they are, and that somebody there gets what is reported to them."""

from collections.abc import Iterator, Sequence
from datetime import date

from handlers.partnership.check_people import PeopleCheck
from handlers.partnership.explain import Place, unknown
from handlers.partnership.findings import Called, Findings
from handlers.partnership.model import Organisation, Period, Person, Post, Unit, UnitStaff
from handlers.writing.language import _
from storage.tables import StaffRole

LISTS = {StaffRole.HANDLER: "handlers", StaffRole.DEPUTY: "deputies", StaffRole.LEADER: "leaders"}
"""The list in the file in which those with a role stand."""
_Posts = Sequence[tuple[StaffRole, Post]]


class UnitCheck:
    """`keys`: of all units, also those that are wrong in some other way. `today`: local."""

    def __init__(
        self,
        found: Findings,
        organisations: Sequence[tuple[Place, Organisation]],
        people: PeopleCheck,
        units: Sequence[tuple[Place, Unit]],
        keys: set[str],
        today: date,
    ) -> None:
        self.found = found
        self.organisations = {organisation.key: (place, organisation) for place, organisation in organisations}
        self.people = people
        self.units = units
        self.keys = keys
        self.today = today

    def check(self) -> Iterator[UnitStaff]:
        self._names()
        self._workplaces()
        for place, unit in self.units:
            if unit.organisation not in self.people.organisations:
                where = (*place, "organisation")
                self.found.problem(where, unknown(unit.organisation, self.people.organisations, "organisations"))
            posts = [post for role in StaffRole for post in self._posts(place, unit, role)]
            if unit.organisation in self.organisations:
                self._fits(place, unit, *self.organisations[unit.organisation], posts)
            yield UnitStaff(unit, tuple(posts))

    def _names(self) -> None:
        """Keys, names and aliases, of which none may mean two units of one organisation on the same day."""
        called: dict[str, list[Called]] = {}
        for place, unit in self.units:
            self.found.once(
                "unit",
                unit.key,
                (*place, "key"),
                _("To enheter har nøkkelen «{key}». Gi den ene en annen.").format(key=unit.key),
            )
            names = called.setdefault(unit.organisation, [])
            names.append(Called((*place, "name"), unit.name, Period(), place))
            names += self.found.aliases(place, unit.aliases)
        clash = _(
            "«{name}» betyr to enheter i virksomheten. Gi dem ulike navn, eller gi aliaset en periode (from, to)."
        )
        for names in called.values():
            self.found.distinct(names, clash)

    def _workplaces(self) -> None:
        owners = {unit.key: unit.organisation for _place, unit in self.units}
        for place, person in self.people.people:
            where = (*place, "unit")
            if person.unit is None:
                continue
            if person.unit not in self.keys:
                self.found.problem(where, unknown(person.unit, self.keys, "units"))
            elif owners.get(person.unit, person.organisation) != person.organisation:
                self.found.problem(
                    where,
                    _("Enheten «{unit}» hører ikke til «{organisation}», der {name} arbeider. Rett unit.").format(
                        unit=person.unit, organisation=person.organisation, name=person.name
                    ),
                )

    # --- who works there -----------------------------------------------------------------------------------

    def _posts(self, place: Place, unit: Unit, role: StaffRole) -> Iterator[tuple[StaffRole, Post]]:
        for where, post in self.found.parts(Post, getattr(unit, LISTS[role]), (*place, LISTS[role])):
            self.found.once(
                f"{role} at {place}",
                post.email,
                where,
                _("{email} er ført opp to ganger her. Fjern den ene.").format(email=post.email),
            )
            person = self.people.find(where, post.email, post)
            if person is not None:
                self._works_for(where, person, unit)
            yield role, post

    def _works_for(self, place: Place, person: Person, unit: Unit) -> None:
        """Whoever works with a unit's deviations reads what is reported to it, so a slip here shows it to others."""
        if unit.organisation in self.organisations and unit.organisation not in (person.organisation, *person.also_at):
            self.found.problem(
                place,
                _(
                    "{email} arbeider ikke i {organisation}. Skriv also_at: [{key}] under people, eller rett adressen."
                ).format(
                    email=person.email,
                    organisation=self.organisations[unit.organisation][1].name,
                    key=unit.organisation,
                ),
            )

    def _fits(self, place: Place, unit: Unit, owner_place: Place, owner: Organisation, posts: _Posts) -> None:
        """Whether the unit is what one of this organisation is to be."""
        if owner.kind == "hospital" and unit.service is not None:
            self.found.problem(
                (*place, "service"),
                _("Et sykehus har ingen kommunale tjenester. Fjern service, eller rett organisation."),
            )
        here = {role for role, post in posts if post.includes(self.today)}
        # Somebody who is written wrong may be the one who is missing here.
        handlers, leaders = (*place, LISTS[StaffRole.HANDLER]), (*place, LISTS[StaffRole.LEADER])
        if StaffRole.HANDLER not in here and not self.found.wrong_within(handlers):
            text = _("{unit} har ingen saksbehandler i dag, så ingen får avvikene. Før opp minst én under handlers.")
            if owner.kind == "other":
                self.found.warning(handlers, text.format(unit=unit.name))
            else:
                self.found.problem(handlers, text.format(unit=unit.name))
        if owner.leaders_complete and StaffRole.LEADER not in here and not self.found.wrong_within(leaders):
            text = _(
                "{unit} har ingen leder i dag, men lederne i {organisation} skal se over meldingene. Før opp minst én "
                "under leaders, eller ta bort leaders_complete."
            )
            sentence = text.format(unit=unit.name, organisation=owner.name)
            self.found.problem(leaders, sentence, (*owner_place, "leaders_complete"))
