"""Checking the people in the file: each stands there once, works somewhere, and is nothing more after having left."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.calendar.written import written
from handlers.partnership.explain import Place, unknown
from handlers.partnership.findings import Findings
from handlers.partnership.model import Period, Person
from handlers.writing.language import _


class PeopleCheck:
    """`emails` (lower case) and `organisations` (keys): also of parts that are wrong in some other way."""

    def __init__(
        self, found: Findings, people: Sequence[tuple[Place, Person]], emails: set[str], organisations: set[str]
    ) -> None:
        self.found = found
        self.people = people
        self.emails = emails
        self.organisations = organisations
        self._by_email = {person.email: (place, person) for place, person in people}

    def check(self) -> None:
        for place, person in self.people:
            self.found.once(
                "email",
                person.email,
                (*place, "email"),
                _("{email} er ført opp to ganger. Slå dem sammen, med also_at for det andre arbeidsstedet.").format(
                    email=person.email
                ),
            )
            for field in ("slack_id", "teams_id"):
                if (given := getattr(person, field)) is not None:
                    self.found.once(
                        field,
                        given,
                        (*place, field),
                        _("{id} er ført opp på to personer. En bruker er én person: ta bort den ene.").format(id=given),
                    )
            works_at = [((*place, "organisation"), person.organisation)]
            works_at += [((*place, "also_at", position), key) for position, key in enumerate(person.also_at)]
            for where, key in works_at:
                if key not in self.organisations:
                    self.found.problem(where, unknown(key, self.organisations, "organisations"))

    def find(self, place: Place, email: str, period: Period) -> Person | None:
        """Whoever has this address, if they are described well enough.

        After telling if nobody has it, or if they leave before the period of what they are at `place` ends.
        """
        if email not in self.emails:
            self.found.problem(place, unknown(email, self.emails, "people"))
        if email not in self._by_email:
            return None
        where, person = self._by_email[email]
        if person.left is not None and (period.until is None or period.until >= person.left):
            self.found.problem(
                place,
                _("{email} slutter {date}. Skriv to: {last} eller tidligere her, eller ta linjen ut.").format(
                    email=email, date=written(person.left), last=written(person.left - timedelta(days=1))
                ),
                (*where, "left"),
            )
        return person
