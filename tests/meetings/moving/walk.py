"""The forms that say when a meeting is, walked (see `tests.catalogue.walk`)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.surface import form, message

if TYPE_CHECKING:
    from tests.catalogue.walk import Walk


async def walk(walk: "Walk", look: Callable[[], Awaitable[None]]) -> None:
    """An extraordinary meeting is set up, moved, moved by another meanwhile, cancelled, held after all, cancelled;
    `look` each time at what comes of it elsewhere."""
    surface = walk.surface
    day = surface.clock.now().date() + timedelta(days=70)
    wanted = {
        "day": day.isoformat(),
        "starts": "10:00",
        "ends": "12:00",
        "place": walk.words.title[:100],
        "join_url": "https://meet.example.org/" + "x" * 900,
        "deadline": "rule",
        "extraordinary": "true",
    }
    await walk._say("member", "mote ny")
    over = await walk._go_on("secretary", form(await walk._say("secretary", "mote ny AU")), **wanted)
    page = message(await walk._press("secretary", message(await walk._submit("secretary", over)), "Vis møtet"))
    await walk._inbox("colleague")
    await look()
    open_before = await walk._open("secretary", page, "Flytt eller endre møtet")
    moved = {"day": (day + timedelta(days=1)).isoformat(), "reason": walk.words.text[:500]}
    over = await walk._go_on("secretary", open_before, **moved)
    await walk._submit("secretary", over)
    surface.clock.forward(timedelta(minutes=1))
    await walk._inbox("colleague")
    await look()
    cancel = await walk._open("secretary", page, "Avlys møtet")
    await walk._submit("secretary", cancel, reason=walk.words.text[:500])
    await walk._inbox("colleague")
    await look()
    surface.clock.forward(timedelta(minutes=1))
    await walk._press("secretary", page, "Flytt eller endre møtet")
    listed = message(await walk._say("secretary", "mote likevel"))
    await walk._submit("secretary", form(await walk._press("secretary", listed, "Hold møtet likevel")))
    await walk._inbox("colleague")
    await look()
    surface.clock.forward(timedelta(minutes=1))
    # The rest of the year is as it was.
    cancel = await walk._open("secretary", page, "Avlys møtet")
    await walk._submit("secretary", cancel, reason=walk.words.title[:100])
    await walk._say("secretary", "mote likevel")
