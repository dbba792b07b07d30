"""What becomes of the files of a message where they cannot be linked to."""

from datetime import UTC, datetime

import pytest

from handlers.errors import BadLink
from handlers.messages.message import FileLink, FileRef, Image, Message, Section
from handlers.messages.uploads import BY_THEMSELVES, Do, instead_of_links, wishes
from handlers.people.links import Links
from tests.clock import FixedClock

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
PICTURE = Image(file=FileRef(document="bilde", arguments={"of": "all"}), alt="Mars: 3")


def link(number: int) -> FileLink:
    return FileLink(label=f"Fil {number}", file=FileRef(document="liste", arguments={"number": str(number)}))


def test_what_has_no_file_is_as_it_was() -> None:
    message = Message(title="Hei", sections=(Section(text="Du"),), image=Image(alt="Bare ord"))
    assert instead_of_links(message, by_themselves=2) == (message, ())


def test_a_picture_comes_by_itself_and_its_words_stay() -> None:
    message = Message(title="Tall", sections=(Section(title="Meldt per måned", image=PICTURE), Section(image=PICTURE)))
    shown, coming = instead_of_links(message, by_themselves=0)
    assert [section.image for section in shown.sections] == [PICTURE, PICTURE]
    assert [(each.title, each.text, each.attached) for each in coming] == [
        ("Meldt per måned", "Mars: 3", PICTURE.file),
        ("Tall", "Mars: 3", PICTURE.file),
    ]
    assert shown.small == "Bildene kommer som egne meldinger i samtalen din med meg."
    # The same picture comes once.
    assert len(wishes(coming, "key", 7, NOW)) == 1


@pytest.mark.parametrize("count", [1, BY_THEMSELVES, BY_THEMSELVES + 1])
def test_few_files_come_by_themselves_and_many_have_buttons(count: int) -> None:
    links = tuple(link(number) for number in range(count))
    message = Message(title="Innkalling", files=links[:1], sections=(Section(files=links[1:]),), small="Fra før")
    shown, coming = instead_of_links(message, by_themselves=BY_THEMSELVES)
    buttons = shown.buttons_within()
    assert not any(section.files for section in (shown, *shown.sections))
    if count > BY_THEMSELVES:
        assert [(each.label, each.action, each.arguments) for each in buttons] == [
            (f"Fil {number}", Do.FETCH, {"number": str(number), "fil": "liste"}) for number in range(count)
        ]
        assert (list(coming), shown.small) == ([], "Fra før")
    else:
        assert [each.attached for each in coming] == [each.file for each in links]
        assert buttons == ()
        assert shown.small.startswith("Fra før\nFil")


def test_the_same_files_under_the_same_key_are_wished_for_once() -> None:
    _shown, coming = instead_of_links(Message(title="x", files=(link(1), link(2))), by_themselves=2)
    first, again = (wishes(coming, "item:7:3", 3, NOW) for _time in range(2))
    assert [each.key for each in first] == [each.key for each in again]
    assert len({each.key for each in first}) == 2
    assert {each.key for each in wishes(coming, "other", 3, NOW)}.isdisjoint(each.key for each in first)
    # Whoever is not reached in a day asks again.
    assert first[0].expires_at is not None
    assert (first[0].expires_at - NOW).days == 1


def test_a_reference_is_read_by_whoever_signed_it_and_is_no_link() -> None:
    clock = FixedClock()
    links = Links("", "k" * 32, clock)
    reference = links.reference("liste", {"number": "1"})
    assert links.referred(reference) == ("liste", {"number": "1"})
    for other in (Links("", "l" * 32, clock), Links("", "", clock)):
        with pytest.raises(BadLink):
            other.referred(reference)
    forged = reference[:-3] + ("aaa" if not reference.endswith("aaa") else "bbb")
    for odd in (forged, "", "x.y.z", Links("https://bot.example.org/", "k" * 32, clock).file(1, "liste", {}) or ""):
        with pytest.raises(BadLink):
            links.referred(odd)
    assert Links().reference("liste", {}) == ""
