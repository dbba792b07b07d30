"""What the secretariat settles about decisions: that nothing needs to follow from one, or who is to do what by when,
and that a later one took its place. What the minutes say stays as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.decisions import at_hand, decision_page, register, views
from handlers.decisions.access import may_read
from handlers.decisions.actions import about, decision_button
from handlers.decisions.following import happen, owners
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Day, Dialog, LongText, Note, Option, Raw, Reply, Step
from handlers.errors import AlreadyDone, BadInput
from handlers.limits import ANYWHERE
from handlers.messages.arguments import id_in
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import apart
from storage import decisions, follow_ups, minutes
from storage.decisions import Decision
from storage.tables import FollowUp, FollowUpStatus

_TEXT = 1000
SETTLED, UNSETTLED, REVOKED, UNREVOKED = "decision_settled", "decision_unsettled", "decision_revoked", "decision_holds"
"""Events in the history of the minutes. The values stand in it, so they never change."""


async def _record(context: Context, decision: Decision, kind: str, draft_id: str | None = None, **data: object) -> None:
    about_it = {"conclusion": decision.row.id, "slot": decision.at.slot.id, **data}
    await minutes.HISTORY.add(
        context.session,
        decision.at.minutes.id,
        kind,
        context.actor.person_id,
        context.now,
        data=about_it,
        draft_id=draft_id,
    )


async def _after(context: Context, decision: Decision, said: str) -> Message:
    found = await decisions.decision(context.session, decision.row.id)
    assert found is not None  # noqa: S101 - it is held
    return await decision_page.drawn(context, found, said=said)


# --- nothing needs to follow ----------------------------------------------------------------------------------


async def settle(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Nothing needs to be done because of it."""
    decision = await at_hand.to_settle(context, arguments)
    if decision.row.settled:
        raise AlreadyDone(_("Det er notert allerede at vedtaket ikke krever oppfølging."))
    if any(task.is_open for task in decision.tasks):
        raise Settled(
            _("Vedtaket har oppfølginger som ikke er gjort. Ta stilling til dem først."),
            decision_button(decision),
        )
    decision.row.settled = True
    await _record(context, decision, SETTLED)
    return await _after(context, decision, _("Notert: vedtaket krever ingen oppfølging."))


async def unsettle(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Something does need to be done after all."""
    decision = await at_hand.to_settle(context, arguments)
    if not decision.row.settled:
        raise AlreadyDone(_("Det er ikke notert noe om at vedtaket ikke krever oppfølging."))
    decision.row.settled = False
    await _record(context, decision, UNSETTLED)
    return await _after(context, decision, _("Vedtaket venter på oppfølging igjen."))


# --- who is to do what ----------------------------------------------------------------------------------------


async def _which(context: Context, answers: Answers) -> str:
    decision = await at_hand.to_settle(context, answers.arguments, lock=False)
    return f"{views.named(context.actor, decision)}: {decision.row.text}"


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_settle(context, arguments, lock=False)


async def _nothing_yet(context: Context, arguments: Mapping[str, str]) -> Raw:
    await _still(context, arguments)
    return {}


class Add(Step):
    """Hva som skal gjøres, av hvem og innen når."""

    about = About(title=N_("Legg til oppfølging"), submit=N_("Lagre"))
    which: Annotated[None, Note("", text=_which)] = None
    text: Annotated[str, LongText(N_("Hva skal gjøres?"), max_length=_TEXT)]
    owner: Annotated[str, Choice(N_("Hvem følger opp?"), options=owners.to_choose)]
    due: Annotated[date, Day(N_("Frist"))]


async def _added(context: Context, answers: Answers) -> Message:
    decision = await at_hand.to_settle(context, answers.arguments)
    if decision.is_revoked:
        raise Settled(_("Vedtaket er opphevet, så det er ingenting å følge opp."))
    step = answers[Add]
    row = FollowUp(
        entry_id=decision.row.entry_id,
        ordinal=max((task.row.ordinal for task in decision.tasks), default=0) + 1,
        text=step.text,
        conclusion_id=decision.row.id,
        due_on=step.due,
        added_later=True,
    )
    owners.give(row, step.owner)
    context.session.add(row)
    decision.row.settled = False
    await context.session.flush()
    task = await follow_ups.task(context.session, row.id)
    assert task is not None  # noqa: S101 - it was just made
    await happen.record(
        context, task, "added", data={"owner": task.owner, "due": step.due.isoformat()}, draft_id=answers.draft_id
    )
    return await _after(context, decision, _("Lagret. {owner} får beskjed.").format(owner=task.owner))


ADD = Dialog(name="vedtak.oppfolging", steps=(Add,), finish=_added, prefill=_nothing_yet, still=_still)


async def add(context: Context, arguments: Mapping[str, str]) -> Reply:
    decision = await at_hand.to_settle(context, arguments, lock=False)
    return await conversation.start(context, ADD, about(decision))


# --- a later one takes its place ------------------------------------------------------------------------------


async def _later(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    """Other decisions, the newest first."""
    decision = await at_hand.to_settle(context, answers.arguments, lock=False)
    if values is not None:
        ids = [each for each in map(id_in, values) if each is not None]
        found = await decisions.with_ids(context.session, ids) if ids else []
    else:
        found = await register.found(context, query, ANYWHERE.options)
    others = [each for each in found if each.row.id != decision.row.id and may_read(context.actor, each)]
    texts = [f"{views.named(context.actor, each)}: {views.wording(context.actor, each)}" for each in others]
    labels = apart(texts, ANYWHERE.option)
    return [Option(str(each.row.id), label) for each, label in zip(others, labels, strict=True)]


class Revoke(Step):
    """Hvilket vedtak som opphever det."""

    about = About(title=N_("Opphev vedtaket"), submit=N_("Opphev"))
    which: Annotated[None, Note("", text=_which)] = None
    later: Annotated[
        str,
        Choice(
            N_("Hvilket vedtak opphever det?"),
            help=N_(
                "Søk etter saksnummeret, eller ord i vedtaket eller saken. Åpne oppfølginger av det gamle vedtaket "
                "bortfaller."
            ),
            options=_later,
        ),
    ]


async def _revoked(context: Context, answers: Answers) -> Message:
    decision = await at_hand.to_settle(context, answers.arguments)
    if decision.is_revoked:
        raise Settled(
            _("Vedtaket er opphevet allerede. {by}").format(by=views.revoked_by(context.actor, decision)),
            decision_button(decision),
        )
    later_id = int(answers[Revoke].later)
    if await _leads_back(context.session, later_id, decision.row.id):
        raise BadInput({"later": _("Det vedtaket er selv opphevet av dette. Velg et annet.")})
    later = await decisions.decision(context.session, later_id)
    if later is None or not may_read(context.actor, later):
        raise BadInput({"later": _("Vedtaket står ikke lenger i et referat som gjelder. Velg et annet.")})
    if later.at.meeting.starts_at < decision.at.meeting.starts_at:
        raise BadInput({"later": _("Det vedtaket er eldre enn dette. Velg et som kom etterpå.")})
    decision.row.revoked_by_id = later_id
    await _record(context, decision, REVOKED, answers.draft_id, by=later_id)
    for task in decision.tasks:
        own = task.row.conclusion_id == decision.row.id or await decisions.alone_in_entry(context.session, decision)
        if task.is_open and own:
            await happen.record(
                context, task, "revoked", status=FollowUpStatus.DROPPED, data={"before": task.row.status}
            )
    return await _after(context, decision, _("Vedtaket er opphevet."))


async def _leads_back(session: AsyncSession, later_id: int, to: int) -> bool:
    """Whether the later decision was itself revoked by this one, however far around."""
    seen: set[int] = set()
    following: int | None = later_id
    while following is not None and following not in seen:
        if following == to:
            return True
        seen.add(following)
        found = await decisions.decision(session, following)
        following = found.row.revoked_by_id if found is not None else None
    return False


REVOKE = Dialog(name="vedtak.opphev", steps=(Revoke,), finish=_revoked, prefill=_nothing_yet, still=_still)


async def revoke(context: Context, arguments: Mapping[str, str]) -> Reply:
    decision = await at_hand.to_settle(context, arguments, lock=False)
    return await conversation.start(context, REVOKE, about(decision))


async def unrevoke(context: Context, arguments: Mapping[str, str]) -> Reply:
    """It holds after all; what fell away because of that is to be done again."""
    decision = await at_hand.to_settle(context, arguments)
    if not decision.is_revoked:
        raise AlreadyDone(_("Vedtaket gjelder allerede."))
    decision.row.revoked_by_id = None
    await _record(context, decision, UNREVOKED)
    dropped = [task.row.id for task in decision.tasks if task.row.status == FollowUpStatus.DROPPED]
    last = await follow_ups.HISTORY.last_of(context.session, dropped)
    for task in decision.tasks:
        event = last.get(task.row.id)
        if event is not None and event.kind == "revoked":
            before = FollowUpStatus(str(event.data.get("before") or FollowUpStatus.OPEN))
            await happen.record(context, task, "reopened", status=before)
    return await _after(context, decision, _("Vedtaket gjelder igjen."))
