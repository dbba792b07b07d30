"""Posting in channels: said once, in order, after a crash too; and whoever can mend what is wrong hears of it once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.delivering.channels import ChannelArchived, ChannelRestricted, NotInChannel
from bot.delivering.posting import LEASE
from bot.messenger import Rejected, SendError, TryLater, Uncertain
from handlers.capabilities import registry
from handlers.messages.message import Message
from storage import threads
from storage.tables import Meeting, ThreadPost
from tests.clock import FixedClock
from tests.meetings.convocation.steps import change
from tests.meetings.threads.scene import HERE, Scene, poster_of
from tests.meetings.threads.test_following import ROOT, begun, chosen
from tests.surface import labels, message
from tests.world import World

MOVED = "Møtet i Faglig samarbeidsutvalg (FSU) er flyttet"
TROUBLE = "Møtetrådene til Faglig samarbeidsutvalg (FSU) kommer ikke fram"


@pytest.fixture
def scene(small_world: World, clock: FixedClock) -> Scene:
    return Scene(small_world, clock)


async def due(scene: Scene) -> None:
    """A thread is to begin, and is not posted yet."""
    await chosen(scene)
    scene.clock.forward(timedelta(days=7))
    await scene.surface.worker.do_chores()


async def move(scene: Scene, hours: int = 1) -> None:
    """FSU's next meeting begins so much later."""
    async with scene.world.database.transaction() as session:
        row = await session.get_one(Meeting, scene.world.meetings["fsu-1"])
        row.starts_at += timedelta(hours=hours)
        row.ends_at += timedelta(hours=hours)
    await scene.surface.worker.do_chores()


async def told(scene: Scene, who: str = "secretary") -> list[str]:
    return [each.title for each in await scene.surface.inbox(who) if "Møtetrådene" in each.title]


async def posts(scene: Scene) -> list[ThreadPost]:
    async with scene.world.database.transaction() as session:
        return list(await session.scalars(select(ThreadPost).order_by(ThreadPost.id)))


async def test_two_new_messages_in_a_channel_are_a_second_apart(scene: Scene) -> None:
    await begun(scene)
    for hours in (1, 2):
        await move(scene, hours)
        scene.clock.forward(timedelta(milliseconds=10))
    scene.again.clear()
    await scene.poster.post_due()
    assert scene.titles()[1:] == [MOVED]
    assert scene.again == [1.0]
    assert await scene.poster.post_due() == 0
    scene.clock.forward(timedelta(seconds=1))
    await scene.poster.post_due()
    assert scene.titles()[1:] == [MOVED, MOVED]


async def test_what_may_stand_there_is_asked_for_before_it_is_posted_again(scene: Scene) -> None:
    await due(scene)
    scene.channels.trouble, scene.channels.lost = [Uncertain("the answer was lost")], True
    await scene.post()
    assert (len(scene.thread()), scene.channels.asked) == (1, 0)
    scene.clock.forward(timedelta(minutes=6))
    await scene.post()
    assert (scene.titles(), scene.channels.asked) == ([ROOT], 1)
    # What comes after it stands below it.
    await move(scene)
    await scene.post()
    assert scene.titles()[1:] == [MOVED]


async def test_where_nobody_can_tell_it_is_said_twice_and_then_waits(scene: Scene) -> None:
    await due(scene)
    scene.channels.can_tell = False
    scene.channels.trouble, scene.channels.lost = [Uncertain("the answer was lost")], True
    await scene.post()
    scene.channels.trouble, scene.channels.lost = [Uncertain("the answer was lost")], True
    for _hour in range(6):
        scene.clock.forward(timedelta(hours=1))
        await scene.post()
    assert len(scene.threads()) == 2


async def test_a_worker_that_was_killed_in_the_middle_is_taken_over_when_its_lease_ends(scene: Scene) -> None:
    await due(scene)
    async with scene.world.database.transaction() as session:
        now = scene.clock.now()
        (thread,) = await threads.claim(session, now, now + LEASE, "killed", 10)
        (post,) = await threads.posts_of(session, [thread])
        await threads.begun(session, post.id)
    # It had come so far that it stands there.
    stored = (await posts(scene))[0]
    there = Message.model_validate(stored.message).model_copy(update={"delivery_key": f"thread:{thread}:root"})
    await scene.channels.post(HERE, None, None, there)
    other = scene.another_worker()
    assert await other.post_due() == 0
    scene.clock.forward(LEASE + timedelta(seconds=1))
    assert await other.post_due() == 1
    assert (scene.titles(), scene.channels.asked) == ([ROOT], 1)


async def test_two_workers_post_it_once(world: World, clock: FixedClock) -> None:
    scene = Scene(world, clock)
    await due(scene)
    async with world.database.transaction() as session:
        first = await threads.claim(session, clock.now(), clock.now() + LEASE, "one", 10)
        assert await threads.claim(session, clock.now(), clock.now() + LEASE, "other", 10) == []
        await threads.give_back(session, first[0], "other")
        assert await threads.claim(session, clock.now(), clock.now() + LEASE, "other", 10) == []
        await threads.give_back(session, first[0], "one")
    other = scene.another_worker()
    await scene.poster.post_due()
    await other.post_due()
    assert scene.titles() == [ROOT]


async def test_a_deleted_beginning_is_begun_anew_and_a_deleted_answer_stays_away(scene: Scene) -> None:
    await begun(scene)
    await move(scene)
    await scene.post()
    scene.channels.delete(HERE, 0, 1)
    await move(scene)
    await scene.post()
    assert scene.titles()[1:] == ["", MOVED]
    scene.channels.delete(HERE, 0)
    await move(scene)
    await scene.post()
    first, second = scene.threads()
    assert len(first) == 3
    assert [each.title for each in second] == [ROOT, MOVED]


@pytest.mark.parametrize("trouble", [TryLater("busy", 30), SendError("something new")])
async def test_trouble_that_passes_keeps_the_order(scene: Scene, trouble: SendError) -> None:
    await begun(scene)
    await move(scene)
    scene.channels.trouble = [trouble]
    await scene.poster.post_due()
    assert scene.titles() == [ROOT]
    await move(scene)
    scene.clock.forward(timedelta(minutes=1))
    await scene.post()
    assert scene.titles()[1:] == [MOVED, MOVED]
    assert await told(scene) == []


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NotInChannel("not_in_channel"), "Inviter boten i kanalen"),
        (ChannelRestricted("restricted_action"), "Bare noen får skrive"),
    ],
)
async def test_what_somebody_must_mend_is_told_once_and_said_when_it_is_mended(
    scene: Scene, error: SendError, says: str
) -> None:
    await due(scene)
    scene.channels.trouble = [error] * 2
    await scene.post()
    await move(scene)
    await scene.post()
    (notice,) = [each for each in await scene.surface.inbox("secretary") if each.title == TROUBLE]
    assert says in notice.text
    assert labels(notice) == ["Prøv igjen", "Kanalen og trådene"]
    assert notice.small == "Kanalen: #fsu-moter"
    assert await told(scene, "deputy") == [TROUBLE]
    assert await told(scene, "member") == []
    shown = message(await scene.surface.press("secretary", notice, "Kanalen og trådene"))
    assert says in str(shown.sections[0].facts)
    assert message(await scene.surface.press("secretary", notice, "Prøv igjen")).title == "Jeg prøver igjen nå"
    await scene.post()
    assert await told(scene) == [TROUBLE]
    assert scene.threads() == []
    await scene.surface.press("secretary", notice, "Prøv igjen")
    await scene.post()
    assert len(scene.thread()) == 1
    assert await told(scene) == ["Møtetrådene til Faglig samarbeidsutvalg (FSU) kommer fram igjen"]
    # Another time it is news.
    scene.channels.trouble = [error]
    await move(scene)
    await scene.post()
    assert len(await told(scene)) == 2
    nothing = message(await scene.surface.press("secretary", notice, "Prøv igjen"))
    assert nothing.title == "Jeg prøver igjen nå"


async def test_one_that_is_refused_holds_back_no_other(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    await begun(scene)
    await move(scene)
    scene.channels.trouble = [TryLater("the beginning is changed first", 1), Rejected("msg_too_long")]
    await scene.post()
    scene.clock.forward(timedelta(minutes=1))
    await scene.post()
    assert "is refused, reference" in caplog.text
    assert ROOT not in caplog.text
    await move(scene)
    await scene.post()
    assert scene.titles()[-1] == MOVED
    assert len(await told(scene)) == 1


async def test_where_the_surface_is_not_on_nothing_is_lost(scene: Scene) -> None:
    await due(scene)
    await poster_of(scene.world.database, {}, scene.clock, scene.again.append, registry().unposted).post_due()
    assert await told(scene) == [TROUBLE]
    async with scene.world.database.transaction() as session:
        await threads.try_again(session, scene.clock.now())
    await scene.post()
    assert scene.titles() == [ROOT]


async def test_where_the_workspace_left_the_partnership_nothing_more_is_said(scene: Scene) -> None:
    """Though the bot is in the channel still; and it goes on when it is back."""
    await begun(scene)
    scene.channels.owned, owned = {"T-LEFT", "E-LEFT"}, scene.channels.owned
    await move(scene)
    await scene.post()
    assert (scene.titles(), scene.channels.changes) == ([ROOT], 0)
    (notice,) = [each for each in await scene.surface.inbox("secretary") if each.title == TROUBLE]
    assert "hører til helsefellesskapet" in notice.text
    scene.channels.owned = {"T-LEFT", *owned}
    await scene.surface.press("secretary", notice, "Prøv igjen")
    await scene.post()
    assert scene.titles()[1:] == [MOVED]


async def test_a_channel_that_is_gone_for_good_is_changed(scene: Scene) -> None:
    await due(scene)
    scene.channels.trouble = [ChannelArchived("is_archived")] * 2
    await scene.post()
    shown = await scene.speak_in("secretary", "mote kanal FSU", HERE._replace(channel="C0NEW"), "ny")
    await scene.surface.press("secretary", shown, "Bruk #ny")
    scene.channels.trouble = []
    await scene.go_on()
    assert scene.titles(HERE._replace(channel="C0NEW")) == [ROOT]
    assert scene.threads() == []
    await change(scene.world, Meeting, scene.world.meetings["fsu-1"], place="Et annet sted")
    await scene.go_on()
    assert len(scene.thread(HERE._replace(channel="C0NEW"))) == 2
