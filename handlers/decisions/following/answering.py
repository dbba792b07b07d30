"""What whoever has a follow-up answers: received, taken on, done, more time, somebody else's, and how it goes."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Annotated

from handlers.calendar import dates
from handlers.calendar.zone import local_day
from handlers.cases.forms import presenters_to_choose
from handlers.decisions.following import announce, at_hand, happen, holders, reminder_rule, task_page, views
from handlers.decisions.said import remember_what_was_said
from handlers.decisions.views import task_named
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Day,
    Dialog,
    LongText,
    Note,
    Option,
    Person,
    Raw,
    Reply,
    Step,
)
from handlers.errors import AlreadyDone
from handlers.meetings.follow_up_actions import Do, about, button
from handlers.messages.arguments import id_of
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import people
from storage.follow_ups import Task
from storage.history import Event
from storage.tables import FollowUpStatus

WHY = 1000


async def _which(context: Context, answers: Answers) -> str:
    task = await at_hand.to_answer(context, answers.arguments, lock=False)
    return f"{views.case(task.at)}: {task.row.text}"


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_answer(context, arguments, lock=False)


async def _nothing_yet(context: Context, arguments: Mapping[str, str]) -> Raw:
    await _still(context, arguments)
    return {}


# --- with a click -----------------------------------------------------------------------------------------------


async def received(context: Context, arguments: Mapping[str, str]) -> Reply:
    """They have it."""
    task = await at_hand.to_answer(context, arguments)
    if task.row.status != FollowUpStatus.OPEN:
        raise AlreadyDone(await _said_before(context, task))
    task = await happen.record(context, task, "received", status=FollowUpStatus.RECEIVED)
    return task_page.draw(context, task, said=_("Takk. Det er notert at du har mottatt den."))


async def take(context: Context, arguments: Mapping[str, str]) -> Reply:
    """They take it on."""
    task = await at_hand.to_answer(context, arguments)
    if task.row.status == FollowUpStatus.TAKEN:
        raise AlreadyDone(await _said_before(context, task))
    task = await happen.record(context, task, "taken", status=FollowUpStatus.TAKEN)
    return task_page.draw(context, task, said=_("Takk. Det er notert at du tar ansvar."))


async def _said_before(context: Context, task: Task) -> str:
    event = await happen.last(context, task)
    return _("Det er notert allerede. {what}").format(what=views.line(event) if event else "").strip()


async def done(context: Context, arguments: Mapping[str, str]) -> Reply:
    """It is done."""
    task = await at_hand.to_finish(context, arguments)
    task = await happen.record(context, task, "done", status=FollowUpStatus.DONE)
    return task_page.draw(context, task, said=_("Notert som gjort. Takk!"))


# --- more time --------------------------------------------------------------------------------------------------


class MoreTime(Step):
    """Hvorfor, og til når."""

    about = About(title=N_("Trenger mer tid"), submit=N_("Send"))
    which: Annotated[None, Note("", text=_which)] = None
    until: Annotated[date, Day(N_("Ny frist"))]
    why: Annotated[str, LongText(N_("Hvorfor trengs det mer tid?"), max_length=WHY)]

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        if not self.until:
            # It is asked for already.
            return {}
        task = await at_hand.to_answer(context, answers.arguments, lock=False)
        if self.until < context.today:
            return {"until": _("Den nye fristen har vært. Velg en dag som kommer.")}
        if task.due is not None and self.until <= task.due:
            return {"until": _("Fristen er {day}. Velg en senere dag.").format(day=dates.long_date(task.due))}
        return {}


async def _more_time(context: Context, answers: Answers) -> Message:
    task = await at_hand.to_answer(context, answers.arguments)
    await at_hand.unchanged(context, task, answers.arguments)
    step, before = answers[MoreTime], task.due
    remember_what_was_said(task)
    happen.give_date(task.row, step.until)
    task = await happen.record(
        context,
        task,
        "more_time",
        note=step.why,
        data={"due": step.until.isoformat(), "before": before.isoformat() if before else ""},
        draft_id=answers.draft_id,
    )
    event = await happen.last(context, task)
    assert event is not None  # noqa: S101 - it was just written
    told = await holders.secretariat(context.session, task.at.committee.id, context.today)
    await announce.tell(context, task, f"time:{event.id}", told, partial(_wants_more_time, task, event))
    said = _("Fristen er flyttet til {day}. Sekretariatet får beskjed, og kan si nei.")
    return task_page.draw(context, task, said=said.format(day=dates.long_date(step.until)))


def _wants_more_time(task: Task, event: Event) -> Message:
    before = event.data.get("before")
    facts = (
        (_("Sak"), views.case(task.at)),
        (_("Hvorfor"), event.note),
        (_("Frist før"), dates.long_date(date.fromisoformat(before)) if before else _("ingen frist")),
        (_("Ny frist"), dates.long_date(date.fromisoformat(event.data["due"]))),
    )
    return Message(
        title=_("{name} trenger mer tid: {text}").format(name=event.actor, text=task_named(task)),
        facts=tuple(Fact(label=label, value=value) for label, value in facts),
        buttons=(
            button(Do.NO_MORE_TIME, _("Si nei til mer tid"), task.row, style="danger", event=event.id),
            views.show(task),
        ),
    )


MORE_TIME = Dialog(name="oppfolging.tid", steps=(MoreTime,), finish=_more_time, prefill=_nothing_yet, still=_still)


async def more_time(context: Context, arguments: Mapping[str, str]) -> Reply:
    task = await at_hand.to_answer(context, arguments, lock=False)
    return await conversation.start(context, MORE_TIME, about(task.row))


# --- somebody else's --------------------------------------------------------------------------------------------


async def _others(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    found = await presenters_to_choose(context, answers, values, query)
    task = await at_hand.to_answer(context, answers.arguments, lock=False)
    return [option for option in found if option.value != str(task.row.owner_id)]


class PassOn(Step):
    """Hvem som skal ha den i stedet."""

    about = About(title=N_("Gi videre"), submit=N_("Gi videre"))
    which: Annotated[None, Note("", text=_which)] = None
    person: Annotated[str, Person(N_("Hvem tar over?"), options=_others)]
    note: Annotated[str, LongText(N_("En beskjed til dem"), max_length=WHY)] = ""


async def _passed_on(context: Context, answers: Answers) -> Message:
    task = await at_hand.to_answer(context, answers.arguments)
    await at_hand.unchanged(context, task, answers.arguments)
    step = answers[PassOn]
    person_id = int(step.person)
    name = (await people.names(context.session, [person_id])).get(person_id, "")
    remember_what_was_said(task)
    happen.give_owner(task.row, person=person_id)
    task = await happen.record(
        context, task, "passed_on", note=step.note, data={"owner": name}, draft_id=answers.draft_id
    )
    return Message(
        title=_("Gitt videre til {name}").format(name=name),
        text=_("{name} får beskjed, og kan svare at det ikke er deres.").format(name=name),
        facts=(Fact(label=_("Oppfølging"), value=task.row.text),),
    )


PASS_ON = Dialog(name="oppfolging.videre", steps=(PassOn,), finish=_passed_on, prefill=_nothing_yet, still=_still)


async def pass_on(context: Context, arguments: Mapping[str, str]) -> Reply:
    task = await at_hand.to_answer(context, arguments, lock=False)
    return await conversation.start(context, PASS_ON, about(task.row))


class NotMine(Step):
    """Hvorfor den ikke er din."""

    about = About(title=N_("Ikke min"), submit=N_("Send"))
    which: Annotated[None, Note("", text=_which)] = None
    why: Annotated[
        str,
        LongText(
            N_("Hvorfor er den ikke din?"), help=N_("Vet du hvem som burde hatt den, så skriv det."), max_length=WHY
        ),
    ]


async def _not_mine(context: Context, answers: Answers) -> Message:
    task = await at_hand.to_answer(context, answers.arguments)
    await at_hand.unchanged(context, task, answers.arguments)
    remember_what_was_said(task)
    before = task.owner
    happen.give_owner(task.row)
    task = await happen.record(
        context,
        task,
        "not_mine",
        note=answers[NotMine].why,
        data={"before": before},
        draft_id=answers.draft_id,
    )
    event = await happen.last(context, task)
    assert event is not None  # noqa: S101 - it was just written
    told = await holders.secretariat(context.session, task.at.committee.id, context.today)
    await announce.tell(context, task, f"notmine:{event.id}", told, partial(_needs_an_owner, task, event))
    return Message(
        title=_("Takk for beskjeden"),
        text=_("Sekretariatet for {committee} finner en annen.").format(committee=task.at.committee.name),
        facts=(Fact(label=_("Oppfølging"), value=task.row.text),),
    )


def _needs_an_owner(task: Task, event: Event) -> Message:
    return Message(
        title=_("Mangler eier: {text}").format(text=task_named(task)),
        text=_("{name} svarte at den ikke er deres: {why}").format(name=event.actor, why=event.note),
        facts=views.facts(task, local_day(event.at)),
        buttons=(button(Do.CHANGE, _("Velg eier og frist"), task.row, style="primary"), views.show(task)),
    )


NOT_MINE = Dialog(name="oppfolging.ikkemin", steps=(NotMine,), finish=_not_mine, prefill=_nothing_yet, still=_still)


async def not_mine(context: Context, arguments: Mapping[str, str]) -> Reply:
    task = await at_hand.to_answer(context, arguments, lock=False)
    return await conversation.start(context, NOT_MINE, about(task.row))


# --- how it goes ------------------------------------------------------------------------------------------------


class Report(Step):
    """Hvordan det går."""

    about = About(title=N_("Meld status"), submit=N_("Lagre"))
    which: Annotated[None, Note("", text=_which)] = None
    text: Annotated[str, LongText(N_("Hvordan går det?"), help=N_("En linje er nok."), max_length=WHY)]


async def _reported(context: Context, answers: Answers) -> Message:
    task = await at_hand.to_answer(context, answers.arguments)
    if task.row.rhythm:
        task.row.report_on = reminder_rule.next_report(context.today, task.row.rhythm)
    task = await happen.record(context, task, "reported", note=answers[Report].text, draft_id=answers.draft_id)
    said = _("Takk. Det står i registeret.")
    if task.row.report_on is not None:
        said = _("Takk. Det står i registeret. Du blir spurt igjen {day}.").format(
            day=dates.long_date(task.row.report_on)
        )
    return task_page.draw(context, task, said=said)


REPORT = Dialog(name="oppfolging.status", steps=(Report,), finish=_reported, prefill=_nothing_yet, still=_still)


async def report(context: Context, arguments: Mapping[str, str]) -> Reply:
    task = await at_hand.to_answer(context, arguments, lock=False)
    return await conversation.start(context, REPORT, {"follow": str(task.row.id)})


class Rhythm(Step):
    """Hvor ofte du melder status."""

    about = About(title=N_("Meld status jevnlig"), submit=N_("Lagre"))
    which: Annotated[None, Note("", text=_which)] = None
    rhythm: Annotated[
        str,
        Choice(
            N_("Hvor ofte?"),
            help=N_("Du blir spurt, og svarer med en linje. Velg ingenting for å slutte."),
            options=[Option(key, label) for key, label in views.RHYTHMS.items()],
        ),
    ] = ""


async def _rhythm_so_far(context: Context, arguments: Mapping[str, str]) -> Raw:
    task = await at_hand.to_answer(context, arguments, lock=False)
    return {"rhythm": task.row.rhythm or None}


async def _rhythm_chosen(context: Context, answers: Answers) -> Message:
    task = await at_hand.to_answer(context, answers.arguments)
    rhythm = answers[Rhythm].rhythm
    task.row.rhythm, task.row.report_on = rhythm, reminder_rule.next_report(context.today, rhythm)
    task = await happen.record(context, task, "rhythm", data={"rhythm": rhythm}, draft_id=answers.draft_id)
    if task.row.report_on is None:
        return task_page.draw(context, task, said=_("Du blir ikke spurt om status lenger."))
    said = _("Du blir spurt om status {day}, og siden jevnlig.")
    return task_page.draw(context, task, said=said.format(day=dates.long_date(task.row.report_on)))


RHYTHM = Dialog(name="oppfolging.rytme", steps=(Rhythm,), finish=_rhythm_chosen, prefill=_rhythm_so_far, still=_still)


async def rhythm(context: Context, arguments: Mapping[str, str]) -> Reply:
    task = await at_hand.to_answer(context, arguments, lock=False)
    return await conversation.start(context, RHYTHM, {"follow": str(task.row.id)})


# --- what the secretariat says to more time ---------------------------------------------------------------------


async def no_more_time(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The secretariat says no: it is due when it was before, if nobody has changed it since."""
    task = await at_hand.to_tend(context, arguments)
    event = await happen.last(context, task)
    if event is None or event.kind != "more_time" or event.id != id_of(arguments, "event"):
        raise AlreadyDone(
            _("Det har skjedd noe siden: {what}").format(what=views.line(event) if event is not None else "")
        )
    before = str(event.data.get("before") or "")
    happen.give_date(task.row, date.fromisoformat(before) if before else None)
    task = await happen.record(context, task, "no_more_time", data={"due": before})
    said = await happen.last(context, task)
    held = await holders.of(context.session, [task], context.today)
    if said is not None and task.row.id in held:
        readers = held[task.row.id].readers
        await announce.tell(context, task, f"notime:{said.id}", readers, partial(_no, task, said))
    return task_page.draw(context, task, said=_("Fristen er som før. Den som har ansvaret, får beskjed."))


def _no(task: Task, event: Event) -> Message:
    return Message(
        title=_("Ikke mer tid: {text}").format(text=task_named(task)),
        text=_("{name} sa nei til å flytte fristen.").format(name=event.actor),
        facts=views.facts(task, local_day(event.at)),
        buttons=(views.show(task),),
        page=views.page_of(task),
    )
