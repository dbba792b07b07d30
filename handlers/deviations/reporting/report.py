"""Reporting a deviation: the guided dialog, from the command or from somebody's message, to the receipt."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.deviations import announce, notice
from handlers.deviations.deadlines import answer_due, days_to_answer
from handlers.deviations.reporting import choosing, forms
from handlers.deviations.reporting.consent import keep_unmarked
from handlers.deviations.reporting.forms import Happened, Outcome, Send, SendSerious, What
from handlers.dialogs import conversation
from handlers.dialogs.dialog import Answers, Dialog, Form, Raw, Reply
from handlers.dialogs.foresight import OWNER, Foresight, Id
from handlers.dialogs.remarks import with_remark
from handlers.errors import BadInput
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.text import clean
from storage import deviations, units
from storage.deviations import Report, Reporter
from storage.direct import Question
from storage.history import Event
from storage.tables import Deviation, DeviationStatus, StaffRole, Unit
from storage.tables.deviations import SERIOUS
from storage.units import Listed

_TEXTS = ("description", "immediate_measures", "prevention", "category_other", "service_other")


async def begin(context: Context, text: str = "") -> Reply:
    """The dialog's first screen. `text` becomes the description, whole: the check says when it is too long."""
    organisation = await units.organisation(context.session, context.actor.organisation_id)
    kinds = choosing.SIDES.get(choosing.direction_from(organisation.kind)) if organisation else None
    if not await units.listed(context.session, kinds=kinds, not_of=context.actor.organisation_id, limit=1):
        return Message(
            title=_("Det er ingen enhet å melde til ennå"),
            text=_("Be helsefellesskapets koordinator legge inn enhetene som tar imot avvik på den andre siden."),
            small=text,
        )
    text = clean(text)
    return await conversation.start(context, REPORT, {}, {"description": text} if text else {})


async def new(context: Context, _arguments: Mapping[str, str]) -> Reply:
    """«Meld avvik», as a button."""
    return await begin(context)


async def from_message(context: Context, text: str) -> Reply:
    """«Meld som avvik» on a message: its text comes along, and nothing about who wrote it."""
    reply = await begin(context, text)
    if isinstance(reply, Form) and not clean(text):
        none = _("Meldingen hadde ingen tekst jeg kunne ta med. Skriv selv hva som skjedde.")
        return with_remark(reply, none)
    return reply


async def _known(context: Context, _arguments: Mapping[str, str]) -> Raw:
    """What need not be asked: the direction, from what kind of organisation one works for, and where one works."""
    organisation = await units.organisation(context.session, context.actor.organisation_id)
    direction = choosing.direction_from(organisation.kind) if organisation else ""
    workplace = await units.workplace(context.session, context.actor.person_id)
    if workplace is not None and workplace.organisation_id != context.actor.organisation_id:
        workplace = None
    own_service = "gp" if organisation and organisation.kind == "gp" else ""
    known = {
        "direction": direction,
        "workplace": str(workplace.id) if workplace else "",
        "service": workplace.service if workplace else own_service,
    }
    return {name: value for name, value in known.items() if value}


async def _reported(context: Context, answers: Answers) -> Message:
    """Store the report, and tell those concerned; its receipt."""
    unit = await choosing.chosen(context, answers, answers[What].unit)
    if unit is None:
        raise BadInput({"unit": await choosing.why_not_on_other_side(context, answers, answers[What].unit)})
    workplace_id = int(answers[What].workplace) if answers[What].workplace else None
    values = await forms.columns(context, answers)
    keep_unmarked(values["consent"], {name: values[name] for name in _TEXTS})
    waits = await _leader_is_first(context, answers, values["consequence"], workplace_id)
    local = context.now.astimezone(LOCAL_ZONE)
    whole_unit = await units.stored(context.session, unit.id)
    days = days_to_answer(whole_unit, values["consequence"]) if whole_unit else 0
    deviation, event_id = await deviations.add(
        context.session,
        {
            **values,
            "draft_id": answers.draft_id,
            "reporter_id": context.actor.person_id,
            "reporter_organisation_id": context.actor.organisation_id,
            "workplace_id": workplace_id,
            "unit_id": unit.id,
            "organisation_id": unit.organisation_id,
            "status": DeviationStatus.AT_LEADER if waits else DeviationStatus.SENT,
            "month": f"{local:%Y-%m}",
            "sent_at": None if waits else context.now,
            "due_at": None if waits else answer_due(context.now, days),
        },
        forms.all_categories(answers[What].categories, answers[What].category_other),
        year=local.year,
        at=context.now,
        besides=[units.works_in_written(context.session, context.actor.person_id, workplace_id)]
        if workplace_id is not None
        else (),
        # More is asked where it is serious, of which more are told.
        number_last=values["consequence"] not in SERIOUS,
    )
    report = await _as_stored(context, answers, deviation, unit, whole_unit)
    event = Event(
        event_id, "reported", context.actor.person_id, context.actor.name, context.now, "", {}, internal=False
    )
    return await announce.reported(context, report, event)


async def _as_stored(
    context: Context, answers: Answers, deviation: Deviation, listed: Listed, unit: Unit | None
) -> Report:
    """The new report as `deviations.report` would read it, which would take another way there and back."""
    assert unit is not None  # noqa: S101 - there is a report to it, and no unit is ever deleted
    actor, what = context.actor, answers[What]
    workplace = await choosing.chosen(context, answers, what.workplace) if what.workplace else None
    return Report(
        deviation,
        unit,
        listed.organisation,
        Reporter(
            actor.person_id,
            actor.name,
            actor.language,
            actor.organisation_name,
            workplace.name if workplace else "",
            left=False,
            guest=actor.guest,
        ),
        None,
        tuple(sorted(forms.all_categories(what.categories, what.category_other))),
        notices=await units.setting(context.session, notice.NAME) or None,
    )


async def _leader_is_first(context: Context, answers: Answers, consequence: str, workplace_id: int | None) -> bool:
    """Whether the nearest leader completes the report before it is sent. Serious events are sent at once."""
    organisation = await choosing.employer(context, answers)
    if workplace_id is None or consequence in SERIOUS or organisation is None or not organisation.leaders_complete:
        return False
    leaders = await units.staff(context.session, [workplace_id], context.today, StaffRole.LEADER)
    return any(leader.person_id != context.actor.person_id for leader in leaders)


def _foreseen(ids: Mapping[str, Id], now: datetime) -> Sequence[Question]:
    """What it takes to check a report, store it and show it."""
    unit_id, workplace_id = ids["unit"], ids["workplace"]
    return (
        units.asked_employer(ids[OWNER]),
        units.asked_listed_one(unit_id),
        units.asked_listed_one(workplace_id),
        units.asked_stored(unit_id),
        units.asked_setting(notice.NAME),
        units.asked_staff_of(unit_id, workplace_id, local_day(now)),
        *deviations.asked_for_new(),
    )


REPORT = Dialog(
    name="avvik.meld",
    formerly="avvik",
    steps=forms.path,
    all_steps=(What, Happened, Outcome, Send, SendSerious),
    finish=_reported,
    prefill=_known,
    resumed_by="avvik",
    foresee=Foresight(("unit", "workplace"), _foreseen, steps=(Send.name(), SendSerious.name())),
)
