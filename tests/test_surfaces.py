"""Whatever can be done on one surface can be done on the others, or what is shown says where."""

import pytest

from handlers.capabilities import registry
from handlers.messages.message import Message
from tests.on_each_surface import (
    ALSO,
    DOCUMENT,
    INSTEAD,
    SURFACES,
    UNSEEN,
    begins,
    beside,
    document,
    field_on,
    fields,
    of_one_thing,
    samples,
    shows,
)


def test_the_table_is_as_the_program_is() -> None:
    stands = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    assert stands == document(), "docs/surfaces.md is stale: write it with `make surfaces`"


def test_every_part_of_a_message_is_shown_or_there_is_something_in_its_place() -> None:
    assert set(samples()) - {"a question first"} == set(Message.model_fields) - UNSEEN
    missing = {name: [surface for surface in SURFACES if not shows(surface, name)] for name in samples()}
    chat = ["Slack", "Teams"]
    assert {name: where for name, where in missing.items() if where} == {
        "opens": ["a linked page"],
        "order": chat,
        "upload": chat,
    }
    assert set(INSTEAD) == {"opens", "order", "upload"}


@pytest.mark.parametrize("surface", SURFACES)
def test_every_field_can_be_filled_in(surface: str) -> None:
    """All but a note, which is to be read."""
    assert [name for name, field in fields().items() if field_on(surface, field) == "text"] == ["note"]


def test_a_shortcut_leads_where_a_command_leads() -> None:
    for capability in registry().capabilities:
        if capability.shortcuts:
            command = begins(capability)
            assert command is not None, capability.name
            assert command.begin_label, "a line that is no command is offered to become one"
            assert {each.on_message for each in capability.shortcuts} == {True, False}


def test_what_one_platform_has_beside_this_is_a_command_everywhere() -> None:
    known = registry()
    for what in beside(known):
        assert [name for name in ALSO[what] if known.command(name) is None] == []


def test_the_page_of_a_thing_does_what_is_about_it() -> None:
    """A capability whose things have pages does not leave all of its buttons out there."""
    known = registry()
    for capability in known.capabilities:
        if capability.about and any(not each.whole for each in capability.actions):
            assert of_one_thing(known, capability), capability.name
