"""What a line leads to, also when it is no command: a slip of the hand, a plain sentence, a reference.

What only shows something is done at once. What would open a form, count or store something is asked about: «Mente du
…?», with a button that takes along what was written. Anything else gets the help, as an unknown word does.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from handlers.capability import Command, Way
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.understanding.meaning import (
    MOST_WORDS,
    PUNCTUATION,
    Hit,
    Word,
    fits,
    folded,
    folded_words,
    forms_in,
    is_question,
    says_little,
    says_something,
    slip_of,
    what_follows,
    words_of,
)
from handlers.understanding.suggestions import Suggestion, buttons, carried, named, question
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import _
from handlers.writing.text import clean
from handlers.writing.typed import typed

_BESIDES_IN_A_QUESTION = 2
"""So many words that say something may stand beside what is asked for: «hva er fristen for å melde en sak?». In what is
no question, as many as the words that ask: more is a text about something."""
_BESIDES_WHEN_ASKED = 2
"""The same where the person is asked, and only one word tells what they want."""
_WORTH_REPORTING = 3
"""A text of so many words may be something that somebody wants to report."""
_OBJECTS = folded_words(
    "sak saken saka saker sakene sakane avvik avviket avvika avvikene avvikane mine min mi mitt meg forslaget "
    "utkast utkastet møte møtet alt alle denne dette den det siste"
)
"""What may stand after a word that looks like an order: «slett saken», but not «slett journaltilganger»."""


_LEADING_SIGNS = tuple(":–—-,.;")


class _Guess(NamedTuple):
    command: Command
    way: Way
    hit: Hit


class Understanding:
    """Lines, over these commands. Among them is the help, `hjelp`."""

    def __init__(self, commands: Sequence[Command]) -> None:
        self._commands = {command.name: command for command in commands}
        self._called = {word: command for command in commands for word in (command.name, *command.aliases)}
        every = (asking for command in commands for way in command.ways for asking in way.asks)
        self._known = frozenset(word for asking in every for word in forms_in(asking))

    async def answer(self, context: Context, line: str) -> Reply:
        """What the line leads to. It is clean, and without identity numbers."""
        first, rest = (*line.split(maxsplit=1), "", "")[:2]
        bare = first.removeprefix("/").strip(PUNCTUATION).casefold()
        command = self._called.get(bare) or self._called.get(first)
        if command is not None and not (command.alone and _says_more(first, rest)):
            return await self._command(context, command, rest, asked=first.endswith("?") and not rest)
        reply = await self._found(context, line)
        if reply is not None:
            return reply
        words = words_of(line)
        # A word that people ask with, or say good day with, is no slip of another: «Avvikene blir ikke besvart».
        slip = "" if folded(bare) in self._known or says_little(bare) else slip_of(bare, self._called)
        if slip and self._called[slip].alone:
            # What throws something away is not done on a guess.
            slip = slip if not _says_more(first, rest) else ""
        if slip and not self._is_sentence(line, words):
            return await self._slip(context, self._called[slip], rest)
        return await self._sentence(context, line, words)

    async def choose(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """The button of a suggestion.

        Raises:
            Gone: it is not one of ours, or of an older version.
        """
        command = self._commands.get(arguments.get("command", ""))
        # A client may send anything for a button of ours.
        text = without_possible_numbers(clean(arguments.get("text", "")))
        if command is None or (text and command.begin is None):
            raise Gone(_("Knappen virker ikke lenger. Skriv {command}.").format(command=typed("hjelp")))
        if text and command.begin is not None:
            return await command.begin(context, text)
        return await command.run(context, without_possible_numbers(clean(arguments.get("rest", ""))))

    # --- a command -----------------------------------------------------------------------------------------

    async def _command(self, context: Context, command: Command, rest: str, *, asked: bool) -> Reply:
        """A command as it is called. `asked`: with a question mark, and nothing more."""
        if command.name == "hjelp":
            words = words_of(rest)
            guess = self._best(rest, words)
            if guess is not None and guess.hit.words > 1:
                return await self._guessed(context, rest, guess)
            return await command.run(context, "")
        if command.begin is None:
            return await command.run(context, rest)
        if asked:
            return question([self._suggestion(command, way) for way in command.ways[:1]])
        if rest.strip() == "?":
            return await self._help_with(context, command)
        text = rest.lstrip(PUNCTUATION) if rest.lstrip()[:1] in _LEADING_SIGNS else rest
        if text:
            reply = await self._in_the_place_of_a_text(context, command, text)
            if reply is not None:
                return reply
        return await command.run(context, text)

    async def _in_the_place_of_a_text(self, context: Context, command: Command, text: str) -> Reply:
        """What stands after a command and may be meant as something else than the text of a form; None: it is not."""
        if text.strip(PUNCTUATION).casefold() in {way.rest for way in command.ways if way.rest}:
            return await command.run(context, text.strip(PUNCTUATION))
        if text.split(maxsplit=1)[0].casefold() in {way.rest for way in command.ways if way.rest}:
            return await command.run(context, text)
        # What a command is called says what a bare number is: «sak 4».
        reply = await self._found(context, f"{command.name} {text}", begin=command)
        if reply is not None:
            return reply
        words = words_of(text)
        if len(text.split()) > 2 or not words or (len(words) > 1 and words[1].text not in _OBJECTS):
            return None
        if len(words) == 1 and words[0].text in self._called and self._called[words[0].text].name == "hjelp":
            return await self._help_with(context, command)
        meant = [self._suggestion(other, way) for other, way in self._ordered_by(command, words[0].text)]
        return self._asked_about(command, meant, text) if meant else None

    def _ordered_by(self, command: Command, word: str) -> Sequence[tuple[Command, Way]]:
        """What a word that looks like an order is one for: of this command, else of the others."""
        for exactly in (True, False):
            found = [(command, way) for way in command.ways if _orders(way, word, exactly=exactly)]
            found = found or [
                (other, way)
                for other in self._commands.values()
                for way in other.ways
                if other is not command and exactly and _orders(way, word, exactly=True)
            ]
            if found:
                return found
        return []

    def _asked_about(self, command: Command, meant: Sequence[Suggestion], text: str) -> Message:
        return question([*meant, *self._taking(command, text)], text=self._or_take(command, text))

    def _or_take(self, command: Command, text: str) -> str:
        return _("Eller skal «{text}» meldes? Da tar jeg det med i skjemaet.").format(text=named(text))

    def _taking(self, command: Command, text: str) -> Sequence[Suggestion]:
        """The command's form, with the text in it."""
        if command.begin is None or not carried(text):
            return ()
        return (Suggestion(_(command.begin_label).format(text=named(text)), command.name, text=text),)

    async def _help_with(self, context: Context, command: Command) -> Message:
        lines = "\n".join(f"{each.line()} – {each.meaning}" for each in await command.examples(context))
        return Message(title=_("Dette kan du skrive"), text=lines)

    # --- no command ----------------------------------------------------------------------------------------

    async def _found(self, context: Context, text: str, begin: Command | None = None) -> Reply:
        """What a reference in the text leads to. `begin`: where there is none, the text may be meant for its form."""
        for command in self._commands.values():
            reply = await command.find(context, text) if command.find is not None else None
            if isinstance(reply, Message) and begin is not None and not reply.facts and not reply.sections:
                return reply.model_copy(update={"buttons": (*reply.buttons, *buttons(self._taking(begin, text)))})
            if reply is not None:
                return reply
        return None

    async def _slip(self, context: Context, command: Command, rest: str) -> Reply:
        """A command written with a slip."""
        first = rest.split(maxsplit=1)[0].casefold() if rest else ""
        way = next((way for way in command.ways if way.rest == first), None)
        if command.alone:
            return question([Suggestion(_(command.summary), command.name)])
        if command.begin is None or (way is not None and way.shows):
            return await command.run(context, rest)
        if way is not None:
            return question([self._suggestion(command, way)])
        if not rest:
            return question([self._suggestion(command, way) for way in command.ways[:1]])
        meant = Suggestion(_(command.begin_label).format(text=named(rest)), command.name, text=carried(rest))
        return question([meant], text=_too_long(rest))

    def _is_sentence(self, line: str, words: Sequence[Word]) -> bool:
        """Whether the whole says more than a first word that may be a slip does."""
        guess = self._best(line, words)
        return guess is not None and (guess.hit.words > 1 or guess.way.shows)

    async def _sentence(self, context: Context, line: str, words: Sequence[Word]) -> Reply:
        guess = self._best(line, words)
        if guess is not None:
            return await self._guessed(context, line, guess)
        helping = self._commands["hjelp"]
        if not says_something(words):
            # «Hei du», «kan du»: nothing to complain of.
            return await helping.run(context, "" if words or not line.strip(PUNCTUATION) else line)
        reply = await helping.run(context, line)
        if len(line.split()) < _WORTH_REPORTING or not isinstance(reply, Message):
            return reply
        offers = [each for command in self._commands.values() for each in self._taking(command, line)]
        if not offers:
            return reply
        labels = {command.name: _(command.ways[0].label) for command in self._commands.values() if command.ways}
        offers = [each._replace(label=labels[each.command]) for each in offers]
        said = _("Ville du melde det du skrev? Trykk på en knapp, så tar jeg det med i skjemaet.")
        return reply.model_copy(
            update={"text": f"{said}\n\n{reply.text}", "buttons": (*buttons(offers), *reply.buttons)}
        )

    async def _guessed(self, context: Context, line: str, guess: _Guess) -> Reply:
        command, way, hit = guess
        if way.shows:
            return await command.run(context, way.rest)
        if command.begin is None or way.rest:
            return question([self._suggestion(command, way)])
        text = what_follows(line, hit.end)
        if not text:
            return question([self._suggestion(command, way)])
        taken = Suggestion(_(command.begin_label).format(text=named(text)), command.name, text=carried(text))
        return question([taken], text=_too_long(text))

    def _best(self, line: str, words: Sequence[Word]) -> _Guess | None:
        """What the line most probably asks for; None: it cannot be told."""
        if len(words) > MOST_WORDS:
            return None
        asked = is_question(line, words)
        found = list(self._guesses(words, asked=asked))
        if asked:
            # Who asks when the deadline is for reporting a case wants to know it, not to report one.
            found = [guess for guess in found if guess.way.shows] or found
        return max(found, key=lambda guess: (guess.hit.words, -guess.hit.besides), default=None)

    def _guesses(self, words: Sequence[Word], *, asked: bool) -> Iterator[_Guess]:
        for command in self._commands.values():
            for way in command.ways:
                for asking in way.asks:
                    hit = fits(words, asking, self._known)
                    if hit is not None and _is_likely(way, hit, asked=asked):
                        yield _Guess(command, way, hit)

    def _suggestion(self, command: Command, way: Way) -> Suggestion:
        return Suggestion(_(way.label), command.name, rest=way.rest)


def _says_more(first: str, rest: str) -> bool:
    """Whether so much follows the first word that the whole is a text: «Stopp av medisin ble ikke formidlet»."""
    return not first.startswith("/") and len(rest.split()) >= _WORTH_REPORTING - 1


def _orders(way: Way, word: str, *, exactly: bool) -> bool:
    own = tuple(filter(None, (way.rest, *way.words)))
    return word in map(folded, own) if exactly else bool(slip_of(word, own))


def _is_likely(way: Way, hit: Hit, *, asked: bool) -> bool:
    if way.shows:
        return hit.besides <= max(hit.words, _BESIDES_IN_A_QUESTION if asked else 1)
    return hit.words > 1 or hit.besides <= _BESIDES_WHEN_ASKED


def _too_long(text: str) -> str:
    if carried(text):
        return ""
    return _("Det du skrev, er for langt til at en knapp kan ta det med. Kopier det, og lim det inn i skjemaet.")
