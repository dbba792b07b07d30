"""`/frister`: what somebody is to do and by when, overdue first, then what is due soonest, each with a button."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.capability import Capability, Example, Owed
from handlers.dialogs.dialog import Reply
from handlers.messages import paging
from handlers.messages.message import Message, Section
from handlers.owed.actions import Do
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from handlers.writing.typed import typed

_NEVER = datetime.max.replace(tzinfo=UTC)


class Listing:
    """What these capabilities say that people owe."""

    def __init__(self, capabilities: Sequence[Capability]) -> None:
        self._capabilities = capabilities

    async def command(self, context: Context, _text: str) -> Reply:
        return await self.show(context, {})

    async def examples(self, _context: Context) -> Sequence[Example]:
        return (Example("/frister", _("det du skal gjøre, og når")),)

    async def show(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """A page of it."""
        owed = in_order([each for capability in self._capabilities for each in await capability.owes(context)])
        overdue = sum(is_overdue(each, context.now) for each in owed)
        # A page that there is no more, since things were done meanwhile, is the last one.
        at = min(paging.offset(arguments), max(0, len(owed) - 1) // paging.SIZE * paging.SIZE)
        page = paging.page_of(owed[at:])
        if not owed:
            return Message(title=_("Du har ingen frister"), text=self._nothing(context), replace="page" in arguments)
        late = ngettext("{count} frist er gått ut.", "{count} frister er gått ut.", overdue).format(count=overdue)
        return Message(
            title=_("Dette skal du gjøre"),
            text=late if overdue else "",
            sections=tuple(section(each, context.now) for each in page),
            buttons=paging.buttons_at(at, len(owed), Do.SHOW),
            small=paging.place(at, len(page), len(owed)),
            replace="page" in arguments,
        )

    @staticmethod
    def _nothing(context: Context) -> str:
        said = _("Ingenting venter på deg.")
        if not context.actor.roles:
            said += " " + _("Du er ikke med i noe utvalg. Spør sekretariatet hvis det er feil.")
        return said + " " + _("Skriv {command} for å se møtene som kommer.").format(command=typed("mote"))


def in_order(owed: Iterable[Owed]) -> list[Owed]:
    """What is due first first; what has no deadline last."""
    return sorted(owed, key=lambda each: (each.due_at or _NEVER, each.text))


def is_overdue(owed: Owed, now: datetime) -> bool:
    if owed.due_at is None:
        return False
    return local_day(owed.due_at) < local_day(now) if owed.whole_day else owed.due_at <= now


def section(owed: Owed, now: datetime) -> Section:
    """One thing that somebody is to do, with its deadline in words and what does it."""
    return Section(title=owed.text, text=_by_when(owed, now), buttons=owed.buttons)


def _by_when(owed: Owed, now: datetime) -> str:
    """«Frist torsdag 3. desember 2026 kl. 12.00 (om 6 dager)»."""
    if owed.due_at is None:
        return _("Ingen frist")
    zone = owed.zone or LOCAL_ZONE.key
    day = dates.day(owed.due_at, zone) if owed.whole_day else dates.day_and_clock(owed.due_at, zone)
    if is_overdue(owed, now):
        return _("Gått ut: {day} ({when})").format(day=day, when=dates.since(owed.due_at, now, zone))
    return _("Frist {day} ({when})").format(day=day, when=dates.remaining(now, owed.due_at, zone))
