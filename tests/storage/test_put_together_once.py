"""What storage asks is put together once, and not at each call (see `storage.statements`)."""

import ast
from collections.abc import Iterator

from tests.program import ROOT

_READS = {"select", "exists", "union", "union_all"}
_WRITES = {"insert", "update", "delete"}
_MAY = {
    # What is looked for differs: any number of words, or conditions that somebody chose.
    "decisions": {"with_text", "lacking"},
    "follow_ups": {"seen_to", "overdue", "open_of", "count_waiting"},
    "hearings": {"cases_to_hear"},
    "oversight": {"of_person", "is_told_of", "looked_for", "meant"},
    "polls": {"collisions", "_holders", "look_at_open"},
    "reminders": {"take_back_about", "_known"},
    "references": {"numbered"},
    "readers": {"known"},
    "planned": {"keys", "pending_reminders", "due_at"},
    "plans": {"waiting"},
    # A look at everything at once: at a start, or when the file or a committee's settings have changed.
    "agenda": {"locked", "shift", "look_at_told"},
    "attached": {"hanging"},
    "committees": {"of_people", "look_at_meetings"},
    "convocations": {"convened"},
    "deadlines": {"still_open", "unsettled", "look_at_all"},
    "deliveries": {"retry_waiting"},
    "deviation_numbers": {"recount"},
    "disagreements": {"open_one", "look_at_unseen"},
    "invitations": {"look_at"},
    "looks": {"look_at_all"},
    "owed": {"convened"},
    "search": {"look_at_everything"},
    # Few ask at all: old papers are read in, the partnership file is loaded, two people are joined, somebody tries the
    # local page, a year is looked back on.
    "handled": {"first_and_last"},
    "joining": {
        "_follow", "_rename", "_attendance", "_approvals", "_hearings", "_evaluations", "_followed_cases", "_polls",
        "_reminders", "_disagreements", "_in_cases", "_in_drafts",
    },
    "local": {"entry", "has_kind", "_players", "_posts"},
    "minutes_round": {"came_to"},
    "organisations": {"parties"},
    "papers": {"listed", "numbered", "laid", "slots_after", "called", "of_day"},
    "partnership": {"everything", "accounts_with", "_all"},
    "threads": {"naming", "claim", "try_again"},
    # Who somebody is, where that is not asked on the way of a request (see `asked_by` and `asked_seen`).
    "accounts": {
        "place", "note_guest", "with_user_id", "accounts_of_user", "surfaces_of", "follow", "names_of_accounts",
        "ensure_account",
    },
    "people": {"with_id", "with_email", "people", "mailbox"},
}  # fmt: skip
"""The functions that put together what they read at each call. Let none come to them that a list, a home, a clock or a
person's press asks."""


def _called(function: ast.AST) -> Iterator[str]:
    for each in ast.walk(function):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            yield each.func.id
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "where":
            yield "where"


def _puts_together(function: ast.AST) -> bool:
    called = set(_called(function))
    return bool(called & _READS) or ("where" in called and not called & _WRITES)


def test_what_is_read_is_put_together_once() -> None:
    found: dict[str, set[str]] = {}
    asking = 0
    for path in (ROOT / "storage").glob("*.py"):
        for each in ast.walk(ast.parse(path.read_text())):
            if isinstance(each, ast.AsyncFunctionDef):
                asking += 1
                if _puts_together(each):
                    found.setdefault(path.stem, set()).add(each.name)
    assert asking > 500
    new = {name: functions - _MAY.get(name, set()) for name, functions in found.items()}
    assert {name: functions for name, functions in new.items() if functions} == {}, (
        "a constant with `bindparam`, or `among` for several, does (storage/statements.py)"
    )
    gone = {name: functions - found.get(name, set()) for name, functions in _MAY.items()}
    assert {name: functions for name, functions in gone.items() if functions} == {}, "they do no longer: take them out"
