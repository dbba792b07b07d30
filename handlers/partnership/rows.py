"""Rows made to agree with the file, one by one, and a line for each that was changed."""

from collections.abc import Hashable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from handlers.partnership.differing import Difference
from handlers.partnership.removals import Removals
from handlers.writing.language import N_, _
from storage.tables import Committee, Organisation, Unit

R = TypeVar("R", bound=SQLModel)
K = TypeVar("K", bound=Hashable)

_WORDS = {
    "name": N_("navn"),
    "kind": N_("slag"),
    "organisation_id": N_("virksomhet"),
    "also_at": N_("flere arbeidssteder"),
    "language": N_("språk"),
    "number_template": N_("saksnummer"),
    "proposals_from": N_("hvem som kan melde saker"),
    "zone": N_("tidssone"),
    "settings": N_("frister og påminnelser"),
    "standing_items": N_("faste saker"),
    "alias": N_("skrivemåte"),
    "leaders_complete": N_("om lederne ser over meldinger"),
    "service": N_("tjeneste"),
    "response_days": N_("svarfrist"),
    "serious_response_days": N_("svarfrist for alvorlige"),
    "learnt_by_id": N_("ført opp i filen"),
    "unit_id": N_("arbeidssted"),
    "valid_from": N_("fra"),
    "valid_to": N_("til"),
    "substitute_for_id": N_("hvem det er stedfortreder for"),
    "guests": N_("om gjester slipper inn"),
    "contacts": N_("kontaktpersoner"),
    "merged_into_id": N_("hva den er slått sammen til"),
    "slack_id": N_("Slack-id"),
    "teams_id": N_("Teams-id"),
    "removed_at": N_("hentet tilbake"),
}
"""What a column is called when somebody is told that it changed."""


def _word(column: str, value: Any) -> str:
    return _("sluttet") if column == "removed_at" and value is not None else _(_WORDS[column])


@dataclass(frozen=True)
class Changes:
    """What a loading changed: a line `+ …`, `~ …` or `- …` for each thing, then what to look at once more.

    `removals`: what others would miss, so that whoever loads is asked first. `differences`: meetings that were made or
    changed in the bot, and that the file says something else of: nobody has said which holds, so the bot's stands.
    """

    lines: tuple[str, ...]
    hints: tuple[str, ...] = ()
    removals: Removals = field(default_factory=Removals)
    differences: tuple[Difference, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines)

    def __str__(self) -> str:
        return "\n".join([*(self.lines or [_("Ingenting å endre.")]), *self.hints, *self._kept()])

    def _kept(self) -> list[str]:
        kept = [f"! {each}" for each in self.differences]
        if kept:
            kept.append(
                _(
                    "Det som står i boten, gjelder inntil videre. Last med --plan file for at filen skal gjelde, "
                    "eller med --plan bot for ikke å bli spurt om det samme igjen."
                )
            )
        return kept


class Rows:
    """The session, and what has been done in it so far."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self.session = session
        self.now = now
        self.lines: list[str] = []
        self.hints: list[str] = []
        self.removals = Removals()
        self.differences: list[Difference] = []

    def added(self, row: SQLModel, label: str) -> None:
        self.session.add(row)
        self.lines.append(f"+ {label}")

    def changed(self, label: str) -> None:
        self.lines.append(f"~ {label}")

    def removed(self, label: str) -> None:
        self.lines.append(f"- {label}")

    def put(
        self,
        rows: MutableMapping[K, R],
        key: K,
        table: type[R],
        identity: dict[str, Any],
        values: dict[str, Any],
        label: str,
    ) -> None:
        """Make or change the row with this key, so that it has these values."""
        row = rows.get(key)
        if row is None:
            rows[key] = table(**identity, **values)
            self.added(rows[key], label)
            return
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differing:
            setattr(row, name, values[name])
        if differing:
            self.changed(f"{label} ({', '.join(_word(name, values[name]) for name in differing)})")

    def mark_removed(self, row: Organisation | Committee | Unit, label: str) -> None:
        """Remove what others refer to: it stays, with the time it was removed."""
        if row.removed_at is None:
            row.removed_at = self.now
            self.removed(label)
            self.removals.of(type(row)).append(row.name)

    async def delete(self, row: SQLModel, label: str) -> None:
        await self.session.delete(row)
        self.removed(label)
