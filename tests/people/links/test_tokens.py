"""Tokens: what they let in, and what they do not."""

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from handlers.errors import BadLink
from handlers.people.links import FILE_LIFETIME, PAGE_LIFETIME, Links
from handlers.people.ticket import LinkExpired, Purpose, Ticket
from tests.clock import FixedClock
from tests.people.links.conftest import KEY

BASE = "https://bot.example.org/"


@pytest.fixture
def links(clock: FixedClock) -> Links:
    return Links(BASE, KEY, clock)


def page_token(links: Links) -> str:
    return str(links.page(7, "sak.vis", {"item": "12"})).rpartition("/")[2]


def forged(key: str = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    claims = {"aud": "side", "sub": "7", "exp": 4_000_000_000, "do": "sak.vis", "of": {"item": "12"}, **changes}
    kept = {name: value for name, value in claims.items() if value is not ...}
    return jwt.encode(kept, key, algorithm=algorithm)


def test_a_link_says_what_it_was_made_with(links: Links) -> None:
    assert str(links.page(7, "sak.vis", {"item": "12"})).startswith(f"{BASE}side/")
    assert links.read(Purpose.PAGE, page_token(links)) == Ticket(7, "sak.vis", {"item": "12"})
    file = str(links.file(7, "tall", {"year": "2026"}))
    assert file.startswith(f"{BASE}fil/")
    assert links.read(Purpose.FILE, file.rpartition("/")[2]) == Ticket(7, "tall", {"year": "2026"})


def test_the_forgery_of_these_tests_is_otherwise_a_valid_token(links: Links) -> None:
    assert links.read(Purpose.PAGE, forged()).person_id == 7


def test_a_link_for_one_purpose_is_no_link_for_another(links: Links) -> None:
    with pytest.raises(BadLink):
        links.read(Purpose.FILE, page_token(links))


@pytest.mark.parametrize("purpose", Purpose)
def test_it_ends_by_the_injected_clock(links: Links, clock: FixedClock, purpose: Purpose) -> None:
    made = {
        Purpose.FILE: (links.file(7, "tall", {}), FILE_LIFETIME),
        Purpose.PAGE: (links.page(7, "sak.vis", {"item": "12"}), PAGE_LIFETIME),
    }
    link, lifetime = made[purpose]
    token = str(link).rpartition("/")[2]
    clock.forward(lifetime - timedelta(seconds=1))
    assert links.read(purpose, token).person_id == 7
    clock.forward(timedelta(seconds=1))
    with pytest.raises(LinkExpired) as caught:
        links.read(purpose, token)
    assert caught.value.ticket.person_id == 7


@pytest.mark.parametrize("place", range(0, 260, 13))
def test_a_changed_letter_anywhere_is_noticed(links: Links, place: int) -> None:
    token = page_token(links)
    place = min(place, len(token) - 2)  # of the very last letter, two bits say nothing
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    with pytest.raises(BadLink):
        links.read(Purpose.PAGE, changed)


@pytest.mark.parametrize("person", ["8", "0"])
def test_another_person_cannot_be_written_in(links: Links, person: str) -> None:
    head, body, signature = page_token(links).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["sub"] = person
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    with pytest.raises(BadLink):
        links.read(Purpose.PAGE, f"{head}.{body}.{signature}")


@pytest.mark.parametrize(
    "token",
    [
        forged(key="another key, also long enough to be one"),
        forged(algorithm="HS512", key=KEY * 2),
        jwt.encode({"aud": "side", "sub": "7", "exp": 4_000_000_000, "do": "x", "of": {}}, "", algorithm="none"),
        forged(exp=...),
        forged(sub=...),
        forged(aud=...),
        forged(aud=["side", "fil"], exp="soon"),
        forged(do=...),
        forged(of=...),
        forged(sub="seven"),
        forged(do=7),
        forged(of="item=12"),
        forged(of={"item": 12}),
        "",
        "...",
        "x" * 5000,
        "blåbær.ø.å",
    ],
)
def test_what_is_no_token_of_ours(links: Links, token: str) -> None:
    with pytest.raises(BadLink) as caught:
        links.read(Purpose.PAGE, token)
    assert caught.value.__cause__ is None


def test_a_page_about_nothing_in_particular_cannot_be_made(links: Links) -> None:
    with pytest.raises(ValueError, match="one thing"):
        links.page(7, "sak.mine", {})


@pytest.mark.parametrize(("base", "key"), [("", KEY), (BASE, ""), ("", "")])
def test_without_an_address_or_a_key_there_are_no_links(clock: FixedClock, base: str, key: str) -> None:
    links = Links(base, key, clock)
    assert links.file(7, "tall", {}) is None
    assert links.page(7, "sak.vis", {"item": "12"}) is None
    with pytest.raises(BadLink):
        links.read(Purpose.PAGE, forged())


def test_the_key_is_in_nothing_that_is_shown(links: Links) -> None:
    assert KEY not in repr(links) + str(vars(links).keys()) + page_token(links)
