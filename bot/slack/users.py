"""What Slack says of a user (`users.info`, `users.lookupByEmail`: «User type»). Pure reading."""

from collections.abc import Collection, Mapping
from typing import Any

from handlers.people.context import Profile, Unvouched

User = Mapping[str, Any]


def homes(user: User) -> frozenset[str]:
    """Every workspace (`T…`) and Enterprise Grid (`E…`) that the user belongs to, as far as Slack says.

    On Enterprise Grid a user has one team here, and all of them there.
    """
    grid = user.get("enterprise_user")
    grid = grid if isinstance(grid, dict) else {}
    listed = grid.get("teams")
    found = [user.get("team_id"), user.get("enterprise_id"), grid.get("enterprise_id")]
    found += listed if isinstance(listed, list) else []
    return frozenset(each for each in found if isinstance(each, str) and each)


def is_person(user: User) -> bool:
    """Whether it is somebody, and still there: no program, no closed account."""
    return not (
        user.get("deleted") or user.get("is_bot") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT"
    )


def is_guest(user: User) -> bool:
    """Whether the workspace has them as a guest (single- or multi-channel), or Slack shows them from elsewhere."""
    return bool(user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"))


def is_from_elsewhere(user: User, workspaces: Collection[str]) -> bool:
    """Whether they belong to none of these ids of one workspace (Slack Connect)."""
    known = homes(user)
    return bool(user.get("is_stranger")) or (bool(known) and known.isdisjoint(workspaces))


def vouched_email(user: User) -> str | None:
    """The user's e-mail address, if Slack says that it is confirmed."""
    email = _email(user)
    return email if email and user.get("is_email_confirmed") is True else None


def profile(user: User, workspaces: Collection[str]) -> Profile:
    """`workspaces`: the ids of the workspace that they speak from. An address of somebody from elsewhere is no more
    than what whoever administers that other workspace wrote, so it counts as none. A request over Slack Connect names
    that other one too: whether it is one of the partnership is for whoever lets them in to say."""
    shown = user.get("profile") or {}
    email = None if is_from_elsewhere(user, workspaces) else vouched_email(user)
    unvouched = None if email else (Unvouched.UNCONFIRMED if _email(user) else Unvouched.HIDDEN)
    return Profile(
        name=str(shown.get("real_name") or user.get("real_name") or user.get("name") or ""),
        email=email,
        locale=str(user.get("locale") or ""),
        unvouched=unvouched,
        outsider=is_guest(user),
        workspaces=homes(user),
        written_at_home=True,
    )


def _email(user: User) -> str | None:
    email = (user.get("profile") or {}).get("email")
    return email if isinstance(email, str) and email else None
