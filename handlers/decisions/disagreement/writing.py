"""What each party writes of how it sees a disagreement, and what the secretariat writes of what was tried.

Several may write for a party at once: what a form began with is compared with what stands there when it is handed in,
as in minutes (`handlers.meetings.minutes.merging`), so nobody's text is lost.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.decisions.disagreement import at_hand, happen, page, words
from handlers.decisions.disagreement.actions import about
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Raw, Reply, Step
from handlers.errors import BadInput
from handlers.meetings.minutes.merging import both_written, merge, no_room, side_by_side
from handlers.meetings.minutes.write import FIELD, parts_of
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import length

_NEARLY = FIELD - 500
"""A text that is longer is written in two fields."""


async def _whose(context: Context, answers: Answers) -> str:
    own = await at_hand.to_write(context, answers.arguments, lock=False)
    party = words.party_in_text(own.view)
    return _("{case}. Du skriver for {party}.").format(case=words.title(own.protocol), party=party)


async def _which(context: Context, answers: Answers) -> str:
    return words.title(await at_hand.to_prepare(context, answers.arguments, lock=False))


class View(Step):
    """Hvordan parten ser saken, og hva den ber om."""

    about = About(title=N_("Skriv partens syn"), submit=N_("Lagre"))
    whose: Annotated[None, Note("", text=_whose)] = None
    text: Annotated[
        str,
        LongText(
            N_("Hvordan dere ser saken"),
            help=N_("Skriv ingenting en pasient kan kjennes igjen på."),
            max_length=FIELD,
        ),
    ]
    wishes: Annotated[str, LongText(N_("Hva dere ber om"), max_length=FIELD)] = ""


class ViewMore(View):
    """Det samme, der teksten er for lang til ett felt."""

    more: Annotated[str, LongText(N_("Hvordan dere ser saken, fortsettelse"), max_length=FIELD)] = ""


def _view_steps(answers: Answers) -> Sequence[type[Step]]:
    return (ViewMore,) if answers.raw.get("more") or answers.arguments.get("long") else (View,)


class Tried(Step):
    """Hva som er forsøkt for å bli enige."""

    about = About(title=N_("Hva som er forsøkt"), submit=N_("Lagre"))
    which: Annotated[None, Note("", text=_which)] = None
    text: Annotated[
        str,
        LongText(
            N_("Hva som er forsøkt for å bli enige"),
            help=N_("Begge partene leser dette. Møter, forslag og hva det kom til."),
            max_length=FIELD,
        ),
    ]


class TriedMore(Tried):
    """Det samme, der teksten er for lang til ett felt."""

    more: Annotated[str, LongText(N_("Hva som er forsøkt, fortsettelse"), max_length=FIELD)] = ""


def _tried_steps(answers: Answers) -> Sequence[type[Step]]:
    return (TriedMore,) if answers.raw.get("more") or answers.arguments.get("long") else (Tried,)


def _whole(raw: Mapping[str, object]) -> str:
    """The text out of the fields of a form."""
    return "\n".join(str(raw[name]).strip() for name in ("text", "more") if raw.get(name))


def _fields(text: str, **more: str) -> Raw:
    """What a form begins with, where this stands."""
    first, rest = parts_of(text)
    return {name: value or None for name, value in {"text": first, "more": rest, **more}.items()}


def _merged(answers: Answers, own: dict[str, str], stands: dict[str, str], person: str) -> Mapping[str, str]:
    """What stands there from now on.

    Raises:
        BadInput: somebody else has written the same meanwhile: the form again, with both texts in it.
    """
    begun = {"text": _whole(answers.prefilled)}
    if "wishes" in stands:
        begun["wishes"] = str(answers.prefilled.get("wishes") or "")
    # A text in two fields may have been broken where it was whole.
    if begun["text"] == _whole(_fields(stands["text"])):
        begun["text"] = stands["text"]
    if own["text"] == _whole(_fields(stands["text"])):
        own = {**own, "text": stands["text"]}
    merged = merge(begun, own, stands)
    if not merged.both:
        return merged.values
    both = {name: side_by_side(merged.values[name], stands[name], person) for name in merged.both}
    texts = {**merged.values, **both}
    fields = _fields(texts["text"], **({"wishes": texts["wishes"]} if "wishes" in texts else {}))
    long = next((name for name in ("more", "wishes") if length(str(fields.get(name) or "")) > FIELD), None)
    if long is not None:
        raise BadInput({"wishes" if long == "wishes" else "text": no_room(person)})
    begins = _fields(stands["text"], **({"wishes": stands["wishes"]} if "wishes" in stands else {}))
    raise BadInput(dict.fromkeys(merged.both, both_written(person)), instead=fields, begun=begins)


# --- a party's view ---------------------------------------------------------------------------------------------


async def _view_now(context: Context, arguments: Mapping[str, str]) -> Raw:
    own = await at_hand.to_write(context, arguments, lock=False)
    return _fields(own.view.row.text, wishes=own.view.row.wishes)


async def _view_written(context: Context, answers: Answers) -> Message:
    protocol, view = await at_hand.to_write(context, answers.arguments)
    step = answers[ViewMore] if ViewMore in answers else answers[View]
    own = {"text": _whole({"text": step.text, "more": getattr(step, "more", "")}), "wishes": step.wishes.strip()}
    row = view.row
    stands = {"text": row.text, "wishes": row.wishes}
    values = _merged(answers, own, stands, view.by or _("en annen"))
    if row.revision and values == stands:
        return page.done(context, protocol, _("Ingenting er endret."))
    first = row.revision == 0
    row.text, row.wishes = values["text"], values["wishes"]
    row.revision += 1
    row.written_by_id, row.written_at = context.actor.person_id, context.now
    protocol = await happen.wrote(context, protocol, row.id, first=first, draft_id=answers.draft_id)
    said = _("Synet til {party} er lagret.").format(party=words.party_in_text(view))
    if not protocol.is_shown:
        said += " " + _("Den andre parten leser det når begge har skrevet, eller når sekretariatet åpner for det.")
    return page.done(context, protocol, said)


async def _still_to_write(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_write(context, arguments, lock=False)


WRITE = Dialog(
    name="uenighet.syn",
    steps=_view_steps,
    all_steps=(View, ViewMore),
    finish=_view_written,
    prefill=_view_now,
    still=_still_to_write,
)


async def write(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form for the view of the actor's party; with a second field where one is not enough."""
    protocol, view = await at_hand.to_write(context, arguments, lock=False)
    long = {"long": "yes"} if length(view.row.text) > _NEARLY else {}
    return await conversation.start(context, WRITE, {**about(protocol.row, view=view.row.id), **long})


# --- what was tried ---------------------------------------------------------------------------------------------


async def _tried_now(context: Context, arguments: Mapping[str, str]) -> Raw:
    return _fields((await at_hand.to_prepare(context, arguments, lock=False)).row.tried)


async def _tried_written(context: Context, answers: Answers) -> Message:
    protocol = await at_hand.to_prepare(context, answers.arguments)
    step = answers[TriedMore] if TriedMore in answers else answers[Tried]
    own = {"text": _whole({"text": step.text, "more": getattr(step, "more", "")})}
    stands = {"text": protocol.row.tried}
    last = protocol.last("tried")
    values = _merged(answers, own, stands, last.actor if last is not None else _("en annen"))
    if values == stands:
        return page.done(context, protocol, _("Ingenting er endret."))
    protocol.row.tried = values["text"]
    protocol = await happen.tried(context, protocol, draft_id=answers.draft_id)
    return page.done(context, protocol, _("Lagret."))


async def _still_to_prepare(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_prepare(context, arguments, lock=False)


TRIED = Dialog(
    name="uenighet.forsok",
    steps=_tried_steps,
    all_steps=(Tried, TriedMore),
    finish=_tried_written,
    prefill=_tried_now,
    still=_still_to_prepare,
)


async def tried(context: Context, arguments: Mapping[str, str]) -> Reply:
    protocol = await at_hand.to_prepare(context, arguments, lock=False)
    long = {"long": "yes"} if length(protocol.row.tried) > _NEARLY else {}
    return await conversation.start(context, TRIED, {**about(protocol.row), **long})
