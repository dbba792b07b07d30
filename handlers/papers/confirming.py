"""Confirming what was read of an old paper: putting right whose it is and when, storing, throwing away, taking back."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Annotated

from handlers.calendar import dates
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Day,
    Dialog,
    Note,
    Option,
    Raw,
    Reply,
    Step,
    Text,
    TimeOfDay,
    YesNo,
)
from handlers.errors import BadInput
from handlers.messages.message import Message
from handlers.papers import at_hand, page, settling, words
from handlers.papers.actions import about
from handlers.papers.considering import Considered
from handlers.papers.kept import from_json
from handlers.papers.record import PaperKind, as_json
from handlers.papers.storing import Choices
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import shorten
from storage import committees, papers

_LISTED = 1500


async def _which(context: Context, answers: Answers) -> str:
    found = await at_hand.paper(context, answers.arguments)
    return _("Papiret: {file}").format(file=found.paper.name)


# --- whose it is, and when ----------------------------------------------------------------------------------


async def _committees(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    """Those whose secretariat the actor is of; on the page of one, that alone."""
    own = answers.arguments.get("committee")
    return [
        Option(str(each.id), each.name)
        for each in await committees.active(context.session)
        if may_decide(context.actor, each.id) and (not context.only or str(each.id) == own)
    ]


class Correct(Step):
    """Hvilket utvalg papiret er fra, og når møtet var."""

    about = About(title=N_("Rett papiret"), submit=N_("Lagre"))
    paper: Annotated[None, Note("", text=_which)] = None
    of: Annotated[str, Choice(N_("Utvalg"), options=_committees)]
    day: Annotated[date | None, Day(N_("Dato for møtet"))] = None
    begins: Annotated[time | None, TimeOfDay(N_("Fra kl."))] = None
    ends: Annotated[time | None, TimeOfDay(N_("Til kl."))] = None
    place: Annotated[str, Text(N_("Sted"))] = ""

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        found = await at_hand.paper(context, answers.arguments)
        if self.day is None and found.paper.kind != PaperKind.PLAN:
            return {"day": _("Skriv datoen møtet ble holdt.")}
        if self.day is not None and self.day > context.today:
            return {"day": _("Datoen er fram i tid. Et gammelt papir er fra et møte som er holdt.")}
        if self.ends is not None and self.begins is None:
            return {"begins": _("Skriv når møtet begynte også.")}
        return {}


async def _current(context: Context, arguments: Mapping[str, str]) -> Raw:
    paper, committee = await at_hand.waiting(context, arguments)
    read = from_json(paper.read)
    return {
        "of": str(committee.id),
        "day": read.date.isoformat() if read.date else None,
        "begins": f"{read.begins:%H:%M}" if read.begins else None,
        "ends": f"{read.ends:%H:%M}" if read.ends else None,
        "place": read.place,
    }


async def _corrected(context: Context, answers: Answers) -> Message:
    paper, _committee = await at_hand.waiting(context, answers.arguments, lock=True)
    step = answers[Correct]
    owner = await at_hand.committee(context, {"committee": step.of})
    read = from_json(paper.read)
    if read.kind is PaperKind.PLAN:
        # Those that the plan gives no time.
        for each in read.next_meetings:
            if each.begins is None and step.begins is not None:
                each.begins, each.ends = step.begins, step.ends
    else:
        read = dataclasses.replace(read, date=step.day, begins=step.begins, ends=step.ends, place=step.place or None)
    paper.read = as_json(read)
    paper.committee_id = owner.id
    await context.session.flush()
    await papers.HISTORY.add(
        context.session,
        paper.id,
        settling.CORRECTED,
        context.actor.person_id,
        context.now,
        draft_id=answers.draft_id,
    )
    return await page.drawn(context, at_hand.AtHand(paper, owner), {}, said=_("Rettet."))


CORRECT = Dialog(name="papirer.rett", steps=(Correct,), finish=_corrected, prefill=_current, still=at_hand.still)


async def correct(context: Context, arguments: Mapping[str, str]) -> Reply:
    found = await at_hand.waiting(context, arguments)
    return await conversation.start(context, CORRECT, about(found.committee.id, paper=found.paper.id))


# --- storing ------------------------------------------------------------------------------------------------

_HISTORY, _NUMBERS, _NEXT = "oppfolging", "numre", "neste"


async def _considered(context: Context, answers: Answers) -> tuple[Considered, at_hand.AtHand]:
    found = await at_hand.paper(context, answers.arguments)
    return await settling.considered(context.session, found.paper, context.now), found


async def _past(context: Context, answers: Answers) -> str:
    considered, found = await _considered(context, answers)
    read = from_json(found.paper.read)
    listed = "\n".join(
        f"• {each.text} ({', '.join(filter(None, (each.owner, each.due_text)))})"
        if each.owner or each.due_text
        else f"• {each.text}"
        for each in considered.past
    )
    count = len(considered.past)
    asked = ngettext(
        "{count} oppfølging fra {year} skulle vært gjort innen nå. Skal den følges opp?",
        "{count} oppfølginger fra {year} skulle vært gjort innen nå. Skal de følges opp?",
        count,
    ).format(count=count, year=words.years(considered, read))
    return shorten(f"{asked}\n{listed}", _LISTED)


async def _clashing(context: Context, answers: Answers) -> str:
    considered, _found = await _considered(context, answers)
    asked = _("Disse saksnumrene finnes fra før, med en annen tittel. Er det de samme sakene?")
    return shorten("\n".join((asked, *(f"• {each}" for each in words.clashes(considered)))), _LISTED)


async def _coming(context: Context, answers: Answers) -> str:
    considered, _found = await _considered(context, answers)
    listed = ", ".join(f"{each.committee.name} {dates.short_date(each.day)}" for each in considered.planned)
    return _("Papiret nevner møter som ikke er holdt: {meetings}.").format(meetings=shorten(listed, _LISTED))


class History(Step):
    """Om det som skulle vært gjort, skal følges opp."""

    about = About(title=N_("Gamle oppfølginger"), submit=N_("Videre"))
    paper: Annotated[None, Note("", text=_which)] = None
    past: Annotated[None, Note("", text=_past)] = None
    follow: Annotated[
        bool,
        YesNo(
            N_("Ja, følg dem opp fra nå av"),
            help=N_("Uten kryss lagres de som historikk, og ingen blir minnet om dem."),
        ),
    ] = False


class Numbers(Step):
    """Om saker med samme nummer er de samme."""

    about = About(title=N_("Samme saksnummer"), submit=N_("Videre"))
    paper: Annotated[None, Note("", text=_which)] = None
    clashing: Annotated[None, Note("", text=_clashing)] = None
    another: Annotated[
        str,
        Choice(
            N_("Sakene i papiret"),
            options=(
                Option("same", N_("er de samme sakene, med en annen tittel")),
                Option("other", N_("er andre saker, som hadde samme nummer")),
            ),
        ),
    ]


class NextMeetings(Step):
    """Om møtene papiret nevner, skal i planen."""

    about = About(title=N_("Neste møte"), submit=N_("Videre"))
    paper: Annotated[None, Note("", text=_which)] = None
    coming: Annotated[None, Note("", text=_coming)] = None
    plan: Annotated[bool, YesNo(N_("Legg dem i møteplanen"))] = False


_STEPS: Mapping[str, type[Step]] = {_HISTORY: History, _NUMBERS: Numbers, _NEXT: NextMeetings}


def _steps(answers: Answers) -> Sequence[type[Step]]:
    """Those that the paper asks for; the last one, where a form is from before, stands alone."""
    asked = answers.arguments.get("ask", "").split("-")
    return [_STEPS[each] for each in asked if each in _STEPS] or [History]


def _to_ask(considered: Considered, kind: str) -> list[str]:
    found = []
    if considered.past:
        found.append(_HISTORY)
    if considered.clashes:
        found.append(_NUMBERS)
    if considered.planned and kind != PaperKind.PLAN:
        found.append(_NEXT)
    return found


async def _may_store(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.waiting(context, arguments)
    return {}


async def _answered(context: Context, answers: Answers) -> Message:
    choices = Choices(
        follow=History in answers and answers[History].follow,
        another=Numbers in answers and answers[Numbers].another == "other",
        plan_next=NextMeetings in answers and answers[NextMeetings].plan,
    )
    return await _store(context, answers.arguments, choices)


STORE = Dialog(
    name="papirer.lagre",
    steps=_steps,
    all_steps=(History, Numbers, NextMeetings),
    finish=_answered,
    prefill=_may_store,
    still=at_hand.still,
)


async def store(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Store it, once what the paper does not say is answered."""
    found = await at_hand.waiting(context, arguments)
    considered = await settling.considered(context.session, found.paper, context.now)
    asked = _to_ask(considered, found.paper.kind) if considered.may_be_stored else []
    if asked:
        ask = about(found.committee.id, paper=found.paper.id, ask="-".join(asked))
        return await conversation.start(context, STORE, ask)
    return await _store(context, arguments, Choices())


async def _store(context: Context, arguments: Mapping[str, str], choices: Choices) -> Message:
    paper, committee = await at_hand.waiting(context, arguments, lock=True)
    considered = await settling.considered(context.session, paper, context.now)
    if not considered.may_be_stored:
        raise BadInput(whole=words.stops(considered))
    done = await settling.store(context.session, paper, choices, context.actor.person_id, context.now)
    said = "\n".join((_("Lagret: {what}.").format(what=words.stored(done)), *words.beside(done)))
    return await page.drawn(context, at_hand.AtHand(paper, committee), {}, said=said)


async def throw(context: Context, arguments: Mapping[str, str]) -> Reply:
    paper, committee = await at_hand.waiting(context, arguments, lock=True)
    await settling.throw(context.session, paper, context.actor.person_id, context.now)
    shown = await page.show_list(context, about(committee.id))
    said = _("«{file}» er forkastet.").format(file=paper.name)
    if not isinstance(shown, Message):
        return shown
    return shown.model_copy(update={"text": "\n".join((said, shown.text)), "replace": True})


async def undo(context: Context, arguments: Mapping[str, str]) -> Reply:
    paper, committee = await at_hand.paper(context, arguments, lock=True)
    done = await settling.undo(context.session, paper, context.actor.person_id, context.now)
    said = "\n".join(filter(None, (_("Tatt tilbake."), words.undone(done))))
    return await page.drawn(context, at_hand.AtHand(paper, committee), {}, said=said)
