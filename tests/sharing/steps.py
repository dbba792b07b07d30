"""Conversations on the platforms, with the people of `tests.meetings.cast` in them."""

from collections.abc import Iterable, Mapping
from typing import Any

from handlers.messages.message import Message
from handlers.people.audience import Reader, Readers
from storage.tables import Account
from tests.meetings.cast import Scene
from tests.world import HOSPITAL_TEAM, MUNICIPALITY_TENANT, World

HOSPITAL = ("secretary", "member", "internist", "chief", "surgeon", "registrar", "clinician", "coming", "outsider")
"""Those who are at home in the hospital's Slack."""
MUNICIPALITY = ("deputy", "colleague", "observer", "carer", "nurse", "manager")
"""Those who are at home in the municipality's Teams."""


async def on_platforms(world: World, *who: str, **more: Any) -> None:
    """These people have spoken to the bot where they are at home."""
    async with world.database.transaction() as session:
        session.add_all(
            Account(
                person_id=world.people[each],
                surface="slack" if each in HOSPITAL else "teams",
                workspace=HOSPITAL_TEAM if each in HOSPITAL else MUNICIPALITY_TENANT,
                user_id=f"U-{each}" if each in HOSPITAL else f"aad-{each}",
                reach={},
                seen_at=more.get("seen_at"),
                outsider=more.get("outsider", False),
            )
            for each in who
        )


def channel(*who: str, outsiders: Iterable[str] = (), **more: Any) -> Readers:
    """A conversation on Slack with these in it, where they are known or not. `outsiders`: whom Slack calls guests."""
    people = [*(Reader(f"U-{each}") for each in who), *(Reader(f"U-{each}", outsider=True) for each in outsiders)]
    return Readers("slack", (HOSPITAL_TEAM,), people, **more)


def team(*who: str, outsiders: Iterable[str] = ()) -> Readers:
    """The same on Teams."""
    people = [*(Reader(f"aad-{each}") for each in who), *(Reader(f"aad-{each}", outsider=True) for each in outsiders)]
    return Readers("teams", (MUNICIPALITY_TENANT,), people)


async def card(scene: Scene, who: str, there: Readers, arguments: Mapping[str, str]) -> Message | None:
    """The card that `who` may put there."""
    bot, world = scene.surface.bot, scene.surface.world
    return await bot.card(world.sender(who), there, arguments)
