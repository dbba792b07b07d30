"""Triggers that note what has changed since a chore looked at it, whoever changed it: so nothing that has not changed
needs to be looked through at each tick, and no code that changes something has to remember who follows it.

A migration makes the same ones; a test compares them.
"""

from collections.abc import Iterable
from typing import NamedTuple

DIALECTS = ("sqlite", "postgresql")
EVERYTHING = ""
"""The subject of what concerns everything that a chore looks at."""


class Watch(NamedTuple):
    """That a chore is told of rows that are added to a table, removed from it, or changed.

    `subject`: what the chore is to look at then; SQL, with `{row}` for the row. A whole SELECT where it begins with
    one. `columns`: only changes of these count; none named: any does. `when`: only rows for which this holds.
    `added`, `removed`: whether these count too.
    """

    chore: str
    table: str
    subject: str
    columns: str = ""
    when: str = ""
    added: bool = True
    removed: bool = True


_EVERYTHING = "''"
_MEETINGS, _DEVIATIONS, _PATTERNS = "meetings.reminders", "deviations.reminders", "deviations.patterns"
_AGENDAS, _CONVOCATIONS = "meetings.agendas", "meetings.convocations"
_DISAGREEMENTS = "decisions.disagreements"
_CHAINS = "decisions.chains"
_INDEX = "searching.index"
_OF_SLOT = "CASE WHEN s.item_id IS NULL THEN 's' || CAST(s.id AS VARCHAR) ELSE 'i' || CAST(s.item_id AS VARCHAR) END"
_OF_ENTRIES = "SELECT {what} FROM minutes_entry AS e JOIN agenda_slot AS s ON s.id = e.slot_id".replace(
    "{what}", _OF_SLOT
)
_OF_ENTRY = _OF_ENTRIES + " WHERE e.id = {row}.entry_id"
_INVITATIONS = "meetings.invitations"
_POLLS = "polls"
_THREADS = "meetings.threads"
_OF_MEETING_WITH_CHANNEL = (
    "SELECT '{kind}' || CAST(meeting.id AS VARCHAR) FROM meeting "
    "JOIN committee_channel ON committee_channel.committee_id = meeting.committee_id WHERE meeting.id = {row}.{id}"
)
_FOLLOWING, _NEWS = "decisions.following", "decisions.case_news"
_ID, _COMMITTEE = "CAST({row}.id AS VARCHAR)", "CAST({row}.committee_id AS VARCHAR)"

WATCHES = (
    Watch(
        _MEETINGS,
        "meeting",
        _COMMITTEE,
        # Reminders that nobody has got yet are dropped when anything of this changes.
        "committee_id, starts_at, ends_at, deadline_at, zone, place, cancelled_at",
        removed=False,
    ),
    Watch(_MEETINGS, "committee", _ID, "settings, removed_at", added=False, removed=False),
    Watch(_MEETINGS, "membership", _COMMITTEE),
    # Whoever presents a case is reminded of the meeting with it. One that is only proposed is on no agenda.
    Watch(
        _MEETINGS,
        "agenda_item",
        "SELECT CAST(committee_id AS VARCHAR) FROM meeting WHERE id = {row}.meeting_id",
        "meeting_id, status, presenter_ids",
        when="{row}.status = 'accepted'",
        removed=False,
    ),
    Watch(_MEETINGS, "person", "'p' || CAST({row}.id AS VARCHAR)", "removed_at", added=False, removed=False),
    # Whoever is asked to come to it, as a substitute or a guest, and has not said no.
    Watch(
        _MEETINGS,
        "attendance",
        "'m' || CAST({row}.meeting_id AS VARCHAR)",
        "meeting_id, person_id, answer, stands_in_for_id",
    ),
    # Changes of an agenda that the members were told of.
    Watch(
        _AGENDAS,
        "agenda",
        "CAST({row}.meeting_id AS VARCHAR)",
        "revision, draft_since",
        when="{row}.told_at IS NOT NULL",
        added=False,
        removed=False,
    ),
    Watch(
        _AGENDAS,
        "agenda_item",
        "SELECT CAST(meeting_id AS VARCHAR) FROM agenda WHERE meeting_id = {row}.meeting_id AND told_at IS NOT NULL",
        "meeting_id, status, number, title, minutes",
        when="{row}.number IS NOT NULL",
        removed=False,
    ),
    # What changes after a meeting is convened: in its agenda, and in whom it concerns.
    Watch(
        _CONVOCATIONS,
        "agenda",
        "CAST({row}.meeting_id AS VARCHAR)",
        "revision, draft_since",
        when="{row}.convened_at IS NOT NULL",
        added=False,
        removed=False,
    ),
    Watch(
        _CONVOCATIONS,
        "agenda_item",
        "SELECT CAST(meeting_id AS VARCHAR) FROM agenda WHERE meeting_id = {row}.meeting_id "
        "AND convened_at IS NOT NULL",
        "meeting_id, status, number, title, minutes, presenter_ids, closed_under",
        when="{row}.number IS NOT NULL",
        removed=False,
    ),
    Watch(
        _CONVOCATIONS,
        "membership",
        "SELECT CAST(agenda.meeting_id AS VARCHAR) FROM agenda JOIN meeting ON meeting.id = agenda.meeting_id "
        "WHERE meeting.committee_id = {row}.committee_id AND agenda.convened_at IS NOT NULL",
    ),
    # What calendars are sent: by the meeting (`m12`), the committee (`c12`), the person (`p12`).
    Watch(
        _INVITATIONS,
        "meeting",
        "'m' || CAST({row}.id AS VARCHAR)",
        "committee_id, starts_at, ends_at, zone, place, join_url, cancelled_at, sequence",
        removed=False,
    ),
    Watch(
        _INVITATIONS,
        "committee",
        "'c' || CAST({row}.id AS VARCHAR)",
        "settings, removed_at",
        added=False,
        removed=False,
    ),
    Watch(_INVITATIONS, "membership", "'c' || CAST({row}.committee_id AS VARCHAR)"),
    Watch(
        _INVITATIONS,
        "agenda_item",
        "SELECT 'm' || CAST(id AS VARCHAR) FROM meeting WHERE id = {row}.meeting_id",
        "meeting_id, status, presenter_ids",
        when="{row}.status = 'accepted'",
        removed=False,
    ),
    # Who is asked to come besides: substitutes and guests.
    Watch(
        _INVITATIONS,
        "attendance",
        "'m' || CAST({row}.meeting_id AS VARCHAR)",
        "person_id, stands_in_for_id, guest_in",
        when="{row}.stands_in_for_id IS NOT NULL OR {row}.capacity = 'gjest'",
    ),
    Watch(
        _INVITATIONS,
        "person",
        "'p' || CAST({row}.id AS VARCHAR)",
        "email, removed_at",
        added=False,
        removed=False,
    ),
    Watch(_INVITATIONS, "reminder_wishes", "'p' || CAST({row}.person_id AS VARCHAR)"),
    # Minutes that have left the minute taker, and how their items were decided.
    Watch(
        _DISAGREEMENTS,
        "minutes",
        _ID,
        "status",
        when="{row}.status <> 'draft' AND {row}.paper_id IS NULL",
        removed=False,
    ),
    Watch(
        _DISAGREEMENTS,
        "minutes_entry",
        "SELECT CAST(id AS VARCHAR) FROM minutes WHERE id = {row}.minutes_id AND status <> 'draft' "
        "AND paper_id IS NULL",
        "how_decided",
        added=False,
        removed=False,
    ),
    # What is searched in (`storage.search`).
    Watch(
        _INDEX,
        "agenda_item",
        "'i' || CAST({row}.id AS VARCHAR)",
        "committee_id, meeting_id, status, proposer_id, title, purpose, conclusion, presenters_text, number",
    ),
    Watch(_INDEX, "former_number", "'i' || CAST({row}.item_id AS VARCHAR)"),
    Watch(
        _INDEX,
        "agenda_slot",
        "CASE WHEN {row}.item_id IS NULL THEN 's' || CAST({row}.id AS VARCHAR) "
        "ELSE 'i' || CAST({row}.item_id AS VARCHAR) END",
        "item_id, standing, title, text, number, left_out",
        added=False,
    ),
    Watch(
        _INDEX,
        "meeting",
        "SELECT 'i' || CAST(id AS VARCHAR) FROM agenda_item WHERE meeting_id = {row}.id "
        "UNION SELECT 'searching.index', 's' || CAST(id AS VARCHAR) FROM agenda_slot "
        "WHERE meeting_id = {row}.id AND item_id IS NULL",
        "starts_at, committee_id",
        added=False,
        removed=False,
    ),
    Watch(
        _INDEX,
        "minutes",
        _OF_ENTRIES + " WHERE e.minutes_id = {row}.id",
        "status",
    ),
    Watch(
        _INDEX,
        "minutes_entry",
        "SELECT {what} FROM agenda_slot AS s WHERE s.id = {row}.slot_id".replace("{what}", _OF_SLOT),
        "discussion, slot_id",
    ),
    Watch(_INDEX, "conclusion", _OF_ENTRY, "text, entry_id"),
    Watch(_INDEX, "follow_up", _OF_ENTRY, "text, due_text, entry_id"),
    Watch(_INDEX, "committee", _EVERYTHING, "key, name", removed=False),
    Watch(_INDEX, "committee_alias", _EVERYTHING),
    # What is to be done because of decisions: who is told of it, and when they are reminded.
    Watch(_FOLLOWING, "minutes", "'m' || CAST({row}.id AS VARCHAR)", "status", removed=False),
    Watch(
        _FOLLOWING,
        "follow_up",
        _ID,
        "text, owner_id, owner_committee_id, owner_organisation_id, owner_text, due_on, due_text, status, rhythm, "
        "report_on",
    ),
    Watch(
        _FOLLOWING,
        "agenda_item",
        "SELECT CAST(follow_up.id AS VARCHAR) FROM follow_up "
        "JOIN minutes_entry ON minutes_entry.id = follow_up.entry_id "
        "JOIN agenda_slot ON agenda_slot.id = minutes_entry.slot_id WHERE agenda_slot.item_id = {row}.id",
        "title, number, closed_under",
        added=False,
        removed=False,
    ),
    Watch(_FOLLOWING, "committee", "'c' || CAST({row}.id AS VARCHAR)", "settings", added=False, removed=False),
    Watch(_FOLLOWING, "membership", "'c' || CAST({row}.committee_id AS VARCHAR)"),
    Watch(_FOLLOWING, "organisation", "'o' || CAST({row}.id AS VARCHAR)", "contacts", added=False, removed=False),
    Watch(_FOLLOWING, "person", _EVERYTHING, "removed_at", added=False, removed=False),
    # What becomes of a case that somebody follows.
    Watch(_NEWS, "minutes", "'m' || CAST({row}.id AS VARCHAR)", "status", removed=False),
    Watch(
        _NEWS,
        "follow_up",
        "SELECT CAST(case_follower.item_id AS VARCHAR) FROM case_follower "
        "JOIN agenda_slot ON agenda_slot.item_id = case_follower.item_id "
        "JOIN minutes_entry ON minutes_entry.slot_id = agenda_slot.id WHERE minutes_entry.id = {row}.entry_id",
        "status",
        added=False,
        removed=False,
    ),
    Watch(
        _NEWS,
        "agenda_item",
        "SELECT CAST(item_id AS VARCHAR) FROM case_follower WHERE item_id = {row}.id",
        "meeting_id, committee_id, status, closed_under",
        added=False,
        removed=False,
    ),
    Watch(
        _DEVIATIONS,
        "deviation",
        _ID,
        "reporter_id, reporter_organisation_id, workplace_id, unit_id, organisation_id, consequence, "
        "notice_considered_at, notice_sent_at, status, handler_id, created_at, sent_at, due_at, changed_at, "
        "asked_again_at",
        removed=False,
    ),
    Watch(_DEVIATIONS, "unit_staff", _EVERYTHING),
    Watch(_DEVIATIONS, "unit", _EVERYTHING, "organisation_id", added=False, removed=False),
    Watch(_DEVIATIONS, "person", _EVERYTHING, "removed_at", added=False, removed=False),
    Watch(_DEVIATIONS, "setting", _EVERYTHING),
    Watch(_PATTERNS, "deviation", _ID, "direction, service, status, sent_at, reject_reason", removed=False),
    Watch(_PATTERNS, "deviation_category", "CAST({row}.deviation_id AS VARCHAR)", removed=False),
    Watch(_PATTERNS, "setting", _EVERYTHING),
    Watch(_PATTERNS, "committee", _EVERYTHING, "key, name, removed_at", removed=False),
    Watch(_PATTERNS, "committee_alias", _EVERYTHING),
    Watch(_PATTERNS, "membership", _EVERYTHING),
    Watch(_PATTERNS, "person", _EVERYTHING, "removed_at", added=False, removed=False),
    # Decisions on their way down and out: by the line of the minutes, by the minutes (`m12`), by the party (`o12`).
    Watch(
        _CHAINS,
        "follow_up",
        "CAST({row}.entry_id AS VARCHAR)",
        "owner_committee_id, owner_organisation_id, recommended, status, answer, conclusion_id, due_on",
    ),
    Watch(_CHAINS, "minutes", "'m' || CAST({row}.id AS VARCHAR)", "status", removed=False),
    Watch(_CHAINS, "conclusion", "CAST({row}.entry_id AS VARCHAR)", "revoked_by_id", added=False, removed=False),
    # A case that a committee got from above.
    Watch(
        _CHAINS,
        "agenda_item",
        "SELECT CAST(entry_id AS VARCHAR) FROM follow_up WHERE became_item_id = {row}.id",
        "status, meeting_id, committee_id",
        added=False,
        removed=False,
    ),
    Watch(
        _CHAINS,
        "organisation",
        "'o' || CAST({row}.id AS VARCHAR)",
        "merged_into_id, removed_at, contacts",
        added=False,
        removed=False,
    ),
    # What stands in a committee's channel: by the meeting (`m12`, its agenda `a12`), the committee (`c12`), the case
    # (`i12`).
    Watch(
        _THREADS,
        "meeting",
        _OF_MEETING_WITH_CHANNEL.replace("{kind}", "m").replace("{id}", "id"),
        "committee_id, starts_at, ends_at, deadline_at, zone, place, cancelled_at",
        removed=False,
    ),
    Watch(
        _THREADS,
        "committee",
        "'c' || CAST({row}.id AS VARCHAR)",
        "name, settings, standing_items, removed_at",
        removed=False,
    ),
    Watch(
        _THREADS,
        "committee_channel",
        "'c' || CAST({row}.committee_id AS VARCHAR)",
        "surface, workspace, channel, is_on",
    ),
    Watch(
        _THREADS,
        "agenda",
        _OF_MEETING_WITH_CHANNEL.replace("{kind}", "a").replace("{id}", "meeting_id"),
        "revision, draft_since, told_at, convened_at",
        removed=False,
    ),
    Watch(
        _THREADS,
        "agenda_item",
        "SELECT 'a' || CAST(meeting.id AS VARCHAR) FROM meeting "
        "JOIN committee_channel ON committee_channel.committee_id = meeting.committee_id "
        "WHERE meeting.id = {row}.meeting_id UNION SELECT 'meetings.threads', 'i' || CAST({row}.id AS VARCHAR) "
        "WHERE EXISTS (SELECT 1 FROM meeting_thread)",
        "meeting_id, status, number, title, minutes, closed_under",
        when="{row}.number IS NOT NULL",
    ),
    Watch(
        _THREADS,
        "minutes",
        _OF_MEETING_WITH_CHANNEL.replace("{kind}", "m").replace("{id}", "meeting_id"),
        when="{row}.status <> 'draft' AND {row}.paper_id IS NULL",
        removed=False,
    ),
    # When a committee can meet: until when people answer, and who is asked.
    Watch(_POLLS, "date_poll", _ID, "status, closes_at", removed=False),
    Watch(
        _POLLS,
        "membership",
        "SELECT CAST(id AS VARCHAR) FROM date_poll WHERE committee_id = {row}.committee_id AND status = 'open'",
    ),
    Watch(
        _POLLS,
        "person",
        "SELECT CAST(date_poll.id AS VARCHAR) FROM date_poll "
        "JOIN date_poll_asked ON date_poll_asked.poll_id = date_poll.id "
        "WHERE date_poll_asked.person_id = {row}.id AND date_poll.status = 'open'",
        "removed_at",
        added=False,
        removed=False,
    ),
)


def statements(dialect: str, watches: Iterable[Watch]) -> list[str]:
    """What makes the triggers, on `sqlite` or `postgresql`. For the same arguments it never changes: a migration calls
    it."""
    return [statement for watch in watches for statement in _made(dialect, watch)]


def _made(dialect: str, watch: Watch) -> list[str]:
    name = f"{watch.table}_told_{watch.chore.replace('.', '_')}"
    update = f"UPDATE OF {watch.columns}" if watch.columns else "UPDATE"
    wanted = [
        ("insert", "INSERT", ("NEW",), watch.added),
        ("update", update, ("OLD", "NEW"), True),
        ("delete", "DELETE", ("OLD",), watch.removed),
    ]
    made = []
    for when, does, rows, counts in wanted:
        if not counts:
            continue
        note = f"INSERT INTO chore_changed (chore, subject) {_subjects(watch, rows)};"
        condition = " OR ".join(watch.when.format(row=row) for row in rows if watch.when)
        if dialect == "sqlite":
            only = f"WHEN {condition} " if condition else ""
            made.append(f"CREATE TRIGGER {name}_{when} AFTER {does} ON {watch.table} {only}BEGIN {note} END")
        else:
            only = f"WHEN ({condition}) " if condition else ""
            made += [
                f"CREATE FUNCTION {name}_{when}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN {note} RETURN NULL; END $$",
                f"CREATE TRIGGER {name}_{when} AFTER {does} ON {watch.table} "
                f"FOR EACH ROW {only}EXECUTE FUNCTION {name}_{when}()",
            ]
    return made


def _subjects(watch: Watch, rows: tuple[str, ...]) -> str:
    """The chore and each subject, once where what changed concerns the same as before."""
    each = []
    for row in rows:
        subject = watch.subject.format(row=row).removeprefix("SELECT ")
        each.append(f"SELECT '{watch.chore}', {subject}")
    return " UNION ".join(dict.fromkeys(each))
