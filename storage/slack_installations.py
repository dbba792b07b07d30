"""Where the Slack app is installed, and who changes a token for a new one: of several processes, one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import ask, ask_first
from storage.statements import PerDialect, among, later, table
from storage.tables import Organisation, SlackInstallation, SlackStateUsed, Workspace
from storage.types import UtcDateTime

_installation = table(SlackInstallation)
_used = table(SlackStateUsed)
_organisation, _workspace = table(Organisation), table(Workspace)


class Installed(NamedTuple):
    """One installation, as it is stored (see `storage.tables.SlackInstallation`)."""

    id: int
    external_id: str
    grid: str
    name: str
    bot_user_id: str
    sealed: str
    expires_at: datetime | None
    stuck_at: datetime | None
    version: int
    gone_at: datetime | None
    gone_why: str
    installed_at: datetime
    scopes: Sequence[str]


class Named(NamedTuple):
    """A workspace or Grid that the partnership file names."""

    external_id: str
    organisation_id: int
    organisation: str


_COLUMNS = tuple(_installation.c[name] for name in Installed._fields)
_ALL = later(lambda: select(*_COLUMNS).order_by(_installation.c.id))
_ONE = later(lambda: select(*_COLUMNS).where(_installation.c.id == bindparam("id")))
_OWNED = later(
    lambda: (
        select(_workspace.c.external_id, _organisation.c.id, _organisation.c.name)
        .join_from(_workspace, _organisation, _workspace.c.organisation_id == _organisation.c.id)
        .where(_workspace.c.surface == "slack", _organisation.c.removed_at.is_(None))
    )
)
_NAMED = later(lambda: _OWNED().where(among(_workspace.c.external_id, "ids")))


async def everywhere(session: AsyncSession) -> Sequence[Installed]:
    """All of them, also those that are gone, in the order in which the app came to each for the first time."""
    return [Installed(*row) for row in await ask(session, _ALL(), {})]


async def one(session: AsyncSession, installation_id: int) -> Installed | None:
    row = await ask_first(session, _ONE(), {"id": installation_id})
    return Installed(*row) if row is not None else None


async def owners(session: AsyncSession) -> Mapping[str, int]:
    """Workspace or Grid → the organisation that owns it, of those in the partnership."""
    return {external_id: organisation for external_id, organisation, _name in await ask(session, _OWNED(), {})}


_BY_NAME = later(lambda: _OWNED().order_by(_organisation.c.name, _workspace.c.external_id))


async def named(session: AsyncSession) -> Sequence[Named]:
    """All of them, by the name of the organisation."""
    rows = await ask(session, _BY_NAME(), {})
    return [Named(*row) for row in rows]


async def owner_of(session: AsyncSession, ids: Collection[str]) -> str | None:
    """The name of the organisation that owns one of these; None: the partnership has none that does."""
    row = (await session.execute(_NAMED(), {"ids": sorted(ids)})).first()
    return row.name if row is not None else None


_SAVED = ("grid", "name", "app_id", "bot_user_id", "scopes", "installed_at", "installed_by", "sealed", "expires_at")


def _save(insert: Any) -> Any:
    statement = insert(_installation)
    return statement.on_conflict_do_update(
        index_elements=["external_id"],
        set_={
            **{name: statement.excluded[name] for name in _SAVED},
            "version": _installation.c.version + 1,
            "gone_at": None,
            "gone_why": "",
            "stuck_at": None,
            "lease_holder": "",
            "lease_until": None,
        },
    )


_SAVE = PerDialect(_save)


async def save(session: AsyncSession, external_id: str, values: Mapping[str, Any]) -> None:
    """The app is installed there, for the first time or anew. `values`: each of `SlackInstallation` from `grid` to
    `expires_at`. Of two at once the last is believed."""
    begun = {"external_id": external_id, "version": 1, "gone_why": "", "lease_holder": "", **values}
    await session.execute(_SAVE.on(session), begun)


_TAKE = later(
    lambda: (
        update(_installation)
        .where(
            _installation.c.id == bindparam("b_id"),
            _installation.c.version == bindparam("b_version"),
            _installation.c.gone_at.is_(None),
            or_(
                _installation.c.lease_until.is_(None),
                _installation.c.lease_until <= bindparam("b_now", type_=UtcDateTime()),
                _installation.c.lease_holder == bindparam("b_holder"),
            ),
        )
        .values(lease_holder=bindparam("b_holder"), lease_until=bindparam("b_until", type_=UtcDateTime()))
        .returning(_installation.c.id)
    )
)


async def take(session: AsyncSession, installation: Installed, holder: str, now: datetime, until: datetime) -> bool:
    """Take the lease to change its token; False: somebody else has it, or has changed the token meanwhile."""
    values = {
        "b_id": installation.id, "b_version": installation.version, "b_holder": holder, "b_now": now, "b_until": until
    }  # fmt: skip
    return (await session.execute(_TAKE(), values)).first() is not None


_OURS = and_(_installation.c.id == bindparam("b_id"), _installation.c.version == bindparam("b_version"))
_REFRESHED = later(
    lambda: (
        update(_installation)
        .where(_OURS)
        .values(
            sealed=bindparam("b_sealed"),
            expires_at=bindparam("b_expires_at", type_=UtcDateTime()),
            stuck_at=None,
            version=_installation.c.version + 1,
            lease_holder="",
            lease_until=None,
        )
        .returning(*_COLUMNS)
    )
)


async def refreshed(
    session: AsyncSession, installation: Installed, sealed: str, expires_at: datetime | None
) -> Installed | None:
    """Its token was changed for this one; None: it is another installation by now, and nothing is written."""
    values = {
        "b_id": installation.id, "b_version": installation.version, "b_sealed": sealed, "b_expires_at": expires_at
    }  # fmt: skip
    row = (await session.execute(_REFRESHED(), values)).first()
    return Installed(*row) if row is not None else None


_LET_GO = later(
    lambda: (
        update(_installation)
        .where(_installation.c.id == bindparam("b_id"), _installation.c.lease_holder == bindparam("b_holder"))
        .values(lease_holder="", lease_until=None)
    )
)


async def let_go(session: AsyncSession, installation: Installed, holder: str) -> None:
    """The token is not changed after all."""
    await session.execute(_LET_GO(), {"b_id": installation.id, "b_holder": holder})


_STUCK = later(
    lambda: (
        update(_installation)
        .where(_OURS, _installation.c.gone_at.is_(None), _installation.c.stuck_at.is_(None))
        .values(stuck_at=bindparam("b_now", type_=UtcDateTime()))
    )
)


async def note_stuck(session: AsyncSession, installation: Installed, now: datetime) -> None:
    """Slack gives no new token for it. That is noted the first time, while it is the same installation; the version is
    the same, since the token is."""
    await session.execute(_STUCK(), {"b_id": installation.id, "b_version": installation.version, "b_now": now})


_GONE = later(
    lambda: (
        update(_installation)
        .where(_OURS, _installation.c.gone_at.is_(None))
        .values(
            gone_at=bindparam("b_now", type_=UtcDateTime()),
            gone_why=bindparam("b_why"),
            version=_installation.c.version + 1,
            lease_holder="",
            lease_until=None,
        )
        .returning(_installation.c.id)
    )
)


async def mark_gone(session: AsyncSession, installation: Installed, now: datetime, why: str) -> bool:
    """Slack takes nothing from the bot there any more. False: that is known already, or it was installed anew."""
    values = {"b_id": installation.id, "b_version": installation.version, "b_now": now, "b_why": why}
    return (await session.execute(_GONE(), values)).first() is not None


_RESEAL = later(
    lambda: (
        update(_installation)
        .where(_installation.c.id == bindparam("b_id"), _installation.c.sealed == bindparam("b_old"))
        .values(sealed=bindparam("b_new"))
        .returning(_installation.c.id)
    )
)


async def reseal(session: AsyncSession, installation: Installed, sealed: str) -> bool:
    """The same tokens, encrypted with another key: nobody has to notice. False: they are others by now."""
    values = {"b_id": installation.id, "b_old": installation.sealed, "b_new": sealed}
    return (await session.execute(_RESEAL(), values)).first() is not None


_USE = PerDialect(
    lambda insert: insert(_used).on_conflict_do_nothing(index_elements=["state"]).returning(_used.c.state)
)
_PAST = later(lambda: delete(_used).where(_used.c.until <= bindparam("b_now", type_=UtcDateTime())))


async def use_state(session: AsyncSession, state: str, until: datetime, now: datetime) -> bool:
    """Whether an installation comes back with this for the first time; from now on it does not. It is forgotten
    `until` then, with all that are older."""
    await session.execute(_PAST(), {"b_now": now})
    return (await session.execute(_USE.on(session), {"state": state, "until": until})).first() is not None
