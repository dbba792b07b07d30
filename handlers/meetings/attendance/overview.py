"""How it stands with who comes, or who was there: counts, quorum and seats, and the names by section."""

from collections.abc import Sequence

from handlers.meetings.attendance.present import role_word
from handlers.meetings.attendance.roll import Attendee, Enough, Roll, There, enough, named
from handlers.messages.message import Fact, Section
from handlers.people.roles import Role
from handlers.writing.language import _, ngettext
from storage.tables import Answer


def facts(roll: Roll) -> tuple[Fact, ...]:
    """Counts; whether enough are there, and how many of each party, where the committee has a rule."""
    there = roll.was_there if roll.is_marked else roll.announced
    found = [(_("Oppmøte"), counts(roll))]
    quorum = enough(roll, there)
    # Before anybody has answered, nobody can say.
    if quorum is not None and (roll.is_marked or any(each.answer is not None for each in roll.attendees)):
        found.append((_("Vedtaksført"), quorum_in_words(quorum)))
    if roll.rule.seats:
        found.append((_("Plasser"), _seats(roll, there)))
    return tuple(Fact(label=label, value=value) for label, value in found if value)


def counts(roll: Roll) -> str:
    """«6 kommer, 2 har forfall, 1 har ikke svart»; once it is marked, «7 er til stede, …»."""
    asked = [each for each in roll.attendees if each.asked]
    if roll.is_marked:
        there = sum(each.present is True for each in roll.attendees)
        away = sum(roll.marked(each) is False for each in asked)
        unmarked = sum(roll.marked(each) is None for each in asked)
        said = [
            _("{count} til stede").format(count=there),
            _("{count} ikke til stede").format(count=away) if away else "",
            _("{count} ikke ført").format(count=unmarked) if unmarked else "",
        ]
    else:
        coming = sum(each.comes for each in asked)
        away = sum(each.answer in (Answer.ABSENT, Answer.SUBSTITUTE) for each in asked)
        silent = len(roll.unanswered)
        said = [
            ngettext("{count} kommer", "{count} kommer", coming).format(count=coming),
            ngettext("{count} har forfall", "{count} har forfall", away).format(count=away) if away else "",
            ngettext("{count} har ikke svart", "{count} har ikke svart", silent).format(count=silent) if silent else "",
        ]
    return ", ".join(filter(None, said))


def quorum_in_words(quorum: Enough) -> str:
    """«Ja, 6 med stemmerett (minst 5)», or what is missing."""
    said = _("Ja, {have} med stemmerett") if quorum.is_enough else _("Nei, {have} med stemmerett")
    words = said.format(have=quorum.have)
    if quorum.needed:
        words = _("{words} (minst {needed})").format(words=words, needed=quorum.needed)
    missing = [
        _("{count} til fra {party}").format(count=count, party=kind_word(kind).lower())
        for kind, count in quorum.short_of.items()
    ]
    return _("{words}. Mangler {missing}.").format(words=words, missing=", ".join(missing)) if missing else words


def _seats(roll: Roll, there: There) -> str:
    voters = [each.kind for each in roll.voters(there)]
    return ", ".join(
        _("{party}: {have} av {seats}").format(party=kind_word(kind), have=voters.count(kind), seats=seats)
        for kind, seats in roll.rule.seats.items()
    )


def kind_word(kind: str) -> str:
    """A kind of organisation, as several of them are called."""
    words = {
        "hospital": _("Sykehus"),
        "municipality": _("Kommuner"),
        "district": _("Bydeler"),
        "gp": _("Fastleger"),
        "other": _("Andre"),
    }
    return words.get(kind, kind)


def sections(roll: Roll) -> tuple[Section, ...]:
    """The names: who comes or was there, observers, guests with their items, who does not come, who has not
    answered."""
    if roll.is_marked:
        groups = [
            (_("Til stede"), [each for each in roll.attendees if each.present and not _apart(each)]),
            (_("Observatører"), [each for each in roll.attendees if each.present and each.capacity is Role.OBSERVER]),
            (_("Gjester"), [each for each in roll.attendees if each.present and each.is_guest]),
            (_("Ikke til stede"), [each for each in roll.attendees if each.present is False and each.asked]),
            (_("Ikke ført"), [each for each in roll.attendees if each.present is None and each.asked]),
        ]
    else:
        groups = [
            (_("Kommer"), [each for each in roll.attendees if each.comes and not _apart(each)]),
            (_("Observatører"), [each for each in roll.attendees if each.comes and each.capacity is Role.OBSERVER]),
            (_("Gjester"), [each for each in roll.attendees if each.is_guest and each.guest_in]),
            (_("Forfall"), [each for each in roll.attendees if each.asked and _is_away(each)]),
            (_("Har ikke svart"), [each for each in roll.unanswered if not each.is_guest]),
        ]
    shown = tuple(Section(title=title, text="\n".join(map(line, found))) for title, found in groups if found)
    out = disqualified(roll)
    return (*shown, Section(title=_("Inhabile"), text=out)) if out else shown


def disqualified(roll: Roll) -> str:
    """Who took no part in an item, a line for each."""
    return "\n".join(
        _("Sak {item}: {name}, {substitute} møter i stedet").format(
            item=named(out.line), name=out.name, substitute=out.substitute
        )
        if out.substitute
        else _("Sak {item}: {name}").format(item=named(out.line), name=out.name)
        for out in roll.out
        if out.line is not None
    )


def _apart(each: Attendee) -> bool:
    """Whether they stand in a section of their own."""
    return each.is_guest or each.capacity is Role.OBSERVER


def _is_away(each: Attendee) -> bool:
    return each.answer in (Answer.ABSENT, Answer.SUBSTITUTE) and not each.is_guest


def line(each: Attendee) -> str:
    """One name, with all that others may know of it: not why somebody does not come."""
    words = f"{each.name}, {each.organisation}" if each.organisation else each.name
    role = role_word(each)
    if each.stands_in_for:
        words = _("{person} (for {member})").format(person=words, member=each.stands_in_for)
    elif each.guest_in:
        words = _("{person} (sak {items})").format(person=words, items=", ".join(map(named, each.guest_in)))
    elif role:
        words = f"{words} ({role})"
    return " · ".join([words, *_remarks(each)])


def _remarks(each: Attendee) -> Sequence[str]:
    found = []
    if each.present is None and each.answer is Answer.SUBSTITUTE and each.substitute:
        found.append(_("{name} møter").format(name=each.substitute))
    if each.present is None and each.is_guest and each.answer is not None:
        found.append(_("kommer") if each.comes else _("forfall"))
    if each.undecided and each.present is None:
        found.append(_("kanskje"))
    if each.outdated and each.present is None:
        found.append(_("svarte før møtet ble flyttet"))
    if each.since is not None:
        found.append(_("kom til sak {item}").format(item=named(each.since)))
    if each.until is not None:
        found.append(_("gikk etter sak {item}").format(item=named(each.until)))
    return found


def rights_in_words(roll: Roll, each: Attendee) -> str:
    """What they may do in the meeting: «Stemme, tale og forslag»."""
    member = roll.person(each.stands_in_for_id)
    capacity = member.capacity if member is not None else each.capacity
    rule = roll.rule
    votes = roll.has_seat(each) or (member is not None and roll.has_seat(member))
    found = [
        _("stemme") if votes else "",
        _("tale") if capacity in rule.speaking else "",
        _("forslag") if capacity in rule.proposing else "",
    ]
    said = ", ".join(filter(None, found))
    return said[:1].upper() + said[1:] if said else _("Ingen")
