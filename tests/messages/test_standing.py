"""What stands before whom: on both databases."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlmodel import col

from handlers.messages.message import Message
from handlers.messages.standing import Reader, Seen, Standing, in_places, places, show, show_all, tell_once
from handlers.people.context import CLOCK, Context
from handlers.writing.language import current
from storage import deliveries
from storage.tables import Delivery, DeliveryStatus, Person
from tests.clock import FixedClock
from tests.world import World

SECRETARIAT = "item:1:secretariat:1"


class Drawing:
    """Builds a message, and counts how often."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.times = 0

    def __call__(self) -> Message:
        self.times += 1
        return Message(title=self.title, text=f"til en som leser {current()}")


def readers(world: World, *who: str, language: str = "nb") -> list[Reader]:
    return [(world.people[name], language) for name in who]


async def bring(world: World, clock: FixedClock, *standing: Standing) -> None:
    async with world.database.transaction() as session:
        await show_all(session, clock.now(), standing)


async def rows(world: World) -> Mapping[str, Delivery]:
    async with world.database.reading() as session:
        return {row.key: row for row in await session.scalars(select(Delivery))}


async def read(world: World) -> dict[str, str]:
    """What is read in each place."""
    return {key: row.message["title"] for key, row in (await rows(world)).items()}


async def test_each_reader_has_a_place_and_it_changes_where_it_stands(world: World, clock: FixedClock) -> None:
    both = places(SECRETARIAT, readers(world, "secretary", "colleague"))
    await bring(world, clock, Standing("item:1", [Seen(both, Drawing("Ny"))]))
    await bring(world, clock, Standing("item:1", [Seen(both, Drawing("Endret"))]))
    found = await rows(world)
    assert set(found) == {f"{SECRETARIAT}:{world.people[who]}" for who in ("secretary", "colleague")} == set(both)
    assert {(row.subject, row.revision, row.message["title"]) for row in found.values()} == {("item:1", 2, "Endret")}
    assert {key: row.person_id for key, row in found.items()} == {key: reader[0] for key, reader in both.items()}


async def test_who_does_not_hold_a_place_any_more_reads_that_there(world: World, clock: FixedClock) -> None:
    await bring(
        world,
        clock,
        Standing(
            "item:1",
            [
                Seen(places(SECRETARIAT, readers(world, "secretary", "colleague")), Drawing("Ny")),
                Seen({"item:1:receipt": readers(world, "member")[0]}, Drawing("Kvittering")),
            ],
        ),
        Standing("item:10", [Seen(places("item:10:secretariat:1", readers(world, "colleague")), Drawing("En annen"))]),
    )
    left = in_places(SECRETARIAT, Drawing("Ikke lenger din"))
    await bring(
        world, clock, Standing("item:1", [Seen(places(SECRETARIAT, readers(world, "secretary")), Drawing("B"))], left)
    )
    assert await read(world) == {
        f"{SECRETARIAT}:{world.people['secretary']}": "B",
        f"{SECRETARIAT}:{world.people['colleague']}": "Ikke lenger din",
        "item:1:receipt": "Kvittering",
        f"item:10:secretariat:1:{world.people['colleague']}": "En annen",
    }
    # They come back: the place is theirs again.
    back = places(SECRETARIAT, readers(world, "secretary", "colleague"))
    await bring(world, clock, Standing("item:1", [Seen(back, Drawing("C"))], left))
    assert (await read(world))[f"{SECRETARIAT}:{world.people['colleague']}"] == "C"


async def test_a_committee_whose_id_goes_on_is_another(world: World, clock: FixedClock) -> None:
    """`item:1:secretariat:1` is no beginning of `item:1:secretariat:12:7`."""
    other = places("item:1:secretariat:12", readers(world, "secretary"))
    await bring(world, clock, Standing("item:1", [Seen(other, Drawing("Ny"))]))
    await bring(world, clock, Standing("item:1", (), in_places(SECRETARIAT, Drawing("Ikke lenger din"))))
    assert set((await read(world)).values()) == {"Ny"}


async def test_nobody_who_is_removed_and_nothing_cancelled_is_written_to(world: World, clock: FixedClock) -> None:
    having = places(SECRETARIAT, readers(world, "secretary", "colleague", "member"))
    await bring(world, clock, Standing("item:1", [Seen(having, Drawing("Ny"))]))
    async with world.database.transaction() as session:
        gone = update(Person).where(col(Person.id) == world.people["secretary"])
        await session.execute(gone.values(removed_at=clock.now()))
        cancelled = update(Delivery).where(col(Delivery.person_id) == world.people["member"])
        await session.execute(cancelled.values(status=DeliveryStatus.CANCELLED))
    await bring(world, clock, Standing("item:1", (), in_places(SECRETARIAT, Drawing("Ikke lenger din"))))
    assert [row.person_id for row in (await rows(world)).values() if row.revision == 2] == [world.people["colleague"]]


async def test_what_several_read_is_drawn_once_in_each_language(world: World, clock: FixedClock) -> None:
    new, left = Drawing("Ny"), Drawing("Ikke lenger din")
    norwegian = readers(world, "secretary", "colleague", "member")
    english = readers(world, "observer", "registrar", language="en")
    seen = Seen(places(SECRETARIAT, [*norwegian, *english]), new)
    await bring(world, clock, Standing("item:1", [seen]))
    assert new.times == 2
    texts = {row.person_id: row.message["text"] for row in (await rows(world)).values()}
    assert {texts[person_id] for person_id, _language in norwegian} == {"til en som leser nb"}
    assert {texts[person_id] for person_id, _language in english} == {"til en som leser en"}
    await bring(world, clock, Standing("item:1", (), in_places(SECRETARIAT, left)))
    assert left.times == 1, "all five are down as readers of Norwegian"


async def test_what_waits_waits_for_those_who_come_and_for_those_who_go(world: World, clock: FixedClock) -> None:
    later = clock.now() + timedelta(minutes=1)
    having = places(SECRETARIAT, readers(world, "secretary", "colleague"))
    await bring(world, clock, Standing("item:1", [Seen(having, Drawing("Ny"))]))
    staying = places(SECRETARIAT, readers(world, "secretary"))
    left = in_places(SECRETARIAT, Drawing("Ikke lenger din"))
    await bring(world, clock, Standing("item:1", [Seen(staying, Drawing("B"), later)], left, later))
    assert {row.due_at for row in (await rows(world)).values()} == {later}


@pytest.mark.parametrize("lasting", [True, False])
async def test_what_the_surface_shows_itself_is_left_to_it_for_a_while(
    world: World, clock: FixedClock, *, lasting: bool
) -> None:
    actor = replace(CLOCK, person_id=world.people["member"])
    async with world.database.transaction() as session:
        context = Context(session=session, actor=actor, now=clock.now(), lasting=lasting)
        shown = Seen({"item:1:receipt": (actor.person_id, "nb")}, Drawing("Kvittering"), shown_by_surface=True)
        others = Seen(places(SECRETARIAT, readers(world, "secretary")), Drawing("Ny"))
        written = await show(context, "item:1", [shown, others])
    assert [wish.person_id for wish in written] == [world.people["member"], world.people["secretary"]]
    found = await rows(world)
    until = clock.now() + timedelta(seconds=15) if lasting else None
    assert found["item:1:receipt"].lease_until == until
    assert found[f"{SECRETARIAT}:{world.people['secretary']}"].lease_until is None


async def test_however_many_subjects_there_are_they_cost_two_statements(world: World, clock: FixedClock) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    def of(number: int) -> Standing:
        begins = f"item:{number}:secretariat:1"
        seen = Seen(places(begins, readers(world, "secretary", "colleague")), Drawing(f"Sak {number}"))
        return Standing(f"item:{number}", [seen], in_places(begins, Drawing("Ikke lenger din")))

    event.listen(world.database.engine.sync_engine, "before_cursor_execute", note)
    for count in (3, 30):
        statements.clear()
        await bring(world, clock, *map(of, range(count)))
        assert len(statements) == 2, statements
    statements.clear()
    await bring(world, clock, Standing("item:1", [Seen({}, Drawing("Ingen"))]))
    assert statements == []
    assert len(await rows(world)) == 60


async def test_a_loading_leaves_alone_what_says_the_same(world: World, clock: FixedClock) -> None:
    seen = Seen(places(SECRETARIAT, readers(world, "secretary")), Drawing("Ny"))
    await bring(world, clock, Standing("item:1", [seen]))
    async with world.database.transaction() as session:
        await session.execute(update(Delivery).values(status=DeliveryStatus.SENT, shown_revision=1))
        await show_all(session, clock.now(), [Standing("item:1", [seen])], write=deliveries.wish_by_loading)
    (row,) = (await rows(world)).values()
    assert (row.revision, row.status) == (1, DeliveryStatus.SENT)


async def test_news_is_told_once_in_each_language_it_is_read_in_and_not_changed_after(
    world: World, clock: FixedClock
) -> None:
    both = {**places("item:1:news", readers(world, "secretary")), **places("item:1:news", readers(world, "colleague"))}
    until = clock.now() + timedelta(hours=1)
    first, again = Drawing("Nytt"), Drawing("Noe annet")
    async with world.database.transaction() as session:
        assert await tell_once(session, clock.now(), "item:1", [Seen(both, first)], expires_at=until) == 2
        member = places("item:1:news", readers(world, "member"))
        assert await tell_once(session, clock.now(), "item:1", [Seen({**both, **member}, again)]) == 1
        assert await tell_once(session, clock.now(), "item:1", []) == 0
    assert (first.times, again.times) == (1, 1)
    found = await rows(world)
    assert {key: (row.message["title"], row.revision, row.expires_at) for key, row in found.items()} == {
        **dict.fromkeys(both, ("Nytt", 1, until)),
        **dict.fromkeys(member, ("Noe annet", 1, None)),
    }
