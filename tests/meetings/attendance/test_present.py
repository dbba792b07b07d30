"""The head of the minutes, and the remarks about who was there."""

from dataclasses import replace

from handlers.meetings.attendance import overview, present
from handlers.meetings.attendance.present import Group
from handlers.people.roles import Role
from storage.tables import Answer
from tests.meetings.attendance.rolls import LINES, disqualified, roll, somebody

CHAIR = somebody(1, "Leder", Role.LEADER, present=True)
LATE = somebody(2, "Sein", present=True, since=LINES[1], kind="municipality")
LEFT = somebody(3, "Tidlig", present=True, until=LINES[1])
AWAY = somebody(4, "Borte", present=False)
INSTEAD = somebody(5, "Vara", Role.SUBSTITUTE, present=True, stands_in_for_id=4, stands_in_for="Eksempel Borte")
WATCHING = somebody(6, "Observatør", Role.OBSERVER, present=True)
GUEST = somebody(7, "Gjest", Role.GUEST, present=True, guest_in=(LINES[0],))
SECRETARY = somebody(8, "Sekretær", Role.SECRETARIAT, present=True)
FORGOTTEN = somebody(9, "Glemt")
SPARE = somebody(10, "Reserve", Role.SUBSTITUTE, asked=False)
EVERYBODY = (CHAIR, LATE, LEFT, AWAY, INSTEAD, WATCHING, GUEST, SECRETARY, FORGOTTEN, SPARE)


def test_the_head_has_sections() -> None:
    attended = present.of(roll(*EVERYBODY))
    assert attended.is_marked
    assert {section.title: [row.words for row in section.rows] for section in attended.groups} == {
        "Til stede": [
            "Eksempel Leder, Eksempel sykehus (leder)",
            "Eksempel Sein, Eksempel kommune",
            "Eksempel Tidlig, Eksempel sykehus",
            "Eksempel Vara, Eksempel sykehus (for Eksempel Borte)",
            "Eksempel Sekretær, Eksempel sykehus (sekretariat)",
        ],
        "Observatører": ["Eksempel Observatør, Eksempel sykehus"],
        "Gjester": ["Eksempel Gjest, Eksempel sykehus (sak 33/09)"],
        "Forfall": ["Eksempel Borte, Eksempel sykehus"],
    }
    assert attended.unmarked == ("Eksempel Glemt",)
    assert attended.group(Group.GUESTS)[0].guest_in == (LINES[0],)


def test_the_remarks_say_who_came_who_left_and_who_was_disqualified() -> None:
    out = (disqualified(1, LINES[0], CHAIR, name="Eksempel Innkalt"), disqualified(2, LINES[2], LATE))
    attended = present.of(roll(*EVERYBODY, out=out))
    assert [remark.words for remark in attended.remarks] == [
        "Eksempel Vara møtte for Eksempel Borte.",
        "Eksempel Sein kom til sak 34/09.",
        "Eksempel Tidlig gikk etter sak 34/09.",
        "Eksempel Leder var inhabil i sak 33/09. Eksempel Innkalt møtte i stedet.",
        "Eksempel Sein var inhabil i sak «Eventuelt».",
    ]
    assert [remark.words for remark in attended.about(31)] == [attended.remarks[3].words]
    assert attended.remarks[3].reason == "Har arbeidet med saken"


def test_as_long_as_nobody_has_marked_anything_it_is_as_announced() -> None:
    coming = somebody(1, "Kommer", answer=Answer.COMING)
    away = somebody(2, "Borte", answer=Answer.SUBSTITUTE)
    silent = somebody(3, "Taus")
    attended = present.of(roll(coming, away, silent))
    assert not attended.is_marked
    assert [row.name for row in attended.group(Group.PRESENT)] == ["Eksempel Kommer"]
    assert [row.name for row in attended.group(Group.ABSENT)] == ["Eksempel Borte"]
    assert attended.unmarked == ()


def test_a_member_in_whose_place_somebody_came_was_away() -> None:
    away = somebody(1, "Borte", answer=Answer.SUBSTITUTE, substitute_id=2)
    instead = somebody(2, "Vara", Role.SUBSTITUTE, asked=False, stands_in_for_id=1, stands_in_for="Eksempel Borte")
    came = present.of(roll(away, replace(instead, present=True)))
    assert [row.name for row in came.group(Group.ABSENT)] == ["Eksempel Borte"]
    assert came.unmarked == ()
    # Where the substitute did not come, nobody has said whether the member did after all.
    nobody = roll(away, replace(instead, present=False))
    assert present.of(nobody).unmarked == ("Eksempel Borte",)
    assert overview.counts(nobody) == "0 til stede, 1 ikke ført"
    assert overview.counts(roll(away, replace(instead, present=True))) == "1 til stede, 1 ikke til stede"
    # What was marked of the member counts before anything.
    assert present.of(roll(replace(away, present=True), replace(instead, present=True))).group(Group.ABSENT) == ()


def test_nobody_at_all() -> None:
    assert present.of(roll()).groups == ()
