"""What does not fit together is refused at the start, before anybody meets it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

import pytest

from handlers.capabilities import registry
from handlers.capability import Action, Capability, Command, Document, File, Shortcut
from handlers.cases import capability as cases
from handlers.dialogs.dialog import Dialog, Reply
from handlers.messages.message import Button, Message, Page, Section
from handlers.people.context import Context
from handlers.registry import Registry
from tests.everything import Small, capability, small_finish
from tests.toy import capability as toy
from tests.toy.views import MESSAGE


async def nothing(_context: Context, _text: object) -> Reply:
    return None


async def no_file(_context: Context, _arguments: Mapping[str, str]) -> File:
    raise NotImplementedError


async def nobody(_session: object, _number: int, _person_id: int, _now: object) -> None:
    return None


def registry_of(shortcuts: Iterable[Shortcut] = (), commands: Iterable[Command] = ()) -> Registry:
    return Registry([capability(commands=commands, shortcuts=shortcuts)])


def dialog(name: str, **more: str) -> Dialog:
    return Dialog(name=name, steps=(Small,), finish=small_finish, **more)


# --- the same name twice -----------------------------------------------------------------------------------


def test_two_of_the_same_name_are_refused() -> None:
    command, shortcut = Command("merk", "Merk", nothing), Shortcut("merk", "Merk", "Merk", nothing)
    registry_of([shortcut], [command])
    for twice in ({"shortcuts": [shortcut] * 2}, {"commands": [command] * 2}):
        with pytest.raises(ValueError, match="merk"):
            registry_of(**twice)


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("command", {"commands": [Command("a", "A", nothing)]}, {"commands": [Command("a", "B", nothing)]}),
        ("command", {"commands": [Command("a", "A", nothing)]}, {"commands": [Command("b", "B", nothing, "", ("a",))]}),
        ("action", {"actions": {"a": nothing}}, {"actions": {"a": nothing}}),
        ("document", {"documents": [Document("a", no_file)]}, {"documents": [Document("a", no_file)]}),
        (
            "shortcut",
            {"shortcuts": [Shortcut("a", "A", "A", nothing)]},
            {"shortcuts": [Shortcut("a", "A", "A", nothing)]},
        ),
    ],
)
def test_the_same_name_in_two_capabilities_is_refused_and_both_are_named(
    kind: str, first: dict[str, object], second: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=f"{kind} «a»: the capabilities en and to$"):
        Registry([capability("en", **first), capability("to", **second)])  # type: ignore[arg-type]


def test_two_capabilities_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two have the name «en»: the capabilities en and en$"):
        Registry([capability("en"), capability("to"), capability("en")])


def test_a_dialog_that_has_or_had_the_name_of_another_is_refused_and_both_are_named() -> None:
    one, two = capability("en", dialogs=[dialog("en.a", formerly="a")]), dialog("to.a", formerly="a")
    with pytest.raises(ValueError, match=r"dialog «a»: the capabilities en and to$"):
        Registry([one, capability("to", dialogs=[two])])
    with pytest.raises(ValueError, match=r"dialog «en\.a»: the capabilities en and to$"):
        Registry([one, capability("to", dialogs=[dialog("to.b", formerly="en.a")])])
    with pytest.raises(ValueError, match=r"dialog «en\.a»: the capabilities en and en$"):
        Registry([capability("en", dialogs=[dialog("en.a"), dialog("en.a")])])


def test_one_subject_and_any_line_are_one_capability_s() -> None:
    for more in ({"subjects": {"item": nobody}}, {"answer": nothing}):
        both = [Capability(name=name, **more) for name in ("en", "to")]  # type: ignore[arg-type]
        Registry(both[:1])
        with pytest.raises(ValueError, match=r"the capabilities en and to$"):
            Registry(both)


# --- actions -----------------------------------------------------------------------------------------------


class Do(StrEnum):
    ACCEPT = "prove.godta"
    REFUSE = "prove.avvis"


def test_an_action_that_is_declared_and_does_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"prove: nothing is run by prove\.avvis"):
        Registry([Capability(name="prove", does=Do, actions=[Action(Do.ACCEPT, nothing)])])


def test_an_action_that_is_not_declared_is_refused() -> None:
    other = StrEnum("other", {"SHOW": "prove.vis"})
    with pytest.raises(ValueError, match=r"prove: not declared: prove\.vis"):
        Registry([Capability(name="prove", actions=[Action(other("prove.vis"), nothing)])])


def test_a_capability_whose_messages_have_buttons_of_one_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^tests\.toy\.views can make buttons of handlers\.cases\.actions, which"):
        Registry([toy.CAPABILITY])
    known = Registry([toy.CAPABILITY, cases.over(nothing)])
    assert known.nowhere(MESSAGE) == []


def test_a_message_with_a_button_or_a_page_that_leads_nowhere_is_told_of() -> None:
    known = Registry([capability(actions={"vis": nothing})])
    message = Message(
        title="A",
        buttons=(Button(label="Vis", action="vis"), Button(label="Åpne", action="skjema.apne")),
        sections=(Section(buttons=(Button(label="Godta", action="godta"),)),),
        page=Page(reference="", action="les", arguments={}),
    )
    assert known.nowhere(message) == ["godta", "les"]


def test_what_the_bot_does_by_buttons_is_declared_by_name() -> None:
    known = registry()
    declared = {name for each in known.capabilities for name in each.does or ()}
    assert declared == known.actions.keys() | known.intakes.keys()
    assert all(each.does for each in known.capabilities)


# --- dialogs -----------------------------------------------------------------------------------------------


def test_a_dialog_carries_the_name_of_its_capability() -> None:
    with pytest.raises(ValueError, match="lite does not carry the name of its capability, prove"):
        Registry([capability("prove", dialogs=[dialog("lite")])])


def test_a_form_that_is_offered_again_has_a_command_that_leads_back() -> None:
    again = Dialog(name="prove.lite", steps=(Small,), finish=small_finish, resumed_by="lite")
    Registry([capability("prove", dialogs=[again], commands=[Command("lite", "Lite", nothing)])])
    with pytest.raises(ValueError, match="no command leads back"):
        Registry([capability("prove", dialogs=[again])])


# --- shortcuts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "summary"), [("x" * 25, "Merk"), ("", "Merk"), ("Merk", "x" * 129), ("Merk", ""), ("👩" * 13, "Merk")]
)
def test_a_shortcut_has_a_label_and_a_summary_that_every_platform_shows(label: str, summary: str) -> None:
    registry_of([Shortcut("merk", "x" * 24, "x" * 128, nothing)])
    with pytest.raises(ValueError, match="merk"):
        registry_of([Shortcut("merk", label, summary, nothing)])


def test_more_shortcuts_than_an_app_may_have_are_refused() -> None:
    many = [Shortcut(f"merk{number}", "Merk", "Merk", nothing) for number in range(11)]
    registry_of(many[:10])
    with pytest.raises(ValueError, match="10"):
        registry_of(many)


# --- reminders ---------------------------------------------------------------------------------------------


def test_every_kind_of_reminder_stands_in_what_is_written_of_them() -> None:
    written = (Path(__file__).parents[1] / "docs" / "reminders.md").read_text(encoding="utf-8")
    kinds = set(registry().reminders)
    assert len(kinds) > 10
    assert {name for name in kinds if f"| `{name}` " not in written} == set()
