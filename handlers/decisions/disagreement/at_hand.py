"""The protocol of a disagreement that somebody wants to see or do something with, if they may."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.calendar import dates
from handlers.decisions.disagreement.actions import Do, button
from handlers.decisions.disagreement.rule import NAME, Rule, holding
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_in, id_of
from handlers.messages.settled import Settled
from handlers.people.access import DECIDERS, LISTENERS, may_decide, require_decider
from handlers.people.context import Actor, Context
from handlers.writing.language import _
from storage import disagreements, people
from storage.disagreements import DisagreementOf, ViewOf
from storage.history import Event
from storage.tables import ClosedHow, Committee, Disagreement, Meeting


class Protocol(NamedTuple):
    """A protocol with all that its way depends on. `rule`: what holds today. `secretariat`: with their languages."""

    of: DisagreementOf
    views: Sequence[ViewOf]
    rule: Rule
    events: Sequence[Event]
    secretariat: Mapping[int, str]

    @property
    def row(self) -> Disagreement:
        return self.of.row

    @property
    def meeting(self) -> Meeting:
        return self.of.meeting

    @property
    def committee(self) -> Committee:
        return self.of.committee

    @property
    def called(self) -> str:
        """«12/2026 Felles opplæring»."""
        return f"{self.of.number} {self.of.title}".strip()

    @property
    def is_shown(self) -> bool:
        """Whether each party reads what the other wrote."""
        return self.row.shown_at is not None

    @property
    def unwritten(self) -> Sequence[ViewOf]:
        """The parties that have not written."""
        return [each for each in self.views if not each.row.revision]

    @property
    def somebody_wrote(self) -> bool:
        return bool(self.row.tried) or len(self.unwritten) < len(self.views)

    def view(self, view_id: int) -> ViewOf | None:
        return next((each for each in self.views if each.row.id == view_id), None)

    def other(self, view: ViewOf) -> ViewOf:
        """The other party's."""
        return next(each for each in self.views if each.row.id != view.row.id)

    def own(self, person_id: int) -> Sequence[ViewOf]:
        """Those that this person writes in."""
        return [each for each in self.views if any(writer.person_id == person_id for writer in each.writers)]

    def sees(self, actor: Actor, view: ViewOf) -> bool:
        """Whether the actor may read what this party wrote: before the two read each other, only who writes for it."""
        return self.is_shown or view in self.own(actor.person_id)

    def last(self, *kinds: str) -> Event | None:
        """The last event of one of these kinds."""
        return next((event for event in reversed(self.events) if event.kind in kinds), None)


async def load(context: Context, of: DisagreementOf, *, lock: bool = False) -> Protocol:
    """A fixed number of statements."""
    session, row = context.session, of.row
    holders = await people.holding_roles(session, row.committee_id, context.today, [role.value for role in DECIDERS])
    return Protocol(
        of,
        await disagreements.views(session, row.id, lock=lock),
        holding(await disagreements.setting(session, NAME), context.today),
        await disagreements.HISTORY.events(session, row.id),
        {holder.person_id: holder.language for holder in holders},
    )


async def again(context: Context, protocol: Protocol) -> Protocol:
    """The same as it stands by now, after a change. The caller holds it."""
    await context.session.flush()
    of = await disagreements.disagreement(context.session, protocol.row.id)
    assert of is not None  # noqa: S101 - it is held
    return await load(context, of, lock=True)


async def find(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Protocol:
    """The protocol called `disagreement`, whoever asks. Raises `Gone` if there is none."""
    of = await disagreements.disagreement(context.session, id_of(arguments, "disagreement"), lock=lock)
    # A page of one meeting leads to no other's, whatever is posted from it.
    if of is None or of.is_gone or id_in(arguments.get("meeting", "")) not in (None, of.meeting.id):
        raise Gone(_("Uenighetsprotokollen finnes ikke lenger: referatet er rettet, og saken endte ikke med uenighet."))
    return await load(context, of, lock=lock)


def is_of_committee(actor: Actor, committee_id: int) -> bool:
    """Whether the actor is a member of the committee, or serves it: observers and guests do not read protocols."""
    return bool(actor.roles.get(committee_id, frozenset()).difference(LISTENERS))


def may_read(actor: Actor, protocol: Protocol) -> bool:
    """Whoever writes in it, and the committee's members and those who serve it."""
    return bool(protocol.own(actor.person_id)) or is_of_committee(actor, protocol.committee.id)


async def to_read(context: Context, arguments: Mapping[str, str]) -> Protocol:
    """The protocol, for whoever may read it. Raises `Gone`, `NotAllowed`: says why not."""
    protocol = await find(context, arguments)
    if not may_read(context.actor, protocol):
        raise NotAllowed(
            _("Uenighetsprotokollen er for partene og for medlemmene av {committee}.").format(
                committee=protocol.committee.name
            )
        )
    return protocol


def is_secretariat(actor: Actor, protocol: Protocol) -> bool:
    return may_decide(actor, protocol.committee.id)


async def to_prepare(
    context: Context, arguments: Mapping[str, str], *, lock: bool = True, also_closed: bool = False
) -> Protocol:
    """The protocol, for the committee's secretariat, as long as it is open.

    Raises:
        Gone, NotAllowed, Settled: says why not.
    """
    protocol = await find(context, arguments, lock=lock)
    require_decider(context, protocol.committee)
    if not also_closed:
        require_open(protocol)
    return protocol


def require_open(protocol: Protocol) -> None:
    """Raises `Settled` once the protocol is closed: says who did it, and when."""
    if protocol.of.is_open:
        return
    show = button(Do.SHOW, _("Vis protokollen"), protocol.row)
    event = protocol.last("closed")
    day = dates.short_day(protocol.row.closed_at or protocol.row.opened_at, protocol.meeting.zone)
    if protocol.row.closed_how == ClosedHow.MINUTES or event is None or not event.actor:
        raise Settled(_("Uenighetsprotokollen er lukket, {day}.").format(day=day), show)
    raise Settled(_("Uenighetsprotokollen er lukket. Det gjorde {name} {day}.").format(name=event.actor, day=day), show)


class OwnView(NamedTuple):
    """A protocol, and the party's view in it that the actor writes."""

    protocol: Protocol
    view: ViewOf


async def to_write(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> OwnView:
    """The view called `view`, for somebody who writes for that party; without one, that of their own.

    Raises:
        Gone, NotAllowed, Settled: says why not.
    """
    protocol = await find(context, arguments, lock=lock)
    own = protocol.own(context.actor.person_id)
    if not own:
        raise NotAllowed(_not_a_writer(context, protocol))
    wanted = id_in(arguments.get("view", ""))
    view = next((each for each in own if wanted in (None, each.row.id)), None)
    if view is None:
        raise NotAllowed(_("Hver part skriver sitt eget syn, og den andre partens kan du ikke endre."))
    require_open(protocol)
    return OwnView(protocol, view)


def _not_a_writer(context: Context, protocol: Protocol) -> str:
    if not may_read(context.actor, protocol):
        return _("Uenighetsprotokollen er for partene og for medlemmene av {committee}.").format(
            committee=protocol.committee.name
        )
    return _(
        "Du er ikke blant dem som skriver for partene. Sekretariatet for {committee} velger hvem som gjør det."
    ).format(committee=protocol.committee.name)
