"""Who says which channel a committee has, and what everybody else is told."""

from typing import Any

import pytest
from pydantic import ValidationError

from handlers.capabilities import registry
from handlers.meetings.thread_settings import ThreadSettings
from handlers.meetings.threads.actions import Do
from handlers.partnership.model import Committee as CommitteeInFile
from storage import threads
from storage.tables import Committee, CommitteeChannel
from tests.clock import FixedClock
from tests.meetings.convocation.steps import change
from tests.meetings.threads.scene import HERE, IN_FILE, Scene
from tests.surface import facts, labels, message
from tests.world import OFF_CHAT, PEOPLE, World

MAY = {"secretary", "deputy"}
"""FSU's secretariat."""


@pytest.fixture
def scene(small_world: World, clock: FixedClock) -> Scene:
    return Scene(small_world, clock)


async def channel(scene: Scene) -> CommitteeChannel | None:
    async with scene.world.database.transaction() as session:
        return await threads.channel(session, scene.world.committees["fsu"])


async def test_only_the_secretariat_does_anything_about_the_channel(scene: Scene) -> None:
    of_threads = next(each for each in registry().capabilities if each.name == "motetrad")
    assert {each.name for each in of_threads.actions} == set(Do)
    await scene.speak_in("secretary", "mote kanal FSU")
    arguments = {"committee": str(scene.world.committees["fsu"]), "channel": "1"}
    for who in (name for name in PEOPLE if name not in OFF_CHAT and name not in MAY):
        for do in Do:
            shown = message(await scene.surface.bot.press(scene.world.sender(who), do, arguments))
            assert shown.title.startswith("Bare sekretariatet for Faglig samarbeidsutvalg"), (who, do)
        said = await scene.speak_in(who, "mote kanal FSU")
        assert said.title.startswith("Bare sekretariatet"), who
    assert await channel(scene) is None
    for who in MAY:
        for do in (Do.SHOW, Do.HERE, Do.OFF, Do.ON, Do.TRY_AGAIN):
            shown = message(await scene.surface.bot.press(scene.world.sender(who), do, arguments))
            assert not shown.title.startswith("Bare"), (who, do)
    found = await channel(scene)
    assert found is not None
    assert (found.channel, found.is_on, found.source) == (HERE.channel, True, "chat")


async def test_what_is_not_there(scene: Scene) -> None:
    for do, arguments, says in (
        (Do.HERE, {"committee": "1", "channel": "99"}, "Kanalen er ikke kjent lenger."),
        (Do.HERE, {"committee": "1", "channel": "x"}, ""),
        (Do.SHOW, {"committee": "99"}, "Utvalget finnes ikke lenger."),
        (Do.SHOW, {}, ""),
        (Do.OFF, {"committee": "1"}, "Utvalget har ingen kanal."),
        (Do.AS_IN_FILE, {"committee": "1"}, "Helsefellesskapets fil sier ikke lenger"),
        (Do.TRY_AGAIN, {"committee": "1"}, "Det er ingenting som venter"),
    ):
        shown = message(await scene.surface.bot.press(scene.world.sender("secretary"), do, arguments))
        assert shown.title.startswith(says), do
    assert await channel(scene) is None


async def test_what_is_shown_where_no_channel_is_spoken_in(scene: Scene) -> None:
    shown = message(await scene.surface.say("secretary", "mote kanal"))
    assert [section.title for section in shown.sections] == ["Arbeidsutvalg (AU)", "Faglig samarbeidsutvalg (FSU)"]
    assert labels(shown) == []
    assert "Vil du bruke en kanal, så ta boten med i den" in shown.small
    unknown = message(await scene.surface.say("secretary", "mote kanal Ukjent utvalg"))
    assert unknown.title == "Jeg finner ikke utvalget «Ukjent utvalg»"
    assert message(await scene.surface.say("nurse", "mote kanal")).title.startswith("Bare sekretariatet for et utvalg")


async def test_what_was_said_in_chat_holds_until_the_file_is_followed(scene: Scene) -> None:
    await scene.with_channel()
    shown = await scene.speak_in("secretary", "mote kanal FSU")
    assert facts(shown.sections[0])["Kanal"] == "C0FSU (Slack)"
    assert labels(shown) == ["Bruk #fsu-moter", "Slå av trådene"]
    await scene.surface.press("secretary", shown, "Bruk #fsu-moter")
    # Loading the file anew changes nothing of it.
    await scene.with_channel(opens="20d")
    await scene.go_on()
    found = await channel(scene)
    assert found is not None
    assert threads.Where.of(found) == HERE
    shown = message(await scene.surface.say("secretary", "mote kanal FSU"))
    assert facts(shown.sections[0]) == {"Kanal": "#fsu-moter (Slack)", "I helsefellesskapets fil": "C0FSU (Slack)"}
    shown = message(await scene.surface.press("secretary", shown, "Følg filen"))
    assert shown.replace
    assert labels(shown) == ["Slå av trådene"]
    found = await channel(scene)
    assert found is not None
    assert (threads.Where.of(found), found.source) == (IN_FILE, "file")
    # A committee that is removed has no page.
    await change(scene.world, Committee, scene.world.committees["fsu"], removed_at=scene.clock.now())
    gone = {"committee": str(scene.world.committees["fsu"])}
    assert message(await scene.surface.bot.press(scene.world.sender("secretary"), Do.SHOW, gone)).title.startswith(
        "Utvalget finnes ikke"
    )


SLACK = {"surface": "slack", "workspace": "T0EXAMPLE", "channel": "C0EXAMPLE"}
TEAMS = {
    "surface": "teams",
    "workspace": "11111111-2222-3333-4444-555555555555",
    "channel": "19:abc@thread.tacv2",
}


def in_file(said: dict[str, Any]) -> ThreadSettings:
    whole = {"key": "A", "name": "A", "number": "{n}/{yyyy}", "threads": said}
    return CommitteeInFile.model_validate(whole).settings.threads


@pytest.mark.parametrize("said", [SLACK, TEAMS, {**SLACK, "workspace": "E0GRID", "opens": "7d", "language": "nn"}, {}])
def test_what_the_file_may_say(said: dict[str, Any]) -> None:
    assert in_file(said).is_set == bool(said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"surface": "slack"}, "trenger alle disse"),
        ({**SLACK, "channel": "#fsu"}, "ingen id for en kanal i Slack"),
        ({**SLACK, "workspace": "eksempel"}, "ingen id for et arbeidsområde i Slack"),
        ({**TEAMS, "channel": "Generelt"}, "ingen id for en kanal i Teams"),
        ({**TEAMS, "workspace": "T0EXAMPLE"}, "ingen id for en organisasjon i Teams"),
        ({**SLACK, "surface": "irc"}, "Input should be"),
        ({**SLACK, "opens": "fjorten dager"}, "kan ikke leses som tid før møtet"),
        ({**SLACK, "kanal": "x"}, "Extra inputs"),
    ],
)
def test_what_the_file_may_not_say(said: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        in_file(said)
