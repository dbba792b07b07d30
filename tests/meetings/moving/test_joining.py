"""The link by which one joins a meeting: what can be one."""

import pytest

from handlers.meetings import joining


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("", ""),
        ("  ", ""),
        (" https://teams.example.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d ",) * 2,
        ("<https://meet.example.org/fsu>", "https://meet.example.org/fsu"),
        ("http://video.example.org", "http://video.example.org"),
        ("meet.example.org/fsu", "https://meet.example.org/fsu"),
    ],
)
def test_an_address_is_kept_as_it_is_opened(written: str, stored: str) -> None:
    assert joining.parse(written) == stored.strip()


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "ftp://files.example.org",
        "møterom 3",
        "https://",
        "https://meet.example.org/a b",
        # Everybody who is told of the meeting would read the password.
        "https://navn:passord@meet.example.org",
        "https://navn@meet.example.org",
        "https://[::1",
        "https://meet.example.org/" + "x" * 1000,
    ],
)
def test_anything_else_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="er ikke en nettadresse"):
        joining.parse(written)
