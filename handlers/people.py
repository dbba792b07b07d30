"""Who is speaking: from a platform's account to a person of the partnership."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.context import Actor, Profile, Role, Sender
from handlers.errors import NotAllowed, Refused
from handlers.identity import without_numbers
from handlers.language import DEFAULT, _, of_locale
from handlers.links import Ticket
from handlers.text import clean, shorten
from storage import deliveries
from storage import people as stored
from storage.database import Database
from storage.tables import LanguageFrom, Person

LOCAL_ZONE = ZoneInfo("Europe/Oslo")
_SEEN_AGAIN = timedelta(hours=1)
_PAGE = "page"
_OWNED_BY_NOBODY = ("local", _PAGE)
"""Surfaces without workspaces: who is speaking has been settled otherwise."""


@dataclass(frozen=True)
class Recognised:
    """Somebody who has spoken before, and what is to be brought up to date about them (see `keep_fresh`)."""

    actor: Actor
    reachable: bool
    moved: bool
    seen_again: bool
    awaited: bool


def by_link(ticket: Ticket) -> Sender:
    """Whoever a signed link was made for, confined to what it is about. Only a link that was read makes a ticket."""

    async def profile() -> Profile:
        return Profile(name="")

    return Sender(_PAGE, "", str(ticket.person_id), profile, lasting=False, only=ticket.arguments)


async def recognise(database: Database, sender: Sender, now: datetime) -> Recognised | None:
    """The person behind an account that has spoken before, or None. Only reads.

    Raises:
        Refused: the workspace no longer belongs to an organisation of the partnership.
        NotAllowed: the person does not work for the organisation that owns the workspace (any more), see `admit`; or
            they have been removed from the partnership.
    """
    today = now.astimezone(LOCAL_ZONE).date()
    known = await stored.known_account(database, sender.surface, sender.workspace, sender.user_id, now, today)
    if known is None:
        return None
    if sender.surface not in _OWNED_BY_NOBODY:
        if known.owner_id is None:
            raise _refused()
        if known.owner_id != known.organisation_id and known.owner_key not in known.also_at:
            raise _elsewhere(known.owner_name or "")
    if known.removed:
        raise _removed()
    roles: dict[int, set[Role]] = {}
    for standing in known.standings:
        if standing.role is not None:
            roles.setdefault(standing.id, set()).add(Role(standing.role))
    actor = Actor(
        person_id=known.person_id,
        name=known.name,
        organisation_id=known.organisation_id,
        organisation_name=known.organisation_name,
        language=known.language,
        account_id=known.account_id,
        roles={committee: frozenset(found) for committee, found in roles.items()},
        committees=tuple({standing.id: standing for standing in known.standings}.values()),
        has_drafts=known.has_drafts,
    )
    moved = sender.reach is not None and dict(sender.reach) != known.reach
    return Recognised(actor, bool(known.reach), moved, now - known.seen_at > _SEEN_AGAIN, known.awaited)


async def keep_fresh(session: AsyncSession, known: Recognised, sender: Sender, now: datetime) -> None:
    """Note when and where somebody was last seen (a Teams service URL can change at any activity), and let go what
    waited for them. Somebody on the page of a case can be sent no more than before."""
    if known.moved or known.seen_again:
        await stored.note_seen(session, known.actor.account_id, sender.reach if known.moved else None, now)
    if known.awaited and sender.surface != _PAGE:
        await deliveries.release_waiting(session, known.actor.person_id, now)


async def admit(session: AsyncSession, sender: Sender, profile: Profile, now: datetime) -> None:
    """Give a new account its person: the one with the same e-mail, else a new one of the workspace's organisation.

    An e-mail address leads only to a person who works for the organisation that owns the workspace: whoever
    administers another workspace could write any address there.

    Raises:
        Refused: nobody in the partnership owns the workspace.
        NotAllowed: the address belongs to a person of another organisation.
    """
    if sender.surface == _PAGE:
        await _admit_by_link(session, sender, now)
        return
    owner = await stored.owner_of_workspace(session, sender.surface, sender.workspace)
    if owner is None or owner.id is None:
        raise _refused()
    email = profile.email.strip().lower() if profile.email else None
    person = await stored.with_email(session, email) if email else None
    if person is None:
        name = shorten(without_numbers(clean(profile.name)), 100) or _("Uten navn")
        person = await stored.add_person(session, organisation_id=owner.id, name=name, email=email, language=DEFAULT)
        _learn_language(person, profile)
    elif person.organisation_id != owner.id and owner.key not in person.also_at:
        raise _elsewhere(owner.name)
    else:
        _learn_language(person, profile)
    await stored.add_account(
        session,
        person_id=_id(person.id),
        surface=sender.surface,
        workspace=sender.workspace,
        user_id=sender.user_id,
        reach=_plain(sender.reach),
        now=now,
    )
    await deliveries.release_waiting(session, _id(person.id), now)


def _learn_language(person: Person, profile: Profile) -> None:
    """Somebody new is spoken to as their platform does, where nobody has said otherwise. They may choose another
    language themselves (see `handlers.choose_language`), so it is not asked of the platform again."""
    language = of_locale(profile.locale)
    if language and person.language_from == LanguageFrom.NOBODY:
        person.language, person.language_from = language, LanguageFrom.PLATFORM


async def _admit_by_link(session: AsyncSession, sender: Sender, now: datetime) -> None:
    person_id = int(sender.user_id)
    if not await stored.names(session, [person_id]):
        raise _removed()
    await stored.ensure_account(
        session,
        person_id=person_id,
        surface=sender.surface,
        workspace=sender.workspace,
        user_id=sender.user_id,
        reach=_plain(sender.reach),
        now=now,
    )


def _removed() -> NotAllowed:
    return NotAllowed(_("Du er ikke lenger registrert i helsefellesskapet. Snakk med koordinatoren hvis det er feil."))


def _refused() -> Refused:
    return Refused(
        _(
            "Jeg er bare for virksomhetene i dette helsefellesskapet, og arbeidsområdet ditt er ikke blant dem. "
            "Er det feil? Be helsefellesskapets koordinator føre det opp."
        )
    )


def _elsewhere(organisation: str) -> NotAllowed:
    return NotAllowed(
        _(
            "E-postadressen din hører til en annen virksomhet i helsefellesskapet enn {organisation}. "
            "Be koordinatoren føre deg opp med begge arbeidsstedene, så slipper jeg deg inn."
        ).format(organisation=organisation)
    )


def _id(value: int | None) -> int:
    assert value is not None  # noqa: S101 - a flushed row has its id
    return value


def _plain(reach: Mapping[str, Any] | None) -> dict[str, Any]:
    return dict(reach or {})
