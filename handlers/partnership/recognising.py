"""Whoever wrote to the bot before the file gave their id on a platform turns out to be the person in the file."""

from collections.abc import Mapping

from handlers import admission
from handlers.partnership.model import Partnership
from handlers.partnership.model import Person as PersonInFile
from handlers.partnership.rows import Rows
from handlers.people.recognising import PLATFORMS
from handlers.writing.language import _
from storage import accounts, look_ups
from storage import partnership as stored
from storage.tables import Organisation, Person


class Recognising:
    """`owners`: by key. `people`: by e-mail, as they are stored after the file was read."""

    def __init__(
        self,
        rows: Rows,
        partnership: Partnership,
        owners: Mapping[str, Organisation],
        people: Mapping[str, Person],
    ) -> None:
        self.rows = rows
        self.owners = owners
        self.people = people
        self.partnership = partnership
        self.named = {
            (surface, user_id): person
            for person in partnership.people
            for surface, user_id in (("slack", person.slack_id), ("teams", person.teams_id))
            if user_id is not None
        }

    async def put(self) -> None:
        session = self.rows.session
        # Joining reads and writes tables, not what the session holds.
        await session.flush()
        for account, other in await stored.accounts_with(session, self.named.keys()):
            named = self.named[account.surface, account.user_id]
            person = self.people[named.email]
            if other.id == person.id or account.workspace not in self._workspaces(named, account.surface):
                continue
            label = _("{person} er den som har skrevet fra {surface} som «{other}»").format(
                person=person.name, surface=PLATFORMS[account.surface], other=other.name
            )
            if admission.may_become(other, person):
                await admission.join(session, other, person, self.rows.now)
            else:
                # Two who both stand in the file: only the way to reach them was taken for the other's.
                account.person_id = person.id
                await session.flush()
            await accounts.note_guest(session, person.id)
            self.rows.changed(label)
        if self.rows.lines:
            await look_ups.look_anew(session, self.rows.now)

    def _workspaces(self, person: PersonInFile, surface: str) -> set[str]:
        """Where an id that the file gives is theirs: in the workspaces of those they work for."""
        works_for = {person.organisation, *person.also_at}
        return {
            workspace
            for organisation in self.partnership.organisations
            if organisation.key in works_for
            for workspace in getattr(organisation, surface)
        }
