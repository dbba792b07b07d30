"""What somebody probably means by a word or a sentence. Pure: no guess is acted on here.

Words are compared as they sound to a keyboard without æ, ø and å, in any case. What is long is not a command: only the
beginning of a text is looked at, so that no text takes long.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from handlers.patterns import pattern_of

LONGEST_WORD = 30
MOST_WORDS = 30
_BEGINNING = 600
"""Characters. More words than any sentence to a bot has are not looked at."""

PUNCTUATION = " \t\n.,;:!?…«»\"'()[]-–—*_`"
_WORD = pattern_of(r"[^\W_]+(?:[-'][^\W_]+)*")
_FOLDED = str.maketrans({"ø": "o", "ö": "o", "å": "a", "æ": "a", "ä": "a"})


def folded(word: str) -> str:
    return word.casefold().translate(_FOLDED)


def folded_words(text: str) -> frozenset[str]:
    return frozenset(folded(word) for word in text.split())


_SAYING_LITTLE = """
    hei hallo heisann hi hello god morgen dag takk vennligst snill vær ver so så please thanks
    jeg eg du vi dere de meg deg oss man en ei et eit den det dei dette denne i me you we the a an my our
    kan kunne kunna vil ville skal skulle må bør ønsker ønskjer trenger treng har hadde er blir vert var få får
    can could want would like need to is are do does have get
    å og eller på til for fra frå av om med ved hos under over ut inn opp ned som at nå no da då her der
    of in on at from about and or for
    når hva kva hvor kor hvordan korleis hvem kven hvilken hvilke kva tid when what where how who which
    neste denne dette uke uka veke veka igjen bare berre noe noko noen nokon litt også òg
    vis vise se sjå finn finne fortell hent gi gje show see find tell give next
    nye gamle alle all any
"""
_LITTLE = folded_words(_SAYING_LITTLE)
"""Words that say nothing of what is wanted, in the bot's three languages."""
_ASKING = folded_words(
    "når hva kva hvor kor hvordan korleis hvem kven hvilken hvilke kan when what where how who which"
)


class Word(NamedTuple):
    """A word of a text, and where it ends."""

    text: str
    end: int


def words_of(text: str) -> Sequence[Word]:
    """The first words of `text`, folded."""
    found = []
    for match in _WORD.finditer(text[:_BEGINNING]):
        found.append(Word(folded(match[0]), match.end()))
        if len(found) > MOST_WORDS:
            break
    return found


def says_little(word: str) -> bool:
    """Whether the word tells nothing of what is wanted."""
    return folded(word) in _LITTLE


def says_something(words: Iterable[Word]) -> list[Word]:
    """Those of these words that tell what is wanted."""
    return [word for word in words if word.text not in _LITTLE]


_OF_A_CASE = folded_words(
    "sak saken saka saksnr saksnummer nr nummer avvik avviket referanse status skjer skjedde hender går det med svar "
    "åpne opne case vedtak vedtaket møtet ble blei vart vedtatt vedtatte vedteke vedtekne bestemt avgjort besluttet "
    "konklusjon konklusjonen følges følgt fulgt opp står"
)


def only_asks_for(text: str, reference: str) -> bool:
    """Whether all that stands beside `reference` in `text` asks what it leads to: «hva skjer med AVV-2026-0007?»."""
    besides = text.replace(reference, " ", 1)
    return all(word.text in _LITTLE or word.text in _OF_A_CASE for word in words_of(besides))


def is_question(text: str, words: Sequence[Word]) -> bool:
    return text.rstrip().endswith("?") or any(word.text in _ASKING for word in words[:3])


# --- slips of the hand -------------------------------------------------------------------------------------


def slip_of(word: str, targets: Iterable[str]) -> str:
    """Which of these words `word` is, or is a slip of; empty: none, or it cannot be told."""
    word = folded(word)
    if not 3 <= len(word) <= LONGEST_WORD:
        return ""
    near = []
    for target in targets:
        distance = _distance(word, folded(target))
        if distance is not None:
            near.append((distance, target))
    near.sort(key=lambda item: item[0])
    return near[0][1] if near else ""


def _distance(word: str, target: str) -> int | None:
    """How many slips lead from `target` to `word`; None: so many that it is another word."""
    if word == target:
        return 0
    if len(target) < 3:
        return None
    if len(target) == 3:
        # A letter twice, or one more at the end: any other slip in so short a word makes a word of its own («smak»).
        slips = {target + word[-1], *(target[:place] + letter + target[place:] for place, letter in enumerate(target))}
        return 1 if word in slips else None
    most = 2 if len(target) >= 7 or (len(target) >= 5 and word[:2] == target[:2]) else 1
    if len(target) == 4 and word[0] != target[0]:
        return None
    distance = _slips(word, target, most)
    return distance if distance <= most else None


def _slips(word: str, target: str, most: int) -> int:
    """Letters that are wrong, missing, too many, or have changed places; more than `most`: that many and one."""
    # 2.6 MB: only where somebody's word is no command.
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    return OSA.distance(word, target, score_cutoff=most)


# --- sentences ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hit:
    """How well a text fits what somebody might ask for.

    `words`: how many words of the asking it has; `besides`: how many that say something, and belong to nothing asked
    for; `end`: where the asking ends in the text.
    """

    words: int
    besides: int
    end: int


def forms_in(asking: str) -> frozenset[str]:
    """Every word that an asking knows, folded."""
    return frozenset(folded(form) for forms in asking.split() for form in forms.split("|"))


def fits(text: Sequence[Word], asking: str, known: Collection[str] = ()) -> Hit | None:
    """Whether all of `asking` is in the text, in any order. `asking`: words with spaces between, each as one or more
    forms (`melde|meld sak|saken`). `known`: words that are right as they are, and no slip of another."""
    found: list[Word] = []
    for forms in asking.split():
        alternatives = [folded(form) for form in forms.split("|")]
        hit = next((word for word in text if word not in found and _is_one_of(word.text, alternatives, known)), None)
        if hit is None:
            return None
        found.append(hit)
    besides = [word for word in says_something(text) if word not in found]
    return Hit(len(found), len(besides), max(word.end for word in found))


def _is_one_of(word: str, forms: Sequence[str], known: Collection[str]) -> bool:
    """Exactly, or for a word long enough to be known again, with one slip."""
    if word in forms:
        return True
    if word in known or word in _LITTLE or not 5 <= len(word) <= LONGEST_WORD:
        return False
    return any(len(form) >= 5 and _slips(word, form, 1) <= 1 for form in forms)


_LEADING = frozenset(["om", "at", "angaende", "vedrorende", "gjelder", "gjeld", "ang", "vedr", "about"])


def what_follows(text: str, end: int) -> str:
    """What is written after the place where the asking ends: «… en sak om felles opplæring» → «felles opplæring»."""
    rest = text[end:].strip(PUNCTUATION)
    for _word in ("om", "at"):
        first, _space, more = rest.partition(" ")
        if folded(first.strip(PUNCTUATION)) in _LEADING:
            rest = more.strip(PUNCTUATION)
    if not says_something(words_of(rest)):
        return ""
    return rest[:1].upper() + rest[1:]
