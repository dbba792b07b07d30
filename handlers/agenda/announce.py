"""Bringing what everybody sees of a case up to date, and telling the proposer of each step.

Each secretary has one message per case, and so has the proposer (the receipt); they change in place. News to the
proposer are messages of their own, since a changed message rings no bell.
"""

from collections.abc import Callable, Sequence

from handlers.access import DECIDERS
from handlers.agenda import views
from handlers.context import Context
from handlers.deliveries import tell, wish_for
from handlers.language import _, speaking
from handlers.message import Message
from handlers.people import LOCAL_ZONE
from storage import agenda, committees, people
from storage.agenda import Case, Step
from storage.deliveries import Wish
from storage.people import RoleHolder
from storage.tables import AgendaItem, Meeting


def subject(case: Case) -> str:
    return f"item:{case.item.id}"


def receipt_key(item: AgendaItem) -> str:
    return f"item:{item.id}:receipt"


async def secretaries(context: Context, committee_id: int) -> Sequence[RoleHolder]:
    """Who decides on the committee's cases today, each person once."""
    day = context.now.astimezone(LOCAL_ZONE).date()
    found = await people.holding_roles(context.session, committee_id, day, [role.value for role in DECIDERS])
    return list({holder.person_id: holder for holder in found}.values())


async def announce(
    context: Context,
    case: Case,
    last: Step,
    *,
    news: Callable[[], Message] | None = None,
    news_key: str = "",
    question: str = "",
    receipt_shown_by_surface: bool = False,
    coming: Sequence[Meeting] | None = None,
) -> Message:
    """Update every message about the case after the step `last`; the receipt, as the proposer now sees it.

    `coming` are the committee's coming meetings, where they are known already.
    `news` is told to the proposer too, under `news_key`, unless the proposer took the step.
    """
    holders = await secretaries(context, case.committee.id or 0)
    names = await people.names(context.session, case.item.presenter_ids)
    if coming is None and case.item.status in agenda.UNDECIDED:
        coming = await committees.coming_meetings(context.session, [case.committee.id or 0], context.now)
    proposer = (case.item.proposer_id, case.proposer.language)
    with speaking(case.proposer.language):
        receipt = views.receipt(case, names, last, [holder.name for holder in holders], context.now, question)
    wishes: list[Wish] = [
        wish_for(
            context,
            f"item:{case.item.id}:secretariat:{case.committee.id}:{holder.person_id}",
            subject(case),
            (holder.person_id, holder.language),
            lambda: views.for_secretariat(case, names, last, coming or (), context.now),
        )
        for holder in holders
    ]
    wishes.append(
        wish_for(
            context,
            receipt_key(case.item),
            subject(case),
            proposer,
            lambda: receipt,
            shown_by_surface=receipt_shown_by_surface,
        )
    )
    if news is not None and case.item.proposer_id != context.actor.person_id:
        wishes.append(wish_for(context, news_key, subject(case), proposer, news))
    await tell(context, wishes)
    return receipt


async def left(context: Context, case: Case, committee_id: int, committee_name: str, last: Step) -> None:
    """The case went to another committee: the first secretariat's messages say so and lose their buttons."""
    holders = await secretaries(context, committee_id)

    def build() -> Message:
        return Message(
            title=_("Sendt videre: {title}").format(title=case.item.title),
            text=_("Saken er ikke lenger hos {committee}.").format(committee=committee_name),
            small=views.who_did_what(last, case),
        )

    await tell(
        context,
        [
            wish_for(
                context,
                f"item:{case.item.id}:secretariat:{committee_id}:{holder.person_id}",
                subject(case),
                (holder.person_id, holder.language),
                build,
            )
            for holder in holders
        ],
    )
