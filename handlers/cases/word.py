"""What the secretariat changes of what stands about a case: its text in this committee, and who may see it.

The proposer's own changes are `handlers.cases.propose`.
"""

from collections.abc import Mapping
from typing import Annotated

from handlers.cases import actions, announce, at_hand, changed, views, withholding
from handlers.cases.decide import done, open_form
from handlers.cases.forms import TITLE_LENGTH
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Raw, Reply, Step, Text
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import people

# --- Endre teksten -----------------------------------------------------------------------------------------


class Word(Step):
    """Hvordan saken står på denne sakslisten."""

    about = About(title=N_("Endre teksten"), submit=N_("Lagre"))
    case: Annotated[None, Note("", text=at_hand.which)] = None
    title: Annotated[str, Text(N_("Tittel"), max_length=TITLE_LENGTH)]
    purpose: Annotated[str, LongText(N_("Hensikt"))]
    conclusion: Annotated[str, LongText(N_("Forslag til konklusjon"))] = ""


async def _may_word(context: Context, arguments: Mapping[str, str]) -> Raw:
    item = (await at_hand.to_word(context, arguments, lock=False)).item
    return {"title": item.title, "purpose": item.purpose, "conclusion": item.conclusion}


async def _still_to_word(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_word(context, arguments, lock=False)


async def _worded(context: Context, answers: Answers) -> Message:
    case = await at_hand.to_word(context, answers.arguments)
    item, new = case.item, answers[Word]
    names = await people.names(context.session, item.presenter_ids)
    before = changed.as_it_is(case, case.meeting, names)
    item.title, item.purpose, item.conclusion = new.title, new.purpose, new.conclusion
    changes = changed.between(before, changed.as_it_is(case, case.meeting, names))
    if not changes:
        return Message(
            title=_("Ingenting er endret: {title}").format(title=item.title), buttons=(actions.show(case.item.id),)
        )

    def news() -> Message:
        return Message(
            title=_("Sekretariatet har endret teksten i saken din: {title}").format(title=item.title),
            facts=changed.facts(changes),
        )

    event, _receipt = await announce.record(
        context, case, "worded", news=news, data={"changes": changes}, draft_id=answers.draft_id
    )
    await announce.show_presenters(context, case, views.named(item))
    return done(case, event).model_copy(
        update={"facts": changed.facts(changes), "buttons": (actions.show(case.item.id),)}
    )


WORD = Dialog(name="sak.ordlyd", steps=(Word,), finish=_worded, prefill=_may_word, still=_still_to_word)


async def word(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await open_form(context, WORD, arguments)


# --- Innsyn og arkiv ---------------------------------------------------------------------------------------


async def _sections(context: Context, answers: Answers) -> str:
    """The sections of the law that the committee has set up, to be copied."""
    case = await at_hand.find(context, answers.arguments)
    sections = case.committee.settings.get("closed_sections") or ()
    if not sections:
        return ""
    return _("Utvalget bruker: {sections}.").format(sections="; ".join(sections))


class File(Step):
    """Hvem som får se saken, og hvor den ligger i arkivet."""

    about = About(title=N_("Innsyn og arkiv"), submit=N_("Lagre"))
    case: Annotated[None, Note("", text=at_hand.which)] = None
    closed_under: Annotated[
        str,
        Text(
            N_("Unntatt offentlighet etter"),
            help=N_(
                "Skriv paragrafen saken er unntatt etter. Da ser bare medlemmene hva den gjelder. Tomt: saken er åpen."
            ),
            max_length=100,
        ),
    ] = ""
    sections: Annotated[None, Note("", text=_sections)] = None
    archive_reference: Annotated[str, Text(N_("Arkivreferanse"), max_length=100)] = ""


async def _may_file(context: Context, arguments: Mapping[str, str]) -> Raw:
    item = (await at_hand.to_word(context, arguments, lock=False)).item
    return {"closed_under": item.closed_under, "archive_reference": item.archive_reference}


async def _filed(context: Context, answers: Answers) -> Message:
    case = await at_hand.to_word(context, answers.arguments)
    item, new = case.item, answers[File]
    data = {"was_closed": item.closed_under, "closed": new.closed_under}
    item.closed_under, item.archive_reference = new.closed_under, new.archive_reference
    event, _receipt = await announce.record(context, case, "filed", data=data, draft_id=answers.draft_id)
    if item.closed_under:
        await withholding.withhold(context, case)
    told = (
        _("Bare medlemmene i {committee} ser hva saken gjelder.").format(committee=case.committee.name)
        if item.closed_under
        else _("Saken er åpen for alle som kan lese sakslisten.")
    )
    said = done(case, event)
    return said.model_copy(update={"text": f"{said.text}\n{told}", "buttons": (actions.show(case.item.id),)})


FILE = Dialog(name="sak.arkiv", steps=(File,), finish=_filed, prefill=_may_file, still=_still_to_word)


async def file(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await open_form(context, FILE, arguments)
