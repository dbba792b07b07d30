"""The explicit list of what the bot can do. A new command, dialog or button is one line here."""

from collections.abc import Sequence

from handlers import help as help_
from handlers.capability import Action, Command, Document, Example, Registry, Shortcut
from handlers.cases import asking, decide, forms, listing, numbered, propose, queue, replace, undo
from handlers.deviations import command as avvik
from handlers.deviations.handling import after, complete, forward, printable, questions, remember, settle, show, take
from handlers.deviations.handling import listing as deviations
from handlers.deviations.learning import files, pattern, tall
from handlers.deviations.reporting import direct, report
from handlers.dialogs import cancel
from handlers.meetings import listing as meetings
from handlers.people import choose_language
from handlers.people.context import Context
from handlers.understanding import suggestions, ways
from handlers.understanding.lines import Understanding
from handlers.writing.language import N_, _


async def _sak_examples(context: Context) -> Sequence[Example]:
    own = forms.open_committees(context)
    if not own:
        return (Example("/sak mine", _("sakene du har meldt")),)
    return (
        Example("/sak", _("meld en sak til et utvalg")),
        Example("/sak " + _("Felles opplæring i utskrivning"), _("det samme, med tittelen fylt ut")),
        Example("/sak mine", _("sakene du har meldt, og hva som skjer med dem")),
        Example("/sak liste " + own[0].name, _("neste saksliste")),
    )


async def _mote_examples(_context: Context) -> Sequence[Example]:
    return (Example("/mote", _("møtene, med frister for å melde saker")),)


_COMMANDS = (
    Command(
        name="sak",
        summary=N_("Meld en sak til et utvalg"),
        usage=N_("[tittel] | mine | liste [utvalg]"),
        run=propose.command,
        examples=_sak_examples,
        ways=ways.SAK,
        begin=propose.begin,
        begin_label=N_("Meld sak: {text}"),
        find=numbered.find,
    ),
    Command(
        name="avvik",
        summary=N_("Meld et avvik i samarbeidet mellom sykehus og kommune"),
        usage=N_("[beskrivelse] | mine | kø | direkte | tall [periode]"),
        run=avvik.command,
        examples=avvik.examples,
        ways=ways.AVVIK,
        begin=report.begin,
        begin_label=N_("Meld avvik: {text}"),
        find=avvik.find,
    ),
    Command(
        name="mote",
        aliases=("møte", "moter", "møter"),
        summary=N_("Kommende møter og frister"),
        run=meetings.command,
        examples=_mote_examples,
        ways=ways.MOTE,
    ),
    Command(
        name="sprak",
        aliases=("språk", "language"),
        summary=N_("Velg språk: bokmål, nynorsk eller engelsk"),
        usage=N_("[bokmål | nynorsk | engelsk]"),
        run=choose_language.command,
        examples=choose_language.examples,
        ways=ways.SPRAK,
    ),
)

_DIALOGS = (
    propose.PROPOSE,
    propose.CHANGE,
    asking.ASK,
    asking.ANSWER,
    decide.SEND_BACK,
    decide.LATER,
    decide.MOVE,
    replace.TAKE_OFF,
    replace.REPLACE,
    report.REPORT,
    complete.COMPLETE,
    forward.FORWARD,
    remember.REMEMBER,
    questions.ASK,
    questions.REPLY,
    questions.ADD,
    settle.ANSWER,
    settle.REJECT,
    after.ASK_AGAIN,
)

_ACTIONS = (
    Action(choose_language.ACTION, choose_language.choose),
    Action("sak.mine", listing.mine),
    Action("sak.ubehandlet", queue.waiting),
    Action("sak.vis", listing.show),
    Action(numbered.ACTION, numbered.show),
    Action("sak.endre", propose.change),
    Action("sak.trekk", propose.withdraw),
    Action("sak.godta", decide.accept),
    Action("sak.spor", asking.ask),
    Action("sak.svar", asking.answer),
    Action("sak.returner", decide.send_back),
    Action("sak.senere", decide.later),
    Action("sak.flytt", decide.move),
    Action("sak.av", replace.take_off),
    Action("sak.omplasser", replace.replace),
    Action("sak.angre", undo.undo),
    Action(cancel.DISCARD, cancel.discard),
    Action("mote.vis", meetings.coming),
    Action("avvik.direkte", direct.count),
    Action("avvik.tell", direct.add),
    Action("avvik.angre", direct.undo),
    Action("avvik.send", complete.send_as_is),
    Action("avvik.seover", complete.look_over),
    Action(tall.ACTION, tall.show),
    Action(pattern.ACTION, pattern.make_case),
    Action("avvik.mine", deviations.mine),
    Action("avvik.ko", deviations.queue),
    Action("avvik.vis", show.show),
    Action("avvik.skriv", printable.write_out),
    Action("avvik.ta", take.take),
    Action("avvik.slipp", take.release),
    Action("avvik.videre", forward.forward),
    Action("avvik.husk", remember.remember),
    Action("avvik.spor", questions.ask),
    Action("avvik.svar", questions.reply),
    Action("avvik.tillegg", questions.add),
    Action("avvik.besvar", settle.answer),
    Action("avvik.avvis", settle.reject),
    Action("avvik.sporigjen", after.ask_again),
    Action("avvik.vurder", after.rate),
    Action("avvik.trekk", after.withdraw),
    Action("avvik.varslet", after.considered),
    Action("avvik.varselsendt", after.sent),
)

_DOCUMENTS: tuple[Document, ...] = (*files.DOCUMENTS, printable.DOCUMENT)


_SHORTCUTS = (
    Shortcut(
        "avvik",
        label=N_("Meld som avvik"),
        summary=N_("Meld et avvik med teksten i meldingen som beskrivelse"),
        run=report.from_message,
    ),
)


def registry() -> Registry:
    """All of it. Raises `ValueError` if a text is longer than a platform shows, in any language."""
    own = (*_COMMANDS, cancel.command_for(_DIALOGS))
    commands = (*own, help_.command_for(own))
    understanding = Understanding(commands)
    actions = (*_ACTIONS, Action(suggestions.ACTION, understanding.choose))
    return Registry(commands, _DIALOGS, actions, _DOCUMENTS, _SHORTCUTS, understanding.answer)
