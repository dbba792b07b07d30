"""Through how people are reminded, for `tests.catalogue.walk`."""

from typing import TYPE_CHECKING

from handlers.capabilities import registry
from handlers.reminders.actions import Do
from storage import reminders
from tests.chores import done
from tests.surface import form, message

if TYPE_CHECKING:
    from tests.catalogue.walk import Walk


async def walk(walk: "Walk") -> None:
    """The settings, a pause, and a reminder that is put off."""
    for who in ("member", "clinician"):
        await walk._say(who, "frister")
        await walk._say(who, "paminnelser")
    chosen = {"quiet_from": "22:00", "quiet_until": "08:00", "weekdays": ["0", "1"], "gather_at": "08:30"}
    await walk._submit("member", form(await walk._say("member", "paminnelser endre")), **chosen)
    paused = await walk._submit(
        "member",
        form(await walk._say("member", "paminnelser pause")),
        paused_from="2027-09-02",
        paused_until="2027-09-20",
    )
    await walk._press("member", message(paused), "Avslutt pausen")
    answered = await walk.surface.bot.press(walk.world.sender("member"), Do.WHERE, {"surface": "sist"})
    walk._see(f"member presses «{Do.WHERE}»", answered)
    for chore in registry().chores:
        await done(chore, walk.world.database, walk.surface.clock)
    async with walk.world.database.transaction() as session:
        pending = await reminders.pending_of(session, walk.world.people["member"])
    for each in pending[:1]:
        for do in (Do.LATER, Do.SNOOZE):
            asked = {"reminder": str(each.id), "later": "morgen"}
            reply = await walk.surface.bot.press(walk.world.sender("member"), do, asked)
            walk._see(f"member presses «{do}»", reply)
