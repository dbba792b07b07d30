"""Whose the Teams tenants are, and which apps people have been met as: for whoever runs the bot."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask, ask_each
from storage.statements import later
from storage.tables import Account, Organisation, Workspace

_TEAMS = "teams"


class Owned(NamedTuple):
    """An organisation, and a tenant of its own; None: it has none."""

    key: str
    name: str
    tenant: str | None


@later
def _tenants_statement() -> Any:
    of_teams = and_(col(Workspace.organisation_id) == col(Organisation.id), col(Workspace.surface) == _TEAMS)
    return (
        select(col(Organisation.key), col(Organisation.name), col(Workspace.external_id))
        .outerjoin(Workspace, of_teams)
        .where(col(Organisation.removed_at).is_(None))
        .order_by(col(Organisation.name), col(Organisation.key), col(Workspace.external_id))
    )


async def tenants(session: AsyncSession) -> Sequence[Owned]:
    """Every organisation of the partnership, once for each tenant, by name."""
    rows = await ask(session, _tenants_statement(), {})
    return [Owned(*row) for row in rows]


_MET_AS = later(lambda: select(col(Account.reach)).where(col(Account.surface) == _TEAMS))


async def met_as(session: AsyncSession) -> Mapping[str, int]:
    """How many people were met last as each bot, by its id in conversations (`28:…`)."""
    reached = await ask_each(session, _MET_AS(), {})
    return Counter(str(reach["bot_id"]).lower() for reach in reached if reach and reach.get("bot_id"))
