"""Who is shown what on a card for others: every role, alone and beside others, against everything that has a card,
while minutes are written, published and refused again; and after a case was closed.

Of a closed case nobody is shown anything, whoever reads there.
"""

from collections.abc import Iterator, Mapping

import pytest

from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.people.audience import UNKNOWN, Readers, audience_of
from handlers.people.context import Context
from handlers.sharing.things import card as card_of
from storage.tables import AgendaItem, Conclusion, MinutesStatus, Organisation, Person
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.cast import OPEN_CONCLUDED, OPEN_OWNER, READERS
from tests.meetings.cast import OF_CASE, OF_MINUTES, OPEN_TITLE, ROLES, TITLE, Scene
from tests.meetings.convocation.steps import change, put
from tests.sharing.steps import HOSPITAL, MUNICIPALITY, card, channel, on_platforms, team
from tests.world import World

EVERYTHING = {"decision", "item", "case", "line", "meeting"}
"""What there is a card of, as links and offers name it."""
IN_FORCE = (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
SECRET = (*OF_CASE, *OF_MINUTES)


def things(scene: Scene) -> Mapping[str, dict[str, str]]:
    ids = {name: str(value) for name, value in scene.ids.items()}
    return {
        "open case": {"item": ids["open_item"]},
        "closed case": {"item": ids["item"]},
        "open decision": {"decision": ids["open_decision"], "item": ids["open_item"]},
        "closed decision": {"decision": ids["decision"], "item": ids["item"]},
        "closed line": {"line": ids["slot"]},
        "meeting": {"meeting": scene.arguments["meeting"]},
    }


def said(shown: Message | None) -> str:
    return "" if shown is None else shown.model_dump_json()


@pytest.fixture(params=[MinutesStatus.DRAFT, MinutesStatus.PUBLISHED, MinutesStatus.REFUSED])
async def at(request: pytest.FixtureRequest, world: World, clock: FixedClock) -> tuple[Scene, MinutesStatus]:
    return await _scene(world, clock, request.param), request.param


@pytest.fixture
async def published(small_world: World, clock: FixedClock) -> Scene:
    return await _scene(small_world, clock, MinutesStatus.PUBLISHED)


async def _scene(world: World, clock: FixedClock, status: MinutesStatus) -> Scene:
    scene = await cast.decided(world, clock, status)
    await on_platforms(world, *HOSPITAL, *MUNICIPALITY, seen_at=clock.now())
    return scene


def test_everybody_is_tried() -> None:
    assert {*HOSPITAL, *MUNICIPALITY, "removed"} == set(ROLES)
    assert registry().sharing is not None
    assert set(registry().finders) == {"sak", "vedtak"}


def _wrong(stage: MinutesStatus, who: str, name: str, shown: Message | None) -> Iterator[str]:
    told = said(shown)
    opened, out = not name.startswith("closed"), stage in IN_FORCE
    # Who is to do what follows from a decision, reads it.
    reads = opened and (who in READERS or (who == OPEN_OWNER and name == "open decision" and out))
    full = shown is not None and bool(shown.buttons)
    yield from (each for each in SECRET if each in told)
    if full != reads:
        yield f"is {'' if full else 'not '}shown all of it: {told:.300}"
    if (shown is not None) != (reads or (opened and out)):
        yield f"is shown: {told:.300}"
    if not out and OPEN_CONCLUDED in told:
        yield "is shown what was decided, of minutes that are not out"


async def test_each_role_alone(at: tuple[Scene, MinutesStatus]) -> None:
    scene, stage = at
    wrong: list[str] = []

    async def tried(context: Context) -> None:
        for who, role in ROLES.items():
            if who == "removed":
                continue
            audience = await audience_of(context, channel(who) if who in HOSPITAL else team(who))
            for name, arguments in things(scene).items():
                shown = await card_of(context, audience, arguments)
                wrong.extend(f"{role}, {name}: {each}" for each in _wrong(stage, who, name, shown))

    await scene.run(tried, "secretary")
    assert wrong == []


TOGETHER = (
    (channel("member", "secretary"), True),
    (channel("member", "nobody-knows"), False),
    (channel("member", "outsider"), False),
    (channel("member", outsiders=["guest"]), False),
    (channel("secretary", outsiders=["member"]), False),
    (channel("member", open=True), False),
    (channel("member", shared=True), False),
    (channel(), False),
    (Readers("slack", ("T-NOBODYS",), channel("member").people), False),
    (Readers("teams", ("tenant-municipality",), channel("member").people), False),
    (UNKNOWN, False),
    (team("deputy", "colleague", "observer"), True),
    (team("deputy", "nurse"), False),
    (team("deputy", outsiders=["elsewhere"]), False),
)
"""Who reads, and whether they are shown all of it."""


async def test_together_they_read_what_each_of_them_may(published: Scene) -> None:
    """Who is not known, a guest, a shared or an open channel: only what is public."""
    wrong: list[str] = []

    async def tried(context: Context) -> None:
        for there, all_of_it in TOGETHER:
            audience = await audience_of(context, there)
            for name, arguments in things(published).items():
                shown = await card_of(context, audience, arguments)
                closed, full = name.startswith("closed"), shown is not None and bool(shown.buttons)
                if (shown is None) != closed or full != (all_of_it and not closed):
                    wrong.append(f"{there}, {name}: {said(shown):.200}")
                wrong.extend(each for each in SECRET if each in said(shown))

    await published.run(tried, "secretary")
    assert wrong == []


async def test_what_is_public_names_nobody(published: Scene) -> None:
    world = published.surface.world
    text = "Eksempel Surgeon ringer 22 33 44 55 om Hemmelig personalsak, og skriver til noen@example.org."
    await change(world, Conclusion, published.ids["open_decision"], text=text)
    for arguments in ({"item": str(published.ids["open_item"])}, {"decision": str(published.ids["open_decision"])}):
        told = said(await card(published, "secretary", channel("member", "nobody-knows"), arguments))
        assert OPEN_TITLE in told
        assert "Eksempel sykehus ringer" in told
        for each in ("Surgeon", "22 33", "noen@", TITLE):
            assert each not in told
        assert text in said(await card(published, "secretary", channel("member"), arguments)), "its readers may"


async def test_a_case_that_is_closed_has_no_card_any_more(published: Scene) -> None:
    world, open_item = published.surface.world, published.ids["open_item"]
    await change(world, AgendaItem, open_item, closed_under="offl. § 13")
    for name, arguments in things(published).items():
        for there in (channel("member", "secretary"), channel("member", "nobody-knows")):
            shown = await card(published, "secretary", there, arguments)
            assert OPEN_TITLE not in said(shown), name
            assert OPEN_CONCLUDED not in said(shown), name
            assert shown is None or name == "meeting"


async def test_what_is_only_proposed_is_its_proposers_and_the_secretariats(published: Scene) -> None:
    world = published.surface.world
    item = await put(world, "Ny sak", 9, status="proposed", number_year=None, number_in_year=None, meeting_id=None)
    arguments = {"item": str(item)}
    assert said(await card(published, "member", channel("member", "secretary"), arguments))
    for there in (
        channel("member", "internist"),
        channel("secretary", "nobody-knows"),
        channel("secretary", open=True),
    ):
        assert await card(published, "member", there, arguments) is None


async def test_a_committee_that_is_open_to_all_is_read_by_every_colleague(published: Scene) -> None:
    """Also by who has never spoken to the bot, and in a channel that anybody may come in to; not by guests."""
    world = published.surface.world
    item = await put(world, "Åpen sak", 3, committee_id=world.committees["forum"], meeting_id=None)
    arguments = {"item": str(item)}
    for there in (channel("outsider"), channel("nobody-knows"), channel("member", open=True)):
        assert "Åpen sak" in said(await card(published, "secretary", there, arguments))
    assert await card(published, "secretary", channel("outsider", outsiders=["guest"]), arguments) is None


async def test_who_was_let_in_as_a_guest_is_a_guest_here_too(published: Scene) -> None:
    """Though their organisation takes guests; whom the partnership file names, is of those whom it says."""
    world, arguments = published.surface.world, {"meeting": published.arguments["meeting"]}
    async with world.database.transaction() as session:
        member = await session.get_one(Person, world.people["member"])
        (await session.get_one(Organisation, member.organisation_id)).guests = True
        member.guest = True
    shown = await card(published, "secretary", channel("member"), arguments)
    assert shown is not None
    assert not shown.buttons
    await change(world, Person, world.people["member"], listed=True)
    shown = await card(published, "secretary", channel(outsiders=["member"]), arguments)
    assert shown is not None
    assert shown.buttons


async def test_who_left_or_works_elsewhere_reads_as_a_stranger(published: Scene) -> None:
    world, arguments = published.surface.world, {"meeting": published.arguments["meeting"]}
    member = world.people["member"]
    async with world.database.transaction() as session:
        colleague = await session.get_one(Person, world.people["colleague"])
        (await session.get_one(Person, member)).organisation_id = colleague.organisation_id
    shown = await card(published, "secretary", channel("member"), arguments)
    assert shown is not None
    assert not shown.buttons
    await change(world, Person, member, also_at=["hospital"])
    shown = await card(published, "secretary", channel("member"), arguments)
    assert shown is not None
    assert shown.buttons
    await change(world, Person, member, removed_at=published.surface.clock.now())
    shown = await card(published, "secretary", channel("member"), arguments)
    assert shown is not None
    assert not shown.buttons


async def test_nothing_else_has_a_card(published: Scene) -> None:
    everybody = channel("member", "secretary")
    for name in ("deviation", "follow", "hearing", "poll", "protocol", "year", "committee", "paper"):
        assert name not in EVERYTHING
        assert await card(published, "secretary", everybody, {name: "1"}) is None
    for value in ("", "x", "-1", "9" * 30, "99999"):
        for name in EVERYTHING:
            assert await card(published, "secretary", everybody, {name: value}) is None
