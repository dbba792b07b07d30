"""Who is speaking: from a platform's account to a person of the partnership."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.context import Actor, Profile, Role, Sender
from handlers.errors import NotAllowed, Refused
from handlers.language import DEFAULT, _
from handlers.text import clean, shorten
from storage import deliveries
from storage import people as stored

LOCAL_ZONE = ZoneInfo("Europe/Oslo")
_SEEN_AGAIN = timedelta(hours=1)


async def recognise(session: AsyncSession, sender: Sender, now: datetime) -> Actor | None:
    """The person behind an account that has spoken before, or None.

    Keeps the address fresh: a Teams service URL can change at any activity.

    Raises:
        Refused: the workspace no longer belongs to an organisation of the partnership.
        NotAllowed: the person does not work for the organisation that owns the workspace (any more), see `admit`; or
            they have been removed from the partnership.
    """
    today = now.astimezone(LOCAL_ZONE).date()
    rows = await stored.known_account(session, sender.surface, sender.workspace, sender.user_id, today)
    if not rows:
        return None
    first = rows[0]
    if sender.surface != "local":
        if first.owner_id is None:
            raise _refused()
        if first.owner_id != first.organisation_id and first.owner_key not in first.also_at:
            raise _elsewhere(first.owner_name or "")
    if first.removed_at is not None:
        raise NotAllowed(
            _("Du er ikke lenger registrert i helsefellesskapet. Snakk med koordinatoren hvis det er feil.")
        )
    moved = sender.reach is not None and dict(sender.reach) != first.reach
    if moved or now - first.seen_at > _SEEN_AGAIN:
        await stored.note_seen(session, first.account_id, sender.reach if moved else None, now)
    if first.awaited:
        await deliveries.release_waiting(session, first.person_id, now)
    roles: dict[int, set[Role]] = {}
    for row in rows:
        if row.committee_id is not None and row.role is not None:
            roles.setdefault(row.committee_id, set()).add(Role(row.role))
    return Actor(
        person_id=first.person_id,
        name=first.name,
        organisation_id=first.organisation_id,
        organisation_name=first.organisation_name,
        language=first.language,
        account_id=first.account_id,
        roles={committee: frozenset(found) for committee, found in roles.items()},
    )


async def admit(session: AsyncSession, sender: Sender, profile: Profile, now: datetime) -> None:
    """Give a new account its person: the one with the same e-mail, else a new one of the workspace's organisation.

    An e-mail address leads only to a person who works for the organisation that owns the workspace: whoever
    administers another workspace could write any address there.

    Raises:
        Refused: nobody in the partnership owns the workspace.
        NotAllowed: the address belongs to a person of another organisation.
    """
    owner = await stored.owner_of_workspace(session, sender.surface, sender.workspace)
    if owner is None or owner.id is None:
        raise _refused()
    email = profile.email.strip().lower() if profile.email else None
    person = await stored.with_email(session, email) if email else None
    if person is None:
        name = shorten(clean(profile.name), 100) or _("Uten navn")
        person = await stored.add_person(session, organisation_id=owner.id, name=name, email=email, language=DEFAULT)
    elif person.organisation_id != owner.id and owner.key not in person.also_at:
        raise _elsewhere(owner.name)
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
