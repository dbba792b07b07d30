"""The identity guard in front of every form: what it says, what it asks, and what the person has answered.

What is an identity number and what may be about a patient is told by `handlers.writing.identity`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from handlers.dialogs.dialog import Answers, FormField, LongText, Raw, Step, Text, YesNo
from handlers.writing import identity
from handlers.writing.identity import Doubt, Kind
from handlers.writing.language import N_, _
from handlers.writing.text import shorten

CONFIRM = "no_patient"
"""The field that is added to a form with doubts."""
_ASKED_AT_ONCE = 10
"""Of each field: no more than a person reads before they tick."""
_NAMED_LENGTH = 60
_SHOWN_LENGTH = 200

_LOOKS_LIKE = {
    Kind.NUMBER: N_("et fødselsnummer"),
    Kind.NAME: N_("navnet på en pasient eller pårørende"),
    Kind.BIRTH: N_("en fødselsdato eller et personnummer"),
    Kind.LONG_NUMBER: N_("et fødselsnummer eller et kontonummer"),
    Kind.PHONE: N_("et telefonnummer"),
    Kind.EMAIL: N_("en e-postadresse"),
}


def storable(raw: Raw, *, being_typed: bool = False) -> Raw:
    """Raw answers as they may be stored before the person has answered for them: without anything that may be an
    identity number, and if they are `being_typed`, without the beginning of one."""
    return _each(raw, partial(identity.without_possible_numbers, being_typed=being_typed))


def without_numbers(raw: Raw, but: Sequence[str] = ()) -> Raw:
    """Raw answers without what is written as an identity number, as they may be shown to whoever wrote them.

    `but`: what they have said is none.
    """
    return _each(raw, partial(identity.without_numbers, but=but))


def _each(raw: Raw, clear: Callable[[str], str]) -> Raw:
    def cleared(value: Any) -> Any:
        if isinstance(value, list):
            return [cleared(item) for item in value]
        return clear(value) if isinstance(value, str) else value

    return {name: cleared(value) for name, value in raw.items()}


def it_was_none() -> str:
    """What the button is called that puts back what was taken out."""
    return _("Det var ikke et fødselsnummer")


def removed(*, for_good: bool = False) -> str:
    """What is said where an identity number was taken out; `for_good`: it cannot be put back."""
    said = _(
        "Jeg tok bort et tall som kan være et fødselsnummer, så det er ikke lagret. Trenger noen å vite hvem pasienten "
        "er, bruk saksreferansen, og oppgi identitet i den godkjente kanalen."
    )
    if for_good:
        return said
    undo = _("Var det noe annet, trykk «{button}», så settes det inn igjen.").format(button=it_was_none())
    return f"{said} {undo}"


def removed_from_line() -> str:
    """What is said where something was taken out of a line that is no text to be stored."""
    return _(
        "Jeg tok bort noe som kan være et fødselsnummer, før jeg leste resten. Står det tall tett på hverandre, kan "
        "du skrive dem hver for seg, med et ord mellom."
    )


def gone() -> str:
    """What is said where something was kept out of a text, and is not in memory any more."""
    return _(
        "Her sto det noe som kan være et fødselsnummer, så det ble ikke lagret, og nå har jeg det ikke lenger. Skriv "
        "det på nytt hvis det var noe annet."
    )


def was_removed(values: Iterable[Any]) -> bool:
    """Whether a number was taken out of one of these texts."""
    return any(identity.REMOVED in str(value) for value in values)


def open_doubts(step: type[Step], answers: Answers) -> Mapping[str, Sequence[Doubt]]:
    """What the person is to be asked about in the texts of this step, by field: all that is not confirmed."""
    every_name = step.asks_of_every_name(answers)
    found = {
        name: [
            doubt
            for doubt in text_doubts(answers.raw.get(name), every_name=every_name)
            if doubt.text not in answers.confirmed.get(name, ())
        ][:_ASKED_AT_ONCE]
        for name, widget, _required in step.widgets()
        if isinstance(widget, Text | LongText)
    }
    return {name: each for name, each in found.items() if each}


def text_doubts(value: Any, *, every_name: bool = False) -> Sequence[Doubt]:
    return identity.doubts(value, every_name=every_name) if isinstance(value, str) else ()


def question(found: Sequence[Doubt]) -> str:
    """Asked about the first of these."""
    if found[0].kind == Kind.NUMBER:
        return _(
            "Er dette et fødselsnummer? Sifrene i «{text}» kan leses som ett, så de er ikke lagret ennå. Ta dem bort, "
            "eller kryss av i ruten under hvis de betyr noe annet."
        ).format(text=shorten(found[0].text, _SHOWN_LENGTH))
    return _(
        "Er dette en pasientopplysning? «{text}» ser ut som {what}. Ta det bort, eller kryss av i ruten under hvis det "
        "ikke handler om en pasient."
    ).format(text=found[0].text, what=_(_LOOKS_LIKE[found[0].kind]))


def confirm_field(asked: Sequence[str]) -> FormField:
    """The box to tick where something is not about a patient. It is about what it names, and nothing else.

    A statement that stands alone, whether a surface writes it beside the box or above one called «Ja».
    """
    named = [f"«{shorten(text, _NAMED_LENGTH)}»" for text in dict.fromkeys(asked)]
    if len(named) == 1:
        label = _("{text} er ikke opplysninger om en pasient").format(text=named[0])
    else:
        label = _("Ingen av disse er opplysninger om en pasient: {texts}").format(texts=", ".join(named))
    return FormField(name=CONFIRM, widget=YesNo(label), label=label, value="false", required=False)


def place_of_box(fields: Sequence[FormField], asked: Sequence[str]) -> int:
    """Where among the fields the box stands: right below the last one that it concerns."""
    concerned = [
        place
        for place, field in enumerate(fields)
        if isinstance(field.value, str) and any(text in field.value for text in asked)
    ]
    return concerned[-1] + 1 if concerned else len(fields)


def confirmed(
    before: Mapping[str, Sequence[str]], asked: Mapping[str, Sequence[str]], texts: Mapping[str, Any]
) -> Mapping[str, Sequence[str]]:
    """What the person has said is not about a patient, by field, now that they have ticked the box.

    Only what they were asked about, and what still stands in the texts.
    """
    still = {
        name: {doubt.text for doubt in text_doubts(texts.get(name), every_name=True)} for name in {**before, **asked}
    }
    found = {
        name: sorted(there.intersection([*before.get(name, ()), *asked.get(name, ())])) for name, there in still.items()
    }
    return {name: each for name, each in found.items() if each}
