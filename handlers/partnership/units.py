"""Loading the units: what they are called now and were called before, who works there, and what goes for all of them.

What is no longer in the file is removed, but for three things: a unit keeps its row and its reports; a name that is out
of use stays, since people go on looking for it; and a name that was learnt from a wrong routing is not the file's.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from handlers.calendar.zone import local_day
from handlers.decisions.disagreement import rule as disagreement
from handlers.deviations import notice, settings
from handlers.deviations.settings import DeviationSettings
from handlers.partnership.model import Partnership
from handlers.partnership.rows import Rows
from handlers.writing.language import N_, _, ngettext
from storage import partnership as stored
from storage.partnership import Stored
from storage.tables import Organisation, Person, Setting, StaffRole, Unit, UnitAlias, UnitStaff, Workplace

_ROLES: Mapping[StaffRole, str] = {
    StaffRole.HANDLER: N_("saksbehandler"),
    StaffRole.DEPUTY: N_("stedfortreder"),
    StaffRole.LEADER: N_("leder"),
}
_SETTINGS: Mapping[str, str] = {
    "response_days": N_("svarfrist"),
    "serious_response_days": N_("svarfrist for alvorlige"),
    "pattern_size": N_("hvor mange som er et mønster"),
    "pattern_days": N_("innen hvor mange dager"),
    "mask_below": N_("grense for skjuling"),
    "committee": N_("utvalg"),
}
_NAMED = 5
"""So many references are named in a hint."""


class UnitLoading:
    """The units in the file compared with those that are stored.

    `owners` by key and `people` by e-mail: those stored now, all with their id.
    """

    def __init__(
        self,
        rows: Rows,
        partnership: Partnership,
        before: Stored,
        owners: Mapping[str, Organisation],
        people: Mapping[str, Person],
    ) -> None:
        self.rows = rows
        self.partnership = partnership
        self.before = before
        self.owners = owners
        self.people = people
        self.units = {row.key: row for row in before.units}
        self.today: date = local_day(rows.now)
        self._former: list[tuple[Unit, str]] = []
        self._owner_names = {row.id: row.name for row in owners.values()}

    async def put(self) -> None:
        await self._settings()
        await self._notices()
        await self._disagreements()
        await self._units()
        await self._aliases()
        await self._staff()
        self._workplaces()
        await self.rows.session.flush()
        await self._hint_at_reports()

    async def _settings(self) -> None:
        wanted = self.partnership.deviations.model_dump()
        row = next((row for row in self.before.settings if row.name == settings.NAME), None)
        has = (DeviationSettings.model_validate(row.value) if row else DeviationSettings()).model_dump()
        differing = [name for name, value in wanted.items() if has[name] != value]
        if differing:
            await self.rows.session.merge(Setting(name=settings.NAME, value=wanted))
            self.rows.changed(_("avvik ({what})").format(what=", ".join(_(_SETTINGS[name]) for name in differing)))

    async def _notices(self) -> None:
        wanted = notice.stored(self.partnership.notices)
        row = next((row for row in self.before.settings if row.name == notice.NAME), None)
        if wanted != (row.value if row else notice.stored(())):
            await self.rows.session.merge(Setting(name=notice.NAME, value=wanted))
            self.rows.changed(_("regler for lovpålagt varsel eller melding"))

    async def _disagreements(self) -> None:
        wanted = disagreement.stored(self.partnership.disagreements)
        row = next((row for row in self.before.settings if row.name == disagreement.NAME), None)
        if wanted != (row.value if row else disagreement.stored(())):
            await self.rows.session.merge(Setting(name=disagreement.NAME, value=wanted))
            self.rows.changed(_("regler for uenighet"))

    async def _units(self) -> None:
        label = _("enhet {name}")
        for wanted, _posts in self.partnership.units:
            known = self.units.get(wanted.key)
            if known is not None and known.name.casefold() != wanted.name.casefold():
                self._former.append((known, known.name))
            decided = self.partnership.deviations
            days = wanted.response_days or decided.response_days
            values = {
                "name": wanted.name,
                "organisation_id": self.owners[wanted.organisation].id,
                "service": wanted.service or "",
                "response_days": days,
                # Nobody waits longer for the answer to a serious one.
                "serious_response_days": min(days, wanted.serious_response_days or decided.serious_response_days),
                "removed_at": None,
            }
            name = _full_name(wanted.name, self.owners[wanted.organisation].name)
            self.rows.put(self.units, wanted.key, Unit, {"key": wanted.key}, values, label.format(name=name))
        keys = {wanted.key for wanted, _posts in self.partnership.units}
        for row in self.before.units:
            if row.key not in keys:
                self.rows.mark_removed(row, label.format(name=self._name(row)))
        await self.rows.session.flush()

    def _name(self, unit: Unit) -> str:
        """With whose it is: many municipalities have a Hjemmetjenesten."""
        return _full_name(unit.name, self._owner_names[unit.organisation_id])

    # --- names ---------------------------------------------------------------------------------------------

    async def _aliases(self) -> None:
        label = _("{unit}: alias {alias}")
        existing = {(row.unit_id, row.alias): row for row in self.before.unit_aliases}
        unwanted = dict(existing)
        for wanted, _posts in self.partnership.units:
            unit = self.units[wanted.key]
            for alias in wanted.aliases:
                key = (unit.id, alias.name)
                unwanted.pop(key, None)
                self.rows.put(
                    existing,
                    key,
                    UnitAlias,
                    {"unit_id": unit.id, "alias": alias.name},
                    {"valid_from": alias.since, "valid_to": alias.until, "learnt_by_id": None},
                    label.format(unit=self._name(unit), alias=alias.name),
                )
        taken = self._names_in_file()
        for unit, name in self._former:
            key = (unit.id, name)
            if key not in existing and (unit.organisation_id, name.casefold()) not in taken:
                row = UnitAlias(unit_id=key[0], alias=name, valid_to=self.today - timedelta(days=1))
                self.rows.added(row, label.format(unit=self._name(unit), alias=name))
        units = {row.id: row for row in self.units.values()}
        for row in unwanted.values():
            unit = units[row.unit_id]
            out_of_use = row.valid_to is not None and row.valid_to < self.today
            is_anothers = (unit.organisation_id, row.alias.casefold()) in taken
            if row.learnt_by_id is None and (is_anothers or not out_of_use) and unit.removed_at is None:
                await self.rows.delete(row, label.format(unit=self._name(unit), alias=row.alias))

    def _names_in_file(self) -> set[tuple[int, str]]:
        """Organisation id and name (without case) of all that units are called in the file."""
        return {
            (self.owners[wanted.organisation].id, name.casefold())
            for wanted, _posts in self.partnership.units
            for name in (wanted.name, *(alias.name for alias in wanted.aliases))
        }

    # --- people --------------------------------------------------------------------------------------------

    async def _staff(self) -> None:
        label = _("{unit}: {person} er {role}")
        existing = {(row.unit_id, row.person_id, row.role): row for row in self.before.staff}
        unwanted = dict(existing)
        for wanted, posts in self.partnership.units:
            unit = self.units[wanted.key]
            for role, post in posts:
                person = self.people[post.email]
                key = (unit.id, person.id, str(role))
                unwanted.pop(key, None)
                self.rows.put(
                    existing,
                    key,
                    UnitStaff,
                    {"unit_id": unit.id, "person_id": person.id, "role": str(role)},
                    {"valid_from": post.since, "valid_to": post.until},
                    label.format(unit=self._name(unit), person=person.name, role=_(_ROLES[role])),
                )
        names = {row.id: row.name for row in (*self.before.people, *self.people.values())}
        units = {row.id: self._name(row) for row in self.units.values()}
        for row in unwanted.values():
            was = label.format(
                unit=units[row.unit_id], person=names[row.person_id], role=_(_ROLES[StaffRole(row.role)])
            )
            await self.rows.delete(row, was)

    def _workplaces(self) -> None:
        """Where the file says that people work. Where it says nothing, what they have said themselves stays."""
        existing = {row.person_id: row for row in self.before.workplaces}
        for wanted in self.partnership.people:
            if wanted.unit is None:
                continue
            person, unit = self.people[wanted.email], self.units[wanted.unit]
            label = _("{person} arbeider i {unit}").format(person=person.name, unit=self._name(unit))
            self.rows.put(existing, person.id, Workplace, {"person_id": person.id}, {"unit_id": unit.id}, label)

    # --- reports that nobody has in hand any more ----------------------------------------------------------

    async def _hint_at_reports(self) -> None:
        for waiting in await stored.waiting_at_removed_units(self.rows.session):
            self.rows.hints.append(
                ngettext(
                    "! {count} åpent avvik venter ved {unit}, som er tatt ut. En leder i virksomheten kan sende det "
                    "videre. Eller ta enheten inn i filen igjen.",
                    "! {count} åpne avvik venter ved {unit}, som er tatt ut. En leder i virksomheten kan sende dem "
                    "videre. Eller ta enheten inn i filen igjen.",
                    waiting.reports,
                ).format(count=waiting.reports, unit=_full_name(waiting.unit, waiting.organisation))
            )
        taken: dict[tuple[str, str], list[str]] = {}
        for one in await stored.taken_by_absent(self.rows.session, self.today):
            taken.setdefault((one.person, _full_name(one.unit, one.organisation)), []).append(one.reference)
        for (person, unit), references in taken.items():
            self.rows.hints.append(
                _(
                    "! {person} har tatt {references}, men arbeider ikke lenger i {unit}. Be en annen der ta over."
                ).format(person=person, references=_listed(references), unit=unit)
            )


def _full_name(unit: str, organisation: str) -> str:
    return f"{unit}, {organisation}"


def _listed(references: Sequence[str]) -> str:
    shown, rest = ", ".join(references[:_NAMED]), len(references) - _NAMED
    return _("{references} og {count} til").format(references=shown, count=rest) if rest > 0 else shown
