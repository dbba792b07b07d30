"""What stands before whom: who sees which message about a subject now, written as deliveries.

A subject (`item:12`) has *places*, each the key of a delivery (`item:12:secretariat:1:7`): one message of one reader,
which changes where it stands. A use case says who holds which place by now and what they read there. Whoever held one
before and does not any more reads something else there; that they did is known from the deliveries, not remembered.

News is said once, in a place of its own, and does not follow its subject (`tell_once`).

What several readers are to see is drawn once for each language, so nothing in it may be of one reader alone. However
many subjects change at once, they cost two statements.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.deliveries import in_language
from handlers.messages.message import Message
from handlers.people.context import Context
from storage import deliveries
from storage.deliveries import Place, Wish
from storage.types import JsonObject

Build = Callable[[], Message]
Reader = tuple[int, str]
"""Person id, language."""
Gone = Callable[[Place], Build | None]
"""What is read in a place that nobody holds any more; None: what stands there stays."""
# How long the worker leaves a message alone that the surface is about to show itself (see `Message.delivery_key`).
_HELD = timedelta(seconds=15)
Write = Callable[[AsyncSession, Sequence[Wish]], Awaitable[None]]


class Seen(NamedTuple):
    """What is read in these places (key → reader) by now, or from the moment `at` on.

    `shown_by_surface`: the surface that is speaking shows it itself (see `Message.delivery_key`). `again`: it is read
    only in those of the places where something stands, or is to stand, already.
    """

    places: Mapping[str, Reader]
    build: Build
    at: datetime | None = None
    shown_by_surface: bool = False
    again: bool = False


class Standing(NamedTuple):
    """What stands about a subject by now. Without `gone`, what stood in other places stays.

    `gone_at`: when what `gone` says is read there, if not at once.
    """

    subject: str
    seen: Sequence[Seen]
    gone: Gone | None = None
    gone_at: datetime | None = None


def places(beginning: str, readers: Iterable[Reader]) -> dict[str, Reader]:
    """A place for each of these readers: `beginning`, a colon and the person's id."""
    return {f"{beginning}:{reader[0]}": reader for reader in readers}


def in_places(beginning: str, build: Build) -> Gone:
    """`Gone`, for places that begin so: `build`."""
    return lambda place: build if place.key.startswith(f"{beginning}:") else None


async def show(
    context: Context,
    subject: str,
    seen: Sequence[Seen],
    gone: Gone | None = None,
    *,
    gone_at: datetime | None = None,
) -> Sequence[Wish]:
    """Let it be seen what stands about the subject now (see `Standing`); what was written."""
    standing = Standing(subject, seen, gone, gone_at)
    return await show_all(
        context.session, context.now, [standing], lasting=context.lasting, account_id=context.actor.account_id or None
    )


async def show_all(
    session: AsyncSession,
    now: datetime,
    standing: Sequence[Standing],
    *,
    write: Write = deliveries.wish,
    lasting: bool = True,
    account_id: int | None = None,
) -> Sequence[Wish]:
    """The same for many subjects at once.

    Args:
        write: how the wishes are written; another way where nobody did anything (`deliveries.wish_by_loading`).
        lasting: whether replies of the surface that is speaking stay (see `handlers.people.context.Sender`).
        account_id: the account that is speaking. What its surface shows itself, and may have shown when it was killed,
            is brought there and nowhere else.
    """
    drawn = _drawing()
    leaving = {each.subject: each for each in standing if each.gone is not None}
    asked = leaving.keys() | {each.subject for each in standing if any(seen.again for seen in each.seen)}
    stood = await deliveries.shown_to(session, asked) if asked else ()
    there = {place.key for place in stood}
    wishes = [
        Wish(
            key,
            each.subject,
            person_id,
            drawn(language, seen.build),
            seen.at or now,
            now + _HELD if seen.shown_by_surface and lasting else None,
            account_id=account_id if seen.shown_by_surface and lasting else None,
        )
        for each in standing
        for seen in each.seen
        for key, (person_id, language) in seen.places.items()
        if not seen.again or key in there
    ]
    held = {wish.key for wish in wishes}
    for place in stood:
        leaves = leaving.get(place.subject)
        build = leaves.gone(place) if leaves and leaves.gone is not None and place.key not in held else None
        if leaves and build is not None:
            wish = Wish(place.key, place.subject, place.person_id, drawn(place.language, build), leaves.gone_at or now)
            wishes.append(wish)
    await write(session, wishes)
    return wishes


def _drawing() -> Callable[[str, Build], JsonObject]:
    """`in_language`, for one call: the same is drawn once."""
    found: dict[tuple[str, Build], JsonObject] = {}

    def drawn(language: str, build: Build) -> JsonObject:
        key = (language, build)
        if key not in found:
            found[key] = in_language(language, build)
        return found[key]

    return drawn


async def tell_once(
    session: AsyncSession, now: datetime, subject: str, seen: Sequence[Seen], *, expires_at: datetime | None = None
) -> int:
    """News about the subject, which nobody is told twice: a place that holds something already keeps it. How many are
    told. `expires_at`: from then on it is not worth telling."""
    drawn = _drawing()
    return await deliveries.wish_once(
        session,
        [
            Wish(key, subject, person_id, drawn(language, each.build), each.at or now, expires_at=expires_at)
            for each in seen
            for key, (person_id, language) in each.places.items()
        ],
    )
