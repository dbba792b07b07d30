"""`/sprak`: in which language somebody is spoken to."""

from collections.abc import Mapping, Sequence

from handlers.capability import Example
from handlers.chosen_language.actions import Do
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Button, Message
from handlers.people.context import Context
from handlers.writing.language import LANGUAGES, _, current, of_locale, speak, speaking
from handlers.writing.text import shorten
from handlers.writing.typed import typed
from storage import people
from storage.tables import LanguageFrom

NAMES: Mapping[str, str] = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
"""What each language calls itself: whoever reads nothing else finds theirs."""
_ALSO: Mapping[str, Sequence[str]] = {
    "nb": ("bokmål", "bokmal", "norsk", "norwegian"),
    "nn": ("nynorsk",),
    "en": ("english", "engelsk"),
}


def named(text: str) -> str:
    """The language that was written: by its name in any of them, or as a tag; empty: none of these."""
    word = text.strip(" .,!«»\"'").casefold()
    return next((language for language, names in _ALSO.items() if word in names), "") or of_locale(word)


async def command(context: Context, text: str) -> Reply:
    """`/sprak [språk]`: the languages to choose from, or the one that was written is chosen at once."""
    language = named(text)
    if language:
        return await _speak(context, language)
    return _choices(unknown=text)


async def choose(context: Context, arguments: Mapping[str, str]) -> Reply:
    """A language's button."""
    language = arguments.get("language", "")
    if language not in LANGUAGES:
        return _choices()
    return (await _speak(context, language)).model_copy(update={"replace": True})


async def _speak(context: Context, language: str) -> Message:
    await people.set_language(context.session, context.actor.person_id, language, LanguageFrom.PERSON)
    # For the rest of the task: what is answered here, and how the surface draws it.
    speak(language)
    return Message(
        title=_("Nå skriver jeg bokmål"),
        text=_("Det gjelder her og alle andre steder du møter meg. Det jeg har sendt før, blir stående som det er."),
        buttons=_buttons(besides=language),
    )


def _choices(unknown: str = "") -> Message:
    said = _("Jeg kjenner ikke språket «{text}».").format(text=shorten(unknown, 40)) if unknown else ""
    return Message(
        title=_("Hvilket språk vil du ha?"),
        text=" ".join(filter(None, [said, _("Nå skriver jeg bokmål.")])),
        buttons=_buttons(besides=current()),
        small=_("Du kan også skrive {command}.").format(command=typed("sprak nynorsk")),
    )


def _buttons(besides: str) -> tuple[Button, ...]:
    return tuple(
        Button(label=NAMES[language], action=Do.CHOOSE, arguments={"language": language})
        for language in LANGUAGES
        if language != besides
    )


def in_other_languages() -> str:
    """How to choose another language than this one, each time in the language that it leads to."""
    lines = []
    for language in LANGUAGES:
        if language != current():
            with speaking(language):
                lines.append(_("Vil du ha bokmål? Skriv {command}.").format(command=typed(f"sprak {language}")))
    return " ".join(lines)


async def examples(_context: Context) -> Sequence[Example]:
    return (Example("/sprak", _("velg bokmål, nynorsk eller engelsk")),)
