"""Who is speaking: from a platform's account to a person of the partnership."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.errors import NotAllowed, Refused
from handlers.people.context import Actor, Profile, Sender
from handlers.people.roles import Role
from handlers.people.ticket import Ticket
from handlers.writing.language import _
from storage import accounts, deliveries
from storage import people as stored
from storage.database import Database, Foreseen
from storage.direct import Question
from storage.people import KnownAccount

PAGE = "page"
OWNED_BY_NOBODY = ("local", PAGE)
"""Surfaces without workspaces: who is speaking has been settled otherwise."""
PLATFORMS = {"slack": "Slack", "teams": "Teams"}
FILE_FIELDS = {"slack": "slack_id", "teams": "teams_id"}
"""Where the partnership file has somebody's id on a platform."""
_SEEN_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Recognised:
    """Somebody who has spoken before, and what is to be brought up to date about them (see `keep_fresh`)."""

    actor: Actor
    reach: Mapping[str, Any]
    moved: bool
    seen_again: bool
    awaited: bool
    has_home: bool


def by_link(ticket: Ticket) -> Sender:
    """Whoever a signed link was made for, confined to what it is about. Only a link that was read makes a ticket."""

    async def profile() -> Profile:
        return Profile(name="")

    return Sender(PAGE, "", str(ticket.person_id), profile, lasting=False, only=ticket.arguments)


def called(name: str, *, guest: bool, left: bool = False) -> str:
    """A name as it is shown where the workplace is shown, or is taken for granted. `left`: they were removed from the
    partnership."""
    if left:
        return _("{name} (ikke lenger med)").format(name=name)
    return _("{name} (gjest)").format(name=name) if guest else name


async def recognise(database: Database, sender: Sender, now: datetime) -> Recognised | None:
    """The person behind an account that has spoken before, or None. Only reads. Raises as `let_in`."""
    known, _besides = await find(database, sender, now)
    return let_in(known, sender, now) if known is not None else None


async def find(
    database: Database, sender: Sender, now: datetime, besides: Sequence[Question] = ()
) -> tuple[KnownAccount | None, Foreseen]:
    """The account that is speaking, if it has spoken before. Only reads. `besides`: see `known_account`."""
    places, today = sender.workspaces, local_day(now)
    return await stored.known_account(database, sender.surface, places, sender.user_id, now, today, besides)


def is_to_be_asked(known: KnownAccount, sender: Sender, now: datetime) -> bool:
    """Whether it is time to ask the platform once more who this is (see `handlers.admission`)."""
    return sender.speaks and sender.surface not in OWNED_BY_NOBODY and (known.ask_at is None or known.ask_at <= now)


def let_in(known: KnownAccount, sender: Sender, now: datetime) -> Recognised:
    """Whoever has this account, as they may speak now.

    Raises:
        Refused: the workspace no longer belongs to an organisation of the partnership.
        NotAllowed: the person does not work for the organisation that owns the workspace (any more), or is its guest
            where guests are not let in (see `handlers.admission`); or they have been removed from the
            partnership.
    """
    if sender.surface not in OWNED_BY_NOBODY:
        if known.owner_id is None:
            raise refused()
        if known.owner_id != known.organisation_id and known.owner_key not in known.also_at:
            raise elsewhere(known.owner_name or "")
        if known.outsider and not known.listed and not known.owner_takes_guests:
            raise outsider(sender, known.owner_name or "")
    if known.removed:
        raise removed()
    roles: dict[int, set[Role]] = {}
    for committee_id, role in known.roles:
        roles.setdefault(committee_id, set()).add(Role(role))
    actor = Actor(
        person_id=known.person_id,
        name=known.name,
        organisation_id=known.organisation_id,
        organisation_name=known.organisation_name,
        language=known.language,
        account_id=known.account_id,
        roles={committee: frozenset(found) for committee, found in roles.items()},
        committees=known.committees,
        has_drafts=known.has_drafts,
        guest=known.guest,
    )
    moved = sender.reach is not None and dict(sender.reach) != known.reach
    return Recognised(actor, known.reach, moved, now - known.seen_at > _SEEN_AGAIN, known.awaited, known.has_home)


async def keep_fresh(session: AsyncSession, known: Recognised, sender: Sender, now: datetime) -> None:
    """Note when and where somebody was last seen (a Teams service URL can change at any activity), and let go what
    waited for them. Somebody on the page of a case can be sent no more than before.

    What moved for everybody of a workspace is learnt for those who have not been heard of lately: else what is sent to
    them goes astray until they write. Those who have been, know better where they are (a tenant may be in two regions).
    """
    if known.moved or known.seen_again:
        await accounts.note_seen(session, known.actor.account_id, sender.reach if known.moved else None, now)
    if known.moved and sender.reach is not None:
        changed = {
            name: (known.reach[name], sender.reach[name])
            for name in sender.shared
            if known.reach.get(name) and known.reach[name] != sender.reach.get(name)
        }
        if changed:
            await accounts.follow(session, sender.surface, sender.workspace, changed, now - _SEEN_AGAIN)
    if known.awaited and sender.surface != PAGE:
        await deliveries.release_waiting(session, known.actor.person_id, now)


def removed() -> NotAllowed:
    return NotAllowed(_("Du er ikke lenger registrert i helsefellesskapet. Snakk med koordinatoren hvis det er feil."))


def refused() -> Refused:
    return Refused(
        _(
            "Jeg er bare for virksomhetene i dette helsefellesskapet, og arbeidsområdet ditt er ikke blant dem. "
            "Er det feil? Be helsefellesskapets koordinator føre det opp."
        )
    )


def elsewhere(organisation: str) -> NotAllowed:
    return NotAllowed(
        _(
            "E-postadressen din hører til en annen virksomhet i helsefellesskapet enn {organisation}. "
            "Be koordinatoren føre deg opp med begge arbeidsstedene, så slipper jeg deg inn."
        ).format(organisation=organisation)
    )


def outsider(sender: Sender, organisation: str) -> NotAllowed:
    return NotAllowed(
        _(
            "Du er gjest eller fra et annet {platform}-arbeidsområde enn {organisation} sitt, og jeg kan bare svare "
            "dem som hører til der. Er du med i helsefellesskapet? Be koordinatoren føre deg opp, med e-postadressen "
            "din eller {field}: {id}."
        ).format(
            platform=PLATFORMS.get(sender.surface, sender.surface),
            organisation=organisation,
            field=FILE_FIELDS.get(sender.surface, ""),
            id=sender.user_id,
        )
    )
