"""Cases: proposed with `/sak`, decided on by the secretariat."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command, Example, Find, Shortcut
from handlers.cases import (
    asking,
    decide,
    forms,
    home,
    listing,
    numbered,
    owed,
    propose,
    queue,
    replace,
    undelivered,
    undo,
    word,
)
from handlers.cases.actions import Do
from handlers.cases.ways import WAYS
from handlers.messages.message import Section
from handlers.people.access import DECIDERS
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.typed import typed
from storage.something import Thing


async def _examples(context: Context) -> Sequence[Example]:
    own = forms.open_committees(context)
    if not own:
        return (Example("/sak mine", _("sakene du har meldt")),)
    return (
        Example("/sak", _("meld en sak til et utvalg")),
        Example("/sak " + _("Felles opplæring i utskrivning"), _("det samme, med tittelen fylt ut")),
        Example("/sak mine", _("sakene du har meldt, og hva som skjer med dem")),
        Example("/sak liste " + own[0].name, _("neste saksliste")),
    )


async def _help(context: Context) -> Sequence[Section]:
    if not any(context.actor.has_role(committee, *DECIDERS) for committee in context.actor.roles):
        return ()
    text = _(
        "Du får en melding for hvert forslag, med knapper for å sette saken på sakslisten, be om mer, "
        "ta den senere, sende den til et annet utvalg eller sende den tilbake. "
        "{command} viser også det som venter på dere."
    )
    return (Section(title=_("For sekretariatet"), text=text.format(command=typed("sak liste"))),)


def over(find: Find) -> Capability:
    """What is done with cases. `find`: what a reference to one leads to."""
    return Capability(
        name="sak",
        about="item",
        commands=(
            Command(
                name="sak",
                summary=N_("Meld en sak til et utvalg"),
                usage=N_("[tittel] | mine | liste [utvalg]"),
                run=propose.command,
                examples=_examples,
                ways=WAYS,
                begin=propose.begin,
                begin_label=N_("Meld sak: {text}"),
                find=find,
            ),
        ),
        dialogs=(
            propose.PROPOSE,
            propose.CHANGE,
            asking.ASK,
            asking.ANSWER,
            decide.SEND_BACK,
            decide.LATER,
            decide.MOVE,
            replace.TAKE_OFF,
            replace.REPLACE,
            word.WORD,
            word.FILE,
        ),
        does=Do,
        actions=(
            Action(Do.PROPOSE, propose.propose, whole=True),
            Action(Do.MINE, listing.mine, whole=True),
            Action(Do.QUEUE, queue.waiting, whole=True),
            Action(Do.SHOW, listing.show),
            Action(Do.SHOW_NUMBERED, numbered.show),
            Action(Do.CHANGE, propose.change),
            Action(Do.WITHDRAW, propose.withdraw),
            Action(Do.ACCEPT, decide.accept),
            Action(Do.ASK, asking.ask),
            Action(Do.ANSWER, asking.answer),
            Action(Do.SEND_BACK, decide.send_back),
            Action(Do.LATER, decide.later),
            Action(Do.MOVE, decide.move),
            Action(Do.TAKE_OFF, replace.take_off),
            Action(Do.REPLACE, replace.replace),
            Action(Do.UNDO, undo.undo),
            Action(Do.WORD, word.word),
            Action(Do.FILE, word.file),
        ),
        shortcuts=(
            Shortcut(
                "sak",
                label=N_("Lag sak av dette"),
                summary=N_("Meld en sak til et utvalg, med teksten i meldingen som tittel eller formål"),
                run=propose.from_message,
                links=True,
            ),
            Shortcut(
                "sak.ny",
                label=N_("Meld sak"),
                summary=N_("Meld en sak til et utvalg"),
                run=propose.begin,
                on_message=False,
            ),
        ),
        home=home.home,
        queues=home.queues,
        begins=home.begins,
        theirs=home.theirs,
        foresees=home.foresees,
        thing=Thing.CASES,
        owes=owed.owes,
        help=_help,
        subjects={"item": undelivered.about},
    )
