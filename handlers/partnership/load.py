"""Loading the partnership: what is stored is made to agree with the file, and what that changed is told.

Repeatable: everything is found again by its key (people by e-mail, meetings by their first date), so loading the same
file twice changes nothing. What is no longer in the file is removed, but for two things: people keep their row, since
they may have met the bot by themselves and have cases, and only lose their roles; and a meeting that has begun is
never cancelled. Somebody who has left says so in the file, and is removed from that day on.
"""

from datetime import datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.written import written
from handlers.calendar.zone import LOCAL_ZONE
from handlers.meetings.offsets import local_moment
from handlers.meetings.settings import CommitteeSettings
from handlers.partnership import example
from handlers.partnership.differing import Decide, nobody_says
from handlers.partnership.model import Committee as CommitteeInFile
from handlers.partnership.model import Partnership
from handlers.partnership.model import Person as PersonInFile
from handlers.partnership.plan import PlanLoading
from handlers.partnership.recognising import Recognising
from handlers.partnership.rows import Changes, Rows
from handlers.partnership.units import UnitLoading
from handlers.writing.language import DEFAULT, _, ngettext
from storage import cases, home_tabs, threads
from storage import partnership as stored
from storage.partnership import Stored
from storage.tables import (
    AlsoSubstitute,
    Committee,
    CommitteeAlias,
    LanguageFrom,
    Membership,
    Organisation,
    Person,
    Workspace,
)
from storage.threads import Where
from storage.types import JsonObject


async def load(
    session: AsyncSession,
    partnership: Partnership,
    now: datetime,
    *,
    is_example: bool = False,
    decide: Decide = nobody_says,
) -> Changes:
    """Make the database agree with `partnership`; whoever calls commits, or rolls back to only see the changes.

    Where `removals` of what is given back says something, whoever loads is to be asked before it is committed.
    `is_example`: it is the example that comes with the program, which may be loaded again unasked (see `example`).
    `decide`: which holds, where a meeting was made or changed in the bot and the file says something else of it; where
    nobody says, what the bot has stays, and `differences` tells of it.

    Those concerned are told of meetings that moved or are cancelled. On PostgreSQL the number of statements does not
    grow with the size of the partnership, only with the number of meetings that somebody is told of.
    """
    await stored.take_turn(session)
    before = await stored.everything(session, {person.email for person in partnership.people})
    rows = Rows(session, now)
    loading = _Loading(rows, partnership, before)
    await loading.organisations()
    await loading.workspaces()
    await loading.people_and_committees()
    await loading.aliases()
    await UnitLoading(rows, partnership, before, loading.owners, loading.people).put()
    plan = PlanLoading(rows, partnership, before, loading.committees, loading.owners, loading.people, decide)
    await plan.compare()
    # Before the roles change, so that those who lose theirs hear of it too.
    await plan.cancel()
    await loading.memberships()
    await plan.put()
    await Recognising(rows, partnership, loading.owners, loading.people).put()
    example.note(session, before, is_example=is_example)
    if rows.lines:
        # Who is what in which committee may be another matter now.
        await home_tabs.touch_all(session, now)
    return Changes(tuple(rows.lines), tuple(rows.hints), rows.removals, tuple(rows.differences))


class _Loading:
    def __init__(self, rows: Rows, partnership: Partnership, before: Stored) -> None:
        self.rows = rows
        self.partnership = partnership
        self.before = before
        self.owners = {row.key: row for row in before.organisations}
        self.people = {str(row.email): row for row in before.people}
        self.committees = {row.key: row for row in before.committees}

    async def organisations(self) -> None:
        label = _("virksomhet {name}")
        for wanted in self.partnership.organisations:
            values = {
                "name": wanted.name,
                "kind": wanted.kind,
                "leaders_complete": wanted.leaders_complete,
                "guests": wanted.guests,
                "contacts": list(wanted.contacts),
                "removed_at": None,
            }
            self.rows.put(
                self.owners, wanted.key, Organisation, {"key": wanted.key}, values, label.format(name=wanted.name)
            )
        keys = {wanted.key for wanted in self.partnership.organisations}
        for row in self.before.organisations:
            if row.key not in keys:
                self.rows.mark_removed(row, label.format(name=row.name))
        await self.rows.session.flush()
        # What became of one that has left the file stays known.
        for wanted in self.partnership.organisations:
            into = self.owners[wanted.merged_into] if wanted.merged_into is not None else None
            values = {"merged_into_id": into.id if into is not None else None}
            said = label.format(name=wanted.name)
            self.rows.put(self.owners, wanted.key, Organisation, {"key": wanted.key}, values, said)
        await self.rows.session.flush()

    async def workspaces(self) -> None:
        label = _("{surface} {workspace} hos {organisation}")
        names = {"slack": "Slack", "teams": "Teams"}
        existing = {(row.surface, row.external_id): row for row in self.before.workspaces}
        unwanted = dict(existing)
        for wanted in self.partnership.organisations:
            owner = self.owners[wanted.key]
            for surface, external_id in (*_pairs("slack", wanted.slack), *_pairs("teams", wanted.teams)):
                unwanted.pop((surface, external_id), None)
                self.rows.put(
                    existing,
                    (surface, external_id),
                    Workspace,
                    {"surface": surface, "external_id": external_id},
                    {"organisation_id": owner.id},
                    label.format(surface=names[surface], workspace=external_id, organisation=owner.name),
                )
        owners = {row.id: row.name for row in self.owners.values()}
        for row in unwanted.values():
            surface = names.get(row.surface, row.surface)
            organisation = owners[row.organisation_id]
            await self.rows.delete(
                row, label.format(surface=surface, workspace=row.external_id, organisation=organisation)
            )

    async def people_and_committees(self) -> None:
        for person in self.partnership.people:
            known = self.people.get(person.email)
            values: dict[str, Any] = {
                "name": person.name,
                "organisation_id": self.owners[person.organisation].id,
                "also_at": list(person.also_at),
                "language": _language(person, known),
                "slack_id": person.slack_id,
                "teams_id": person.teams_id,
                "removed_at": self._left(person),
            }
            label = _("person {name}").format(name=person.name)
            self.rows.put(self.people, person.email, Person, {"email": person.email}, values, label)
            self.people[person.email].listed = True
            if person.language and not _chosen(known):
                self.people[person.email].language_from = LanguageFrom.FILE
        self._no_longer_listed()
        label = _("utvalg {name}")
        for wanted, _members in self.partnership.committees:
            values = {
                "name": wanted.name,
                "number_template": wanted.number,
                "proposals_from": wanted.proposals_from,
                "zone": wanted.zone,
                "settings": self._settings(wanted),
                "standing_items": [item.model_dump(mode="json", exclude_none=True) for item in wanted.standing_items],
                "removed_at": None,
            }
            self.rows.put(
                self.committees, wanted.key, Committee, {"key": wanted.key}, values, label.format(name=wanted.name)
            )
        await self._hint_at_channels()
        keys = {wanted.key for wanted, _members in self.partnership.committees}
        for row in self.before.committees:
            if row.key not in keys:
                self.rows.mark_removed(row, label.format(name=row.name))
                await self._hint_at_cases(row)
        await self.rows.session.flush()

    def _no_longer_listed(self) -> None:
        """Whoever is taken out of the file keeps their row, as those have one who met the bot by themselves."""
        emails = {person.email for person in self.partnership.people}
        for row in self.before.people:
            if row.listed and row.email not in emails:
                row.listed, row.slack_id, row.teams_id = False, None, None

    def _left(self, person: PersonInFile) -> datetime | None:
        """When somebody who has left by now did so (UTC): as that day began."""
        if person.left is None:
            return None
        left_at = local_moment(datetime.combine(person.left, time()), LOCAL_ZONE)
        if left_at <= self.rows.now:
            return left_at
        self.rows.hints.append(
            _("! {name} slutter {date}. Last filen igjen da, så slipper ikke boten {name} inn lenger.").format(
                name=person.name, date=written(person.left)
            )
        )
        return None

    def _settings(self, wanted: CommitteeInFile) -> JsonObject:
        """As they are stored, where that says the same: what a newer program can be told besides is no change."""
        row = self.committees.get(wanted.key)
        if row is not None and _says(row.settings) == wanted.settings:
            return row.settings
        return wanted.settings.model_dump(mode="json")

    async def _hint_at_channels(self) -> None:
        """What was said in chat of a committee's channel holds, whatever the file says."""
        if not any(wanted.settings.threads.is_set for wanted, _members in self.partnership.committees):
            return
        chosen = await threads.chosen_in_chat(self.rows.session)
        for wanted, _members in self.partnership.committees:
            row = chosen.get(wanted.key)
            said = wanted.settings.threads
            if row is None or not said.is_set:
                continue
            if not row.is_on or Where.of(row) != Where(said.surface, said.workspace, said.channel):
                self.rows.hints.append(
                    _(
                        "! {committee}: sekretariatet har sagt noe annet om kanalen for møtetråder enn filen, og det "
                        "gjelder. De kan følge filen igjen med {command}."
                        # On a terminal, where nobody else writes it in their own way.
                    ).format(committee=wanted.name, command="/mote kanal")
                )

    async def _hint_at_cases(self, removed: Committee) -> None:
        """Cases that wait for a committee that is removed can be decided on by nobody."""
        count = await cases.count_undecided(self.rows.session, [removed.id])
        if count:
            self.rows.hints.append(
                ngettext(
                    "! {committee} har {count} sak som ingen lenger kan behandle. Ta utvalget inn i filen igjen, send "
                    "saken til et annet utvalg, og ta det så ut.",
                    "! {committee} har {count} saker som ingen lenger kan behandle. Ta utvalget inn i filen igjen, "
                    "send sakene til et annet utvalg, og ta det så ut.",
                    count,
                ).format(committee=removed.name, count=count)
            )

    async def aliases(self) -> None:
        label = _("{committee}: alias {alias}")
        existing = {(row.committee_id, row.alias.casefold()): row for row in self.before.aliases}
        unwanted = dict(existing)
        for wanted, _members in self.partnership.committees:
            committee = self.committees[wanted.key]
            for alias in wanted.aliases:
                key = (committee.id, alias.name.casefold())
                unwanted.pop(key, None)
                self.rows.put(
                    existing,
                    key,
                    CommitteeAlias,
                    {"committee_id": committee.id},
                    {"alias": alias.name, "valid_from": alias.since, "valid_to": alias.until},
                    label.format(committee=committee.name, alias=alias.name),
                )
        names = {row.id: row.name for row in self.committees.values()}
        for row in unwanted.values():
            await self.rows.delete(row, label.format(committee=names[row.committee_id], alias=row.alias))

    async def memberships(self) -> None:
        label = _("{committee}: {person} er {role}")
        existing = {(row.committee_id, row.person_id, row.role): row for row in self.before.memberships}
        unwanted = dict(existing)
        names = {row.id: row.name for row in (*self.before.people, *self.people.values())}
        also = {(row.committee_id, row.person_id, row.member_id): row for row in self.before.also_substitutes}
        no_longer = dict(also)
        for wanted, members in self.partnership.committees:
            committee = self.committees[wanted.key]
            for member in members:
                person = self.people[member.email]
                key = (committee.id, person.id, str(member.role))
                unwanted.pop(key, None)
                substituted, others = None, member.substitute_for[1:]
                if member.substitute_for:
                    substituted = self.people[member.substitute_for[0]].id
                self.rows.put(
                    existing,
                    key,
                    Membership,
                    {"committee_id": committee.id, "person_id": person.id, "role": str(member.role)},
                    {"valid_from": member.since, "valid_to": member.until, "substitute_for_id": substituted},
                    label.format(committee=committee.name, person=person.name, role=member.role),
                )
                for other in (self.people[email].id for email in dict.fromkeys(others)):
                    triple = (committee.id, person.id, other)
                    no_longer.pop(triple, None)
                    identity = {"committee_id": committee.id, "person_id": person.id, "member_id": other}
                    said = _("{committee}: {person} er også stedfortreder for {member}").format(
                        committee=committee.name, person=person.name, member=names[other]
                    )
                    self.rows.put(also, triple, AlsoSubstitute, identity, {}, said)
        committees = {row.id: row.name for row in self.committees.values()}
        for row in unwanted.values():
            await self.rows.delete(
                row,
                label.format(committee=committees[row.committee_id], person=names[row.person_id], role=row.role),
            )
        for left in no_longer.values():
            await self.rows.delete(
                left,
                _("{committee}: {person} er også stedfortreder for {member}").format(
                    committee=committees[left.committee_id], person=names[left.person_id], member=names[left.member_id]
                ),
            )
        await self.rows.session.flush()


def _says(settings: JsonObject) -> CommitteeSettings | None:
    """What stored settings of a committee say; None: they are nothing that is read any more."""
    try:
        return CommitteeSettings.model_validate(settings)
    except ValueError:
        return None


def _chosen(known: Person | None) -> bool:
    """Whether the person has chosen their language themselves."""
    return known is not None and known.language_from == LanguageFrom.PERSON


def _language(wanted: PersonInFile, known: Person | None) -> str:
    """What the file says, unless the person has chosen; where it says nothing, what it was."""
    if known is not None and (_chosen(known) or not wanted.language):
        return known.language
    return wanted.language or DEFAULT


def _pairs(surface: str, ids: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(surface, external_id) for external_id in ids]
