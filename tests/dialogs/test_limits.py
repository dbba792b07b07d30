"""What a platform would refuse is refused when the program starts, in every language."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Annotated, Any

import pytest
from pydantic import create_model

from config.translations import catalogs
from handlers.dialogs.dialog import About, Answers, Choice, Choices, Dialog, LongText, Option, Step, Text, Widget
from handlers.limits import ANYWHERE, PAGE, SLACK, TEAMS, UNBOUNDED, Limits, strictest
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.registry import Registry
from handlers.writing import language
from tests.everything import capability, few

X = "x"


async def finish(_context: Context, _answers: Answers) -> Message:
    return Message(title="Ferdig")


def dialog(widget: Widget, about: About | None = None) -> Dialog:
    made: Any = create_model("Screen", __base__=Step, field=(Annotated[str, widget], ...))
    made.about = about or About(title="Tittel", submit="Send")
    return Dialog(name="prove.lite", steps=(made,), finish=finish)


def register(widget: Widget, about: About | None = None) -> None:
    Registry([capability("prove", dialogs=[dialog(widget, about)])])


@pytest.mark.parametrize(
    ("widget", "about"),
    [
        (Text(X * 150, help=X * 2000, placeholder=X * 150, max_length=3000), About(title=X * 24, submit=X * 24)),
        (Choice("Velg", options=(Option(X * 150, X * 75),)), None),
        # What is worked out is shortened where it is drawn.
        (Choice("Velg", options=few), None),
        # More than a list shows are searched.
        (Choices("Velg", options=tuple(Option(str(number), X) for number in range(101))), None),
    ],
)
def test_what_every_platform_takes_can_be_defined(widget: Widget, about: About | None) -> None:
    register(widget, about)


@pytest.mark.parametrize(
    ("widget", "about"),
    [
        (Text(X), About(title=X * 25)),
        (Text(X), About(title="👩" * 13)),
        (Text(X), About(title=X, submit=X * 25)),
        (Text(X * 151), None),
        (Text(X, help=X * 2001), None),
        (Text(X, placeholder=X * 151), None),
        (LongText(X, max_length=3001), None),
        (Choice(X, options=(Option("a", X * 76),)), None),
        (Choice(X, options=(Option(X * 151, X),)), None),
        (Choices(X, options=(Option("a,b", X),)), None),
    ],
)
def test_what_one_of_them_would_refuse_cannot(widget: Widget, about: About | None) -> None:
    with pytest.raises(ValueError, match="Screen"):
        register(widget, about)


@pytest.fixture
def languages() -> Iterator[None]:
    language.install(catalogs())
    yield
    language.install({})


def test_a_text_that_is_too_long_in_one_language_only_is_too_long(languages: None) -> None:
    register(Text(X), About(title="Samtykke og sending"))
    with pytest.raises(ValueError, match="longer than 24"):
        register(Text(X), About(title="Ingenting er endret."))


def test_what_is_taken_anywhere_is_what_the_strictest_takes() -> None:
    for each in fields(Limits):
        taken = [getattr(platform, each.name) for platform in (SLACK, TEAMS, PAGE)]
        assert getattr(ANYWHERE, each.name) == min(taken)
        assert min(taken) < UNBOUNDED, f"{each.name}: a limit that no platform has"
    assert strictest(SLACK, replace(SLACK, option=12)).option == 12
