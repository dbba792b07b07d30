"""What tells two wishes apart can only be seen side by side: every asking is tried among those of every command."""

from itertools import product

import pytest

from handlers.capabilities import registry
from handlers.capability import Command, Way
from handlers.understanding.meaning import fits, folded, words_of

COMMANDS = list(registry().commands.values())
ASKINGS = [(command, way, asking) for command in COMMANDS for way in command.ways for asking in way.asks]


def lines_of(asking: str) -> list[str]:
    """What people write for it, in each form of its words; no more than so many of them."""
    every = [" ".join(words) for words in product(*(forms.split("|") for forms in asking.split()))]
    return every[:: max(1, len(every) // 40)]


def best(line: str) -> list[tuple[Command, Way]]:
    """The ways that the line asks for by most words and with fewest besides, as `Understanding` weighs them."""
    hits = [(command, way, fits(words_of(line), asking)) for command, way, asking in ASKINGS]
    found = [(command, way, hit) for command, way, hit in hits if hit is not None]
    most = max((hit.words, -hit.besides) for _command, _way, hit in found)
    return [(command, way) for command, way, hit in found if (hit.words, -hit.besides) == most]


@pytest.mark.parametrize(("command", "way", "asking"), ASKINGS, ids=lambda each: each if isinstance(each, str) else "")
def test_an_asking_leads_to_its_own_way_and_to_no_other(command: Command, way: Way, asking: str) -> None:
    for line in lines_of(asking):
        assert {(found.name, other.rest) for found, other in best(line)} == {(command.name, way.rest)}, line


def test_no_two_ways_of_a_command_are_ordered_by_the_same_word() -> None:
    for command in COMMANDS:
        words = [word for way in command.ways for word in {folded(own) for own in (way.rest, *way.words) if own}]
        assert sorted(words) == sorted(set(words)), command.name
