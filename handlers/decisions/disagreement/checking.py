"""Looking over the anonymised copy before it may be fetched: what it says, what may be a name in it, and what else the
secretariat takes out."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from handlers.decisions.disagreement import at_hand, happen, page, words
from handlers.decisions.disagreement.actions import Do, about, button
from handlers.decisions.disagreement.at_hand import Protocol
from handlers.decisions.disagreement.document.values import Anonymous, gather, masked, names, without_who
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choices, Dialog, LongText, Note, Option, Raw, Reply, Step
from handlers.errors import NotAllowed
from handlers.messages import paging
from handlers.messages.arguments import id_in
from handlers.messages.message import Confirm, Message, Section
from handlers.people.context import Context
from handlers.writing.language import DEFAULT, N_, _, ngettext, speaking
from handlers.writing.text import length

_PIECE = 1500
"""A longer text is shown in several pieces."""
_MOST = 60
"""So many words are offered at once; the rest when these are settled."""
_MARK = "⟦{}⟧"
"""Around what may be a name."""


async def _copy(context: Context, protocol: Protocol) -> Anonymous:
    with speaking(DEFAULT):
        filled = without_who(context, await gather(context.session, protocol))
    return await asyncio.to_thread(masked, filled, await names(context, protocol))


async def _to_check(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Protocol:
    """The protocol, for the secretariat, once the parties read each other; a closed one too.

    Raises:
        Gone, NotAllowed: says why not.
    """
    protocol = await at_hand.to_prepare(context, arguments, lock=lock, also_closed=True)
    if not protocol.is_shown:
        raise NotAllowed(
            _("Protokollen kan hentes når begge partene har skrevet, eller når sekretariatet har åpnet for å lese.")
        )
    return protocol


async def check(context: Context, arguments: Mapping[str, str]) -> Reply:
    """All that the copy says, a page at a time, with marks around what may be a name."""
    protocol = await _to_check(context, arguments)
    return _shown(protocol, await _copy(context, protocol), arguments)


def _shown(protocol: Protocol, copy: Anonymous, arguments: Mapping[str, str], *, said: str = "") -> Message:
    sections = list(_sections(copy))
    at = min(paging.offset(arguments), max(0, len(sections) - 1) // paging.SIZE * paging.SIZE)
    shown = sections[at : at + paging.SIZE + 1]
    count = len(copy.doubtful)
    text = ngettext(
        "{count} ord kan være et navn eller sted som jeg ikke kan avgjøre. Det står mellom ⟦ og ⟧.",
        "{count} ord kan være navn eller steder som jeg ikke kan avgjøre. De står mellom ⟦ og ⟧.",
        count,
    ).format(count=count)
    if not count:
        text = _("Jeg finner ikke flere navn eller steder. Les likevel gjennom før du godkjenner.")
    is_checked = protocol.row.checked_revision == protocol.row.revision
    question = _("Har du lest hele kopien, og står det ingenting igjen som viser hvem eller hvor det gjelder?")
    if count:
        question = ngettext(
            "{count} markert ord blir stående i kopien. Har du lest hele, og er det i orden?",
            "{count} markerte ord blir stående i kopien. Har du lest hele, og er det i orden?",
            count,
        ).format(count=count)
    ready = button(
        Do.CHECKED,
        _("Kopien er i orden"),
        protocol.row,
        style="primary",
        seen=protocol.row.revision,
        confirm=Confirm(text=question, yes=_("Ja, den er i orden")),
    )
    state = _("Kopien er sett over, og kan hentes fra protokollen.") if is_checked else ""
    return Message(
        title=words.title(protocol, _("Anonymisert kopi: {case}")),
        text="\n\n".join(
            filter(None, (said, text, state, paging.place(at, len(paging.page_of(shown)), len(sections))))
        ),
        sections=tuple(paging.page_of(shown)),
        buttons=(
            *paging.buttons(shown, Do.CHECK, about(protocol.row, page=at // paging.SIZE)),
            button(Do.MASK, _("Ta ut flere ord"), protocol.row),
            *(() if is_checked else (ready,)),
            words.show(protocol, _("Tilbake til protokollen")),
        ),
        replace=True,
    )


def _sections(copy: Anonymous) -> Iterator[Section]:
    found = copy.values
    parties = [(each["part"], each["syn"], each["krav"]) for each in found["parter"]]
    texts = [
        (_("Sak"), found["sak"]),
        (_("Konklusjon"), "\n".join(found["vedtak"])),
        *(
            pair
            for party, view, wishes in parties
            for pair in (
                (_("Synet til {party}").format(party=words.in_text(party)), view),
                (_("{party} ber om").format(party=party), wishes),
            )
        ),
        (_("Hva som er forsøkt"), found["forsokt"]),
        (_("Hva det kom til"), found["utfall"]),
        (_("Forløp"), "\n".join(found["forlop"])),
    ]
    for title, text in texts:
        for piece in _pieces(_marked(text, copy.doubtful)):
            yield Section(title=title, text=piece)


def _marked(text: str, doubtful: Sequence[str]) -> str:
    if not doubtful or not text:
        return text
    each = "|".join(map(re.escape, sorted(doubtful, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{each})(?!\w)", lambda found: _MARK.format(found[0]), text)


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces, broken between lines or words."""
    while length(text) > _PIECE:
        at = max(text.rfind("\n", 0, _PIECE), text.rfind(" ", 0, _PIECE))
        at = at if at > _PIECE // 2 else _PIECE
        yield text[:at]
        text = text[at:].lstrip()
    if text:
        yield text


# --- taking out more --------------------------------------------------------------------------------------------


async def _which(context: Context, answers: Answers) -> str:
    return words.title(await _to_check(context, answers.arguments))


async def _offered(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    """What may be a name, in the order in which it stands there."""
    if "copy" not in answers.found:
        answers.found["copy"] = await _copy(context, await _to_check(context, answers.arguments))
    copy: Anonymous = answers.found["copy"]
    return [Option(each.replace(",", " "), each) for each in copy.doubtful[:_MOST]]


class Mask(Step):
    """Hva som skal ut av den anonymiserte kopien."""

    about = About(title=N_("Ta ut flere ord"), submit=N_("Ta ut"))
    which: Annotated[None, Note("", text=_which)] = None
    doubtful: Annotated[
        list[str],
        Choices(N_("Ord som kan være navn eller steder"), help=N_("Kryss av for dem som skal ut."), options=_offered),
    ] = Field(default_factory=list)
    others: Annotated[
        str,
        LongText(
            N_("Andre ord som skal ut"),
            help=N_("Ett på hver linje. Ta bort et ord her, så blir det stående."),
        ),
    ] = ""


async def _chosen_now(context: Context, arguments: Mapping[str, str]) -> Raw:
    protocol = await _to_check(context, arguments)
    return {"others": "\n".join(protocol.row.masked_words or ()) or None}


async def _masked(context: Context, answers: Answers) -> Message:
    protocol = await _to_check(context, answers.arguments, lock=True)
    step = answers[Mask]
    before = list(protocol.row.masked_words or ())
    begun = str(answers.prefilled.get("others") or "").splitlines()
    typed = [" ".join(line.split()) for line in step.others.splitlines()]
    # What somebody else has taken out meanwhile stays out.
    others = [each for each in before if each not in begun]
    wanted = list(dict.fromkeys(each for each in (*typed, *others, *step.doubtful) if each))
    if wanted != before:
        protocol.row.masked_words = wanted
        protocol.row.revision += 1
        protocol = await happen.record(
            context, await at_hand.again(context, protocol), "masked", draft_id=answers.draft_id
        )
    return _shown(protocol, await _copy(context, protocol), {}, said=_("Lagret."))


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await _to_check(context, arguments)


MASK = Dialog(name="uenighet.ord", steps=(Mask,), finish=_masked, prefill=_chosen_now, still=_still)


async def mask(context: Context, arguments: Mapping[str, str]) -> Reply:
    protocol = await _to_check(context, arguments)
    return await conversation.start(context, MASK, about(protocol.row))


async def checked(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The secretariat has looked over the copy as it is: it may be fetched until something in it changes."""
    protocol = await _to_check(context, arguments, lock=True)
    row = protocol.row
    if id_in(arguments.get("seen", "")) != row.revision:
        copy = await _copy(context, protocol)
        return _shown(protocol, copy, {}, said=_("Protokollen er endret siden du så på kopien. Les den på nytt."))
    if row.checked_revision != row.revision:
        row.checked_revision, row.checked_at, row.checked_by_id = row.revision, context.now, context.actor.person_id
        protocol = await happen.record(context, protocol, "checked")
    return page.done(context, protocol, _("Den anonymiserte kopien kan hentes."))
