"""The round of written comments that somebody wants to see or do something with, if they may."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.cases import closed
from handlers.errors import Gone, NotAllowed
from handlers.hearings.actions import Do, button
from handlers.meetings.round_settings import HearingSettings
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.arguments import id_in, id_of
from handlers.messages.settled import Settled
from handlers.people.access import may_decide, require_decider
from handlers.people.context import Actor, Context
from handlers.writing.language import _
from storage import hearings, people
from storage.hearings import HearingOf, Recipient
from storage.tables import AgendaItem, Committee, Hearing, HearingStatus

_PAGES = ("meeting", "item")
"""Pages on which a round is shown too: what the buttons there carry."""


class Round(NamedTuple):
    """A round with everybody who is asked.

    `members`: those who are in the committees that are asked, by committee. `carried`: see
    `handlers.hearings.actions.about`.
    """

    row: Hearing
    committee: Committee
    item: AgendaItem | None
    recipients: Sequence[Recipient]
    members: Mapping[int, frozenset[int]]
    carried: Mapping[str, str]

    @property
    def status(self) -> HearingStatus:
        return HearingStatus(self.row.status)

    @property
    def rules(self) -> HearingSettings:
        return CommitteeSettings.model_validate(self.committee.settings).hearings

    @property
    def answered(self) -> Sequence[Recipient]:
        return [each for each in self.recipients if each.has_answered]

    @property
    def waiting(self) -> Sequence[Recipient]:
        """Those whose answer is still waited for: whoever has left is not among them."""
        return [each for each in self.recipients if not each.has_answered and not self.has_left(each)]

    def has_left(self, recipient: Recipient) -> bool:
        """Whether they were asked as a member of a committee that they are not in any more, or are gone altogether."""
        row = recipient.row
        if recipient.gone:
            return True
        return row.committee_id is not None and row.person_id not in self.members.get(row.committee_id, frozenset())

    def of(self, person_id: int) -> Recipient | None:
        return next((each for each in self.recipients if each.row.person_id == person_id), None)

    def is_late(self, recipient: Recipient) -> bool:
        """Whether the answer came after the deadline."""
        at = recipient.row.answered_at
        return at is not None and at > self.row.deadline_at

    def moment(self, at: datetime) -> str:
        return _("{day} kl. {clock}").format(
            day=dates.short_day(at, LOCAL_ZONE.key), clock=dates.clock(at, LOCAL_ZONE.key)
        )


async def load(context: Context, of: HearingOf, carried: Mapping[str, str] | None = None) -> Round:
    """Two statements, and one for each committee that is asked."""
    recipients = await hearings.recipients(context.session, of.row.id)
    committees = {each.row.committee_id for each in recipients if each.row.committee_id is not None}
    members = {
        each: frozenset(holder.person_id for holder in await people.holding_roles(context.session, each, context.today))
        for each in sorted(committees)
    }
    return Round(*of, recipients, members, carried or {})


async def find(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Round:
    """The round called `hearing`, whoever asks.

    Raises:
        Gone: there is none, or it is not about what the page is about on which it was pressed.
    """
    of = await hearings.hearing(context.session, id_of(arguments, "hearing"), lock=lock)
    if of is None or not _is_on_page(of, arguments):
        raise Gone(_("Høringen finnes ikke lenger."))
    return await load(context, of, {name: arguments[name] for name in _PAGES if name in arguments})


def _is_on_page(of: HearingOf, arguments: Mapping[str, str]) -> bool:
    item = of.item
    return ("item" not in arguments or (item is not None and id_in(arguments["item"]) == item.id)) and (
        "meeting" not in arguments or (item is not None and id_in(arguments["meeting"]) == item.meeting_id)
    )


async def to_run(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Round:
    """The round, for the secretariat whose it is. Raises `Gone`, `NotAllowed`: says why not."""
    read = await find(context, arguments, lock=lock)
    require_decider(context, read.committee)
    return read


async def to_change(context: Context, arguments: Mapping[str, str]) -> Round:
    """The same while it is open. Raises besides `Settled`: it is over."""
    read = await to_run(context, arguments)
    if read.status is not HearingStatus.OPEN:
        raise Settled(_over(read), button(Do.SHOW, _("Se høringen"), read.row, read.carried))
    return read


async def to_read(context: Context, arguments: Mapping[str, str]) -> Round:
    """The round, for whoever is asked in it, and for the secretariat whose it is.

    Raises:
        Gone, NotAllowed: says why not.
    """
    read = await find(context, arguments)
    if not may_read(context.actor, read):
        raise NotAllowed(_("Høringen er for dem den er sendt til."))
    return read


def may_read(actor: Actor, read: Round) -> bool:
    own = read.of(actor.person_id)
    return may_run(actor, read) or (own is not None and (own.has_answered or not read.has_left(own)))


def may_run(actor: Actor, read: Round) -> bool:
    return may_decide(actor, read.committee.id)


def may_read_answers(actor: Actor, read: Round, *, attached: bool) -> bool:
    """The secretariat; and once the answers are laid with their case (`attached`), the committee's members, where they
    may see what the case is about."""
    if may_run(actor, read):
        return True
    if not attached or read.item is None:
        return False
    return bool(actor.roles.get(read.committee.id)) and closed.may_see_item(actor, read.item)


def case_called(actor: Actor, item: AgendaItem) -> str:
    """«33/24 Felles opplæring», as they may read it."""
    title = item.title if closed.may_see_item(actor, item) else closed.title(item)
    return f"{item.number or ''} {title}".strip()


async def to_answer(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> tuple[Round, Recipient]:
    """The round while it takes answers, and whose answer it is: the actor's own, or for the secretariat that of the one
    called `recipient`.

    Raises:
        Gone, NotAllowed, Settled: says why not; Settled, that it is over.
    """
    read = await find(context, arguments, lock=lock)
    if "recipient" in arguments:
        require_decider(context, read.committee)
        wanted = id_of(arguments, "recipient")
        recipient = next((each for each in read.recipients if each.row.id == wanted), None)
        if recipient is None:
            raise Gone(_("Mottakeren er ikke med i høringen lenger."))
    else:
        recipient = read.of(context.actor.person_id)
        if recipient is None or not may_read(context.actor, read):
            raise NotAllowed(_("Høringen er for dem den er sendt til."))
    show = button(Do.SHOW, _("Se høringen"), read.row, read.carried)
    if read.status is not HearingStatus.OPEN:
        raise Settled(_over(read), show)
    late = context.now > read.row.deadline_at
    if late and recipient.has_answered and "recipient" not in arguments:
        raise Settled(
            _("Fristen gikk ut {day}, så svaret står som det er. Si fra til sekretariatet hvis noe er galt.").format(
                day=dates.day(read.row.deadline_at, LOCAL_ZONE.key)
            ),
            show,
        )
    return read, recipient


def _over(read: Round) -> str:
    if read.status is HearingStatus.WITHDRAWN:
        return _("Høringen er trukket, så det er ikke noe å svare på.")
    return _("Høringen er avsluttet. Si fra til sekretariatet hvis du har mer å si.")
