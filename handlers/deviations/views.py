"""How a report reads: to the unit that is to answer, to whoever reported it, and to leaders; with what each can do."""

from datetime import datetime

from handlers import dates
from handlers.deviations import describe
from handlers.deviations.describe import (
    ZONE,
    answer,
    content,
    deadline,
    is_serious,
    status,
    statutory_reminder,
    title,
    unit_name,
    who_did_what,
    who_reported,
)
from handlers.language import _
from handlers.message import Button, Confirm, Fact, Message
from storage.deviations import AT_UNIT, Report, Step
from storage.tables import DeviationStatus

# --- to the unit -------------------------------------------------------------------------------------------


def for_unit(report: Report, last: Step, now: datetime, *, reader_id: int, taken: bool) -> Message:
    """The message that a handler has, in the state the report is in.

    `taken`: whoever has taken it still works there (see `announce.holders`).
    """
    pairs = (
        (_("Status"), status(report)),
        (_("Frist for svar"), deadline(report, now)),
        (_("Enhet"), unit_name(report)),
        (_("Meldt av"), who_reported(report)),
    )
    return Message(
        title=title(report),
        facts=(*(Fact(label=label, value=value) for label, value in pairs if value), *content(report), *answer(report)),
        buttons=unit_buttons(report, last, reader_id=reader_id, taken=taken),
        small=who_did_what(last),
    )


def unit_buttons(report: Report, last: Step, *, reader_id: int, taken: bool) -> tuple[Button, ...]:
    """What a handler can do now. The buttons carry the last step, so that nobody decides on what has changed."""
    deviation = report.deviation
    if deviation.status not in AT_UNIT:
        return ()
    arguments = {"deviation": str(deviation.id), "step": str(last.id)}
    mine = taken and deviation.handler_id == reader_id
    if taken and not mine:
        return (
            Button(
                label=_("Ta over saken"),
                action="avvik.ta",
                arguments=arguments,
                confirm=Confirm(text=_("Vil du ta over saken?"), yes=_("Ja, ta over")),
            ),
            Button(label=_("Vis saken"), action="avvik.vis", arguments={"deviation": str(deviation.id)}),
        )
    buttons = [] if mine else [Button(label=_("Ta saken"), action="avvik.ta", arguments=arguments, style="primary")]
    buttons.append(
        Button(
            label=_("Svar og avslutt"),
            action="avvik.besvar",
            arguments=arguments,
            style="primary" if mine else "default",
        )
    )
    if deviation.status != DeviationStatus.ASKED:
        buttons.append(Button(label=_("Be om opplysninger"), action="avvik.spor", arguments=arguments))
    buttons.append(Button(label=_("Send videre"), action="avvik.videre", arguments=arguments))
    buttons.append(Button(label=_("Avvis"), action="avvik.avvis", arguments=arguments, style="danger"))
    if mine:
        buttons.append(Button(label=_("Gi fra deg saken"), action="avvik.slipp", arguments=arguments))
    return tuple(buttons)


def no_longer_yours(report: Report, last: Step) -> Message:
    """In the place of a handler's message, when the report went elsewhere or they do not handle it any more."""
    return Message(
        title=describe.title(report),
        text=_("Saken er ikke lenger hos deg. Den er hos {unit}.").format(unit=unit_name(report)),
        small=who_did_what(last),
    )


# --- to the reporter ---------------------------------------------------------------------------------------


def for_reporter(report: Report, last: Step, *, taken: bool, question: str = "") -> Message:
    """The receipt, which changes in place: where it stands, the answer, and what the reporter can do.

    `question`: what the unit last asked, as long as it waits for an answer.
    """
    deviation = report.deviation
    text = question or _what_next(report)
    pairs = (
        (_("Status"), status(report, own=True)),
        (_("Sendt til"), unit_name(report)),
    )
    small = [_("Trenger enheten å vite hvem pasienten er, går det i den godkjente kanalen. Oppgi bare referansen der.")]
    if deviation.consent == "no_patient":
        small = []
    return Message(
        title=_("{reference}: avviket du meldte").format(reference=deviation.reference),
        text=text,
        facts=(*(Fact(label=label, value=value) for label, value in pairs), *answer(report), *content(report)),
        buttons=reporter_buttons(report, taken=taken),
        # What handlers do among themselves is not the reporter's business.
        small="\n".join([*small, *([] if last.internal else [who_did_what(last)])]),
    )


def _what_next(report: Report) -> str:
    deviation = report.deviation
    match DeviationStatus(deviation.status):
        case DeviationStatus.AT_LEADER:
            said = _("Takk for at du meldte. Lederen din ser over meldingen og sender den.")
        case DeviationStatus.SENT | DeviationStatus.TAKEN:
            said = _("Takk for at du meldte. Du får svar her, senest {day}.").format(
                day=dates.day(deviation.due_at, ZONE) if deviation.due_at else "?"
            )
        case DeviationStatus.ANSWERED:
            said = _("Enheten har svart.")
        case _other:
            said = ""
    if is_serious(report) and deviation.notice_considered_at is None and deviation.status != DeviationStatus.WITHDRAWN:
        said = f"{said}\n\n{statutory_reminder()}".strip()
    return said


def reporter_buttons(report: Report, *, taken: bool) -> tuple[Button, ...]:
    """What the reporter can do now."""
    deviation = report.deviation
    arguments = {"deviation": str(deviation.id)}
    buttons: list[Button] = []
    match DeviationStatus(deviation.status):
        case DeviationStatus.ASKED:
            buttons.append(Button(label=_("Svar"), action="avvik.svar", arguments=arguments, style="primary"))
        case DeviationStatus.SENT | DeviationStatus.TAKEN:
            buttons.append(Button(label=_("Legg til opplysninger"), action="avvik.tillegg", arguments=arguments))
        case DeviationStatus.ANSWERED if not deviation.rating:
            for rating, label in (("helpful", _("Svaret var nyttig")), ("not_helpful", _("Svaret hjalp ikke"))):
                buttons.append(Button(label=label, action="avvik.vurder", arguments={**arguments, "rating": rating}))
        case _other:
            pass
    if may_ask_again(report):
        buttons.append(Button(label=_("Spør en gang til"), action="avvik.sporigjen", arguments=arguments))
    if is_serious(report) and deviation.notice_considered_at is None:
        buttons.append(Button(label=_("Varsling er vurdert"), action="avvik.varslet", arguments=arguments))
    if may_withdraw(report, taken=taken):
        buttons.append(
            Button(
                label=_("Trekk meldingen"),
                action="avvik.trekk",
                arguments=arguments,
                style="danger",
                confirm=Confirm(text=_("Vil du trekke meldingen?"), yes=_("Ja, trekk den")),
            )
        )
    return tuple(buttons)


def may_ask_again(report: Report) -> bool:
    """Once, after an answer or a rejection."""
    deviation = report.deviation
    closed = deviation.status in (DeviationStatus.ANSWERED, DeviationStatus.REJECTED)
    return closed and deviation.asked_again_at is None


def may_withdraw(report: Report, *, taken: bool) -> bool:
    """Until somebody has taken it, and never what has been answered before."""
    deviation = report.deviation
    if deviation.status == DeviationStatus.AT_LEADER:
        return True
    return deviation.status == DeviationStatus.SENT and not taken and deviation.answered_at is None


# --- to the reporter's nearest leader ----------------------------------------------------------------------


def for_leader(report: Report, last: Step) -> Message:
    """A report that the nearest leader completes before it is sent."""
    arguments = {"deviation": str(report.deviation.id), "step": str(last.id)}
    waits = report.deviation.status == DeviationStatus.AT_LEADER
    buttons = (
        Button(label=_("Send som den er"), action="avvik.send", arguments=arguments, style="primary"),
        Button(label=_("Se over og send"), action="avvik.seover", arguments=arguments),
    )
    pairs = (
        (_("Status"), status(report)),
        (_("Meldt av"), who_reported(report)),
        (_("Skal til"), unit_name(report)),
    )
    return Message(
        title=title(report),
        text=_(
            "Du er nærmeste leder. Se over at det viktigste er med, og send. Etter to virkedager sendes det som det er."
        )
        if waits
        else "",
        facts=(*(Fact(label=label, value=value) for label, value in pairs), *content(report)),
        buttons=buttons if waits else (),
        small=who_did_what(last),
    )


def for_organisation(report: Report, last: Step, now: datetime) -> Message:
    """To a leader who reads and does not handle it."""
    pairs = (
        (_("Status"), status(report)),
        (_("Frist for svar"), deadline(report, now)),
        (_("Enhet"), unit_name(report)),
        (_("Meldt av"), who_reported(report)),
    )
    return Message(
        title=title(report),
        facts=(*(Fact(label=label, value=value) for label, value in pairs if value), *content(report), *answer(report)),
        small=who_did_what(last),
    )
