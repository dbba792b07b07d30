"""How a report reads: to the unit that is to answer, to whoever reported it, and to leaders; with what each can do."""

from collections.abc import Sequence
from datetime import datetime

from handlers.calendar import dates
from handlers.deviations import notice
from handlers.deviations.actions import Do, about, button
from handlers.deviations.describe import (
    ZONE,
    answer,
    deadline,
    is_serious,
    particulars,
    status,
    title,
    told,
    unit_name,
    who_did_what,
    who_reported,
)
from handlers.deviations.pages import paged
from handlers.deviations.words import NO_PATIENT, UNMARKED
from handlers.messages.message import Button, Confirm, Fact, Message, Page, Section
from handlers.writing.language import _
from storage.deviations import AT_UNIT, Report
from storage.history import Event
from storage.tables import DeviationStatus

# --- to the unit -------------------------------------------------------------------------------------------


def for_unit(
    report: Report,
    last: Event,
    now: datetime,
    *,
    buttons: Sequence[Button] = (),
    note: str = "",
    later: Sequence[Section] = (),
    history: Sequence[Section] = (),
    page: int = 0,
) -> Message:
    """The message that a handler has, in the state the report is in; what leaders of the organisation read too.

    `buttons`: see `unit_buttons`. `note`: what those who sent it on wrote. `later`: what the reporter has added.
    """
    withdrawn = report.deviation.status == DeviationStatus.WITHDRAWN
    pairs = (
        (_("Status"), status(report)),
        (_("Frist for svar"), deadline(report, now)),
        (_("Enhet"), unit_name(report)),
        (_("Meldt av"), who_reported(report)),
    )
    facts = tuple(Fact(label=label, value=value) for label, value in pairs if value)
    shown = Message(
        title=title(report),
        text=note,
        # What was withdrawn is nobody else's to read.
        facts=facts if withdrawn else (*facts, *particulars(report)),
        buttons=tuple(buttons),
        page=page_of(report),
        small=who_did_what(last),
    )
    sections = history if withdrawn else (*told(report), *later, *answer(report), *history)
    return paged(shown, sections, report.deviation.id, page)


def unit_buttons(
    report: Report, last: Event, *, reader_id: int, taken: bool, off_chat: bool = False
) -> tuple[Button, ...]:
    """What a handler can do now. The buttons carry the last event, so that nobody decides on what has changed.

    `taken`: whoever has taken it still works there. `off_chat`: nobody there is on chat (see `announce.Holders`).
    """
    deviation = report.deviation
    if deviation.status not in AT_UNIT:
        return ()
    mine = taken and deviation.handler_id == reader_id
    if taken and not mine:
        return (
            button(
                Do.TAKE,
                _("Ta over saken"),
                deviation,
                last,
                confirm=Confirm(text=_("Vil du ta over {title}?").format(title=title(report)), yes=_("Ja, ta over")),
            ),
            show(report),
        )
    buttons = [] if mine else [button(Do.TAKE, _("Ta saken"), deviation, last, style="primary")]
    buttons.append(button(Do.ANSWER, _("Svar og avslutt"), deviation, last, style="primary" if mine else "default"))
    if deviation.status != DeviationStatus.ASKED and not report.reporter.left:
        buttons.append(button(Do.ASK, _("Be om opplysninger"), deviation, last))
    buttons.append(send_on(report, last))
    buttons.append(button(Do.REJECT, _("Avvis"), deviation, last, style="danger"))
    if mine:
        buttons.append(button(Do.RELEASE, _("Gi fra deg saken"), deviation, last))
    if off_chat:
        buttons.append(on_paper(report))
    return tuple(buttons)


def on_paper(report: Report) -> Button:
    return button(Do.WRITE_OUT, _("Skjema til utskrift"), report.deviation)


def send_on(report: Report, last: Event) -> Button:
    """The one thing that a leader of the organisation can do for a unit that has nobody."""
    return button(Do.FORWARD, _("Send videre"), report.deviation, last)


def page_of(report: Report) -> Page:
    """Where whoever is not on chat sees the report, as «Vis saken» shows it to them."""
    return Page(reference=report.deviation.reference, action=Do.SHOW, arguments=about(report.deviation))


def show(report: Report) -> Button:
    return button(Do.SHOW, _("Vis saken"), report.deviation)


def done(report: Report, last: Event) -> Message:
    """What whoever caused the event reads. The message with the buttons changes in its own place."""
    return Message(title=title(report), text=who_did_what(last), buttons=(show(report),))


def no_longer_yours(report: Report, left: Event | None = None, *, anew: bool = False) -> Message:
    """In the place of somebody's message, when the report went elsewhere or they do not work with it any more.

    `left`: the event in which their unit sent it on; of what came later they are told nothing. `anew`: they work with
    it where it is now too, and have a message about it from there.
    """
    if report.deviation.sent_at is None:
        text = _("Saken er ikke lenger hos deg.")
    elif anew:
        text = _("Saken er nå hos {unit}. Du har en ny melding om den.").format(unit=unit_name(report))
    else:
        text = _("Saken er ikke lenger hos deg. Den er hos {unit}.").format(unit=unit_name(report))
    return Message(title=title(report), text=text, small=who_did_what(left) if left else "")


# --- to the reporter ---------------------------------------------------------------------------------------


def for_reporter(
    report: Report,
    last: Event,
    *,
    taken: bool,
    led: bool,
    off_chat: bool = False,
    question: str = "",
    history: Sequence[Section] = (),
    page: int = 0,
) -> Message:
    """The receipt, which changes in place: where it stands, the answer, and what the reporter can do.

    `question`: what the unit last asked, as long as it waits for an answer, or why it rejected the report. `led`: it is
    known who leads where the reporter works.
    """
    deviation = report.deviation
    buttons = reporter_buttons(report, taken=taken)
    text = question or _what_next(report, led=led)
    if off_chat and deviation.status in AT_UNIT:
        buttons = (*buttons, on_paper(report))
        text = "\n\n".join(
            [
                text,
                _("Ingen i enheten er på chat. De får en e-post der det er mulig, og du kan sende skjemaet på papir."),
            ]
        )
    pairs = (
        (_("Status"), status(report, own=True)),
        (_("Sendt til"), unit_name(report)),
    )
    small = [] if deviation.consent == NO_PATIENT else [_about_identity(report)]
    shown = Message(
        title=_("{reference}: avviket du meldte").format(reference=deviation.reference),
        text=text,
        facts=(*(Fact(label=label, value=value) for label, value in pairs), *particulars(report)),
        links=notice.links(report) if notice_runs(report) else (),
        buttons=buttons,
        page=page_of(report),
        # What handlers do among themselves is not the reporter's business.
        small="\n".join([*small, *([] if last.internal else [who_did_what(last)])]),
    )
    return paged(shown, (*answer(report), *told(report), *history), deviation.id, page)


def _about_identity(report: Report) -> str:
    if report.deviation.consent in UNMARKED:
        return _("{reason}: oppgi ikke hvem det er i andre kanaler heller.").format(
            reason=_(UNMARKED[report.deviation.consent])
        )
    return _(
        "Trenger enheten å vite hvem pasienten er? Oppgi det i den godkjente kanalen, og vis til {reference}."
    ).format(reference=report.deviation.reference)


def news_of_answer(report: Report) -> Message:
    """The answer itself, in a message that rings, with what the reporter can do about it."""
    shown = Message(
        title=_("{unit} har svart på {reference}").format(unit=report.unit.name, reference=report.deviation.reference),
        buttons=reporter_buttons(report, taken=True),
    )
    return paged(shown, answer(report), report.deviation.id)


def _what_next(report: Report, *, led: bool) -> str:
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
    if notice_runs(report):
        said = f"{said}\n\n{notice.reminder_of(report)}".strip()
    if is_serious(report) and not led and deviation.status in AT_UNIT:
        said = "\n\n".join([said, _("Jeg vet ikke hvem lederen din er. Gi lederen din beskjed selv, med en gang.")])
    return said


def reporter_buttons(report: Report, *, taken: bool) -> tuple[Button, ...]:
    """What the reporter can do now."""
    deviation = report.deviation
    buttons: list[Button] = []
    match DeviationStatus(deviation.status):
        case DeviationStatus.ASKED:
            buttons.append(button(Do.REPLY, _("Svar"), deviation, style="primary"))
        case DeviationStatus.SENT | DeviationStatus.TAKEN:
            buttons.append(button(Do.ADD, _("Legg til opplysninger"), deviation))
        case DeviationStatus.ANSWERED if not deviation.rating:
            for rating, label in (("helpful", _("Svaret var nyttig")), ("not_helpful", _("Svaret hjalp ikke"))):
                buttons.append(button(Do.RATE, label, deviation, carried={"rating": rating}))
        case _other:
            pass
    if may_ask_again(report):
        buttons.append(button(Do.ASK_AGAIN, _("Spør en gang til"), deviation))
    buttons += notice_buttons(report)
    if may_withdraw(report, taken=taken):
        buttons.append(
            button(
                Do.WITHDRAW,
                _("Trekk meldingen"),
                deviation,
                style="danger",
                confirm=Confirm(text=_("Vil du trekke {title}?").format(title=title(report)), yes=_("Ja, trekk den")),
            )
        )
    return tuple(buttons)


def notice_buttons(report: Report) -> tuple[Button, ...]:
    """That the statutory notice is considered, or sent, for the reporter's side, as long as nobody has said so."""
    deviation = report.deviation
    if not is_serious(report) or deviation.notice_sent_at is not None:
        return ()
    sent = button(Do.NOTICE_SENT, notice.sent_label(report), deviation)
    if deviation.notice_considered_at is not None:
        return (sent,)
    return (button(Do.NOTICE_CONSIDERED, notice.considered_label(report), deviation), sent)


def notice_is_settled(report: Report) -> Message:
    """Read where somebody was reminded of the statutory notice, once another has seen to it."""
    return Message(
        title=title(report),
        text=notice.sentence(report),
        buttons=(*notice_buttons(report), button(Do.SHOW, _("Vis"), report.deviation)),
        page=page_of(report),
    )


def notice_runs(report: Report) -> bool:
    """Whether the statutory notice is still somebody's to consider."""
    withdrawn = report.deviation.status == DeviationStatus.WITHDRAWN
    return is_serious(report) and not withdrawn and not notice.settled(report)


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


# --- to the reporter's leaders -----------------------------------------------------------------------------


def for_leader(
    report: Report, last: Event, *, history: Sequence[Section] = (), page: int = 0, completes: bool = True
) -> Message:
    """To the reporter's leaders. `completes`: it is theirs to complete before it is sent."""
    waits = completes and report.deviation.status == DeviationStatus.AT_LEADER
    buttons = (
        button(Do.SEND, _("Send som den er"), report.deviation, last, style="primary"),
        button(Do.LOOK_OVER, _("Se over og send"), report.deviation, last),
    )
    pairs = (
        (_("Status"), status(report)),
        (_("Meldt av"), who_reported(report)),
        (_("Sendes til") if waits else _("Sendt til"), unit_name(report)),
    )
    facts = tuple(Fact(label=label, value=value) for label, value in pairs)
    withdrawn = report.deviation.status == DeviationStatus.WITHDRAWN
    task = _(
        "Du er nærmeste leder. Se over at det viktigste er med, og send. Etter to virkedager sendes meldingen som "
        "den er."
    )
    shown = Message(
        title=title(report),
        text="\n\n".join([*([task] if waits else []), *([notice.reminder_of(report)] if notice_runs(report) else [])]),
        facts=facts if withdrawn else (*facts, *particulars(report)),
        links=notice.links(report) if notice_runs(report) else (),
        buttons=(*(buttons if waits else ()), *notice_buttons(report)),
        page=page_of(report),
        small="" if last.internal else who_did_what(last),
    )
    sections = history if withdrawn else (*told(report), *answer(report), *history)
    return paged(shown, sections, report.deviation.id, page)
