"""What a committee can decide about its minutes."""

import pytest
from pydantic import ValidationError

from handlers.meetings.minutes_settings import ApprovedBy, From, MinutesSettings, Silence
from handlers.meetings.settings import CommitteeSettings
from handlers.partnership.model import Committee
from handlers.people.roles import Role


def test_who_says_nothing_has_a_week_for_comments_and_approves_at_the_next_meeting() -> None:
    stored = CommitteeSettings().model_dump(mode="json")
    del stored["minutes"]
    found = CommitteeSettings.model_validate(stored).minutes
    assert found == MinutesSettings()
    assert (found.comment_days, found.comments_from, found.approval) == (7, From.MEMBERS, ApprovedBy.MEETING)
    assert (found.silence, found.signers, found.number) == (Silence.NOTHING, (Role.CHAIR,), None)


def test_what_the_file_says_is_stored_and_read_back() -> None:
    said = {"comment_days": 14, "comments_from": "present", "approval": "signers", "signers": ["leder", "referent"]}
    committee = Committee.model_validate({"key": "A", "name": "A", "number": "{n}/{yyyy}", "minutes": said})
    stored = CommitteeSettings.model_validate(committee.settings.model_dump(mode="json")).minutes
    assert (stored.comment_days, stored.approval, stored.signers) == (
        14, ApprovedBy.SIGNERS, (Role.LEADER, Role.MINUTE_TAKER),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("number", "{n}/{yyyy} ({types})", "ingen sakstype"),
        ("number", "{nummer}", "nummer"),
        ("comment_days", -1, "greater than or equal to 0"),
        ("silence", "kanskje", "Input should be"),
        ("signers", ["kasserer"], "Input should be"),
        ("frist", 7, "Extra inputs"),
    ],
)
def test_what_cannot_be_decided_is_refused(name: str, value: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MinutesSettings.model_validate({name: value})


def test_what_a_newer_program_has_stored_within_them_is_left_alone() -> None:
    """The program is rolled back, or an old one still runs beside the new."""
    found = CommitteeSettings.model_validate(
        {
            "minutes": {"comment_days": 14, "newer": True},
            "attendance": [{"since": "2026-01-01", "newer": 1, "quorum": {"at_least": 3, "newer": []}}],
        }
    )
    assert found.minutes.comment_days == 14
    (rule,) = found.attendance
    assert rule.quorum is not None
    assert rule.quorum.at_least == 3
