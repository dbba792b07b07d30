"""What people read of finding a date, in words: nothing by a colour or a sign alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.calendar import customary, dates, school_holidays
from handlers.calendar.holidays import name_of
from handlers.calendar.working_days import is_working_day
from handlers.meetings.settings import CommitteeSettings
from handlers.messages import paging
from handlers.messages.message import Button, Confirm, Fact, Message, Page, Section, Style
from handlers.polls.actions import Do, about, button
from handlers.polls.at_hand import Own, Picture, Poll
from handlers.polls.ranking import Numbered, Outcome
from handlers.writing.language import N_, _, ngettext
from storage.polls import Asked, Collision, Said
from storage.tables import Committee, PollStatus, Suits

NAMES = 30
"""So many people are listed at once."""
_BEST = 3
_IN_WORDS: Mapping[Suits, str] = {
    Suits.YES: N_("passer"),
    Suits.IF_NEEDED: N_("passer om nødvendig"),
    Suits.NO: N_("passer ikke"),
}
_LABELS: Mapping[Suits, str] = {
    Suits.YES: N_("{number} passer"),
    Suits.IF_NEEDED: N_("{number} om nødvendig"),
    Suits.NO: N_("{number} passer ikke"),
}


def title(read: Poll, text: str = "", **more: str) -> str:
    """«Når passer det med møte i FSU?», or a `text` with `{committee}` in it, and the names of `more`."""
    return (text or _("Når passer det med møte i {committee}?")).format(committee=read.committee.name, **more)


def numbered(read: Poll, time: Numbered) -> str:
    """`1. torsdag 12. mars 2027 kl. 09.00–11.00`."""
    return f"{time.number}. {read.when(time)}"


def closes(read: Poll) -> str:
    return dates.day_and_clock(read.row.closes_at, read.row.zone)


def page_of(read: Poll) -> Page:
    """Where whoever is not on chat answers."""
    return Page(reference="", action=Do.SHOW, arguments=about(read.row, {}))


def in_words(suits: Suits | None) -> str:
    return _(_IN_WORDS[suits]) if suits is not None else _("ikke svart")


def odd(committee: Committee, starts_at: datetime, zone: str) -> str:
    """That the day is a public holiday, one that most are off by custom, no working day, or in a school holiday in a
    county that the committee minds; empty: it is none of them, or nobody knows."""
    day = dates.local_date(starts_at, zone)
    holiday = name_of(day)
    if holiday:
        return _("Merk: helligdag ({name}).").format(name=holiday.lower())
    if (by_custom := customary.known().on(day)) is not None:
        return _("Merk: {when}, da de fleste har fri.").format(when=by_custom.in_sentence)
    if not is_working_day(day):
        return _("Merk: helg.")
    counties = CommitteeSettings.model_validate(committee.settings).plan.counties
    school = school_holidays.known().among(counties, day) if counties else None
    if school is None:
        return ""
    found, there = school
    return _("Merk: i {holiday} i {counties}.").format(holiday=found.in_sentence, counties=", ".join(there))


def has_meeting(found: Sequence[Collision]) -> str:
    """That the reader has another meeting then."""
    return " ".join(
        _("Merk: du har møte i {committee} kl. {begins}–{ends}.").format(
            committee=each.committee,
            begins=dates.clock(each.starts_at, each.zone),
            ends=dates.clock(each.ends_at, each.zone),
        )
        for each in found
    )


def _facts(*facts: tuple[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


def kind(read: Poll) -> str:
    return _("Ekstraordinært møte") if read.row.extraordinary else ""


# --- for whoever is asked ----------------------------------------------------------------------------------


def to_asked(read: Poll, own: Own, now: datetime, *, said: str = "") -> Message:
    """What somebody who is asked has before them, with what they say and nobody else. `said`: what was just done."""
    if not own.asked.is_asked:
        return Message(
            title=title(read, _("Du er ikke lenger spurt om møte i {committee}")),
            text=_("Du er ikke med i utvalget lenger, så du trenger ikke å svare."),
            page=page_of(read),
        )
    if read.status is PollStatus.CANCELLED:
        return Message(
            title=title(read, _("Datovalget for møte i {committee} er avlyst")),
            text=_("Du trenger ikke å holde av tidene."),
            page=page_of(read),
        )
    chosen = read.chosen
    if chosen is not None:
        return Message(
            title=title(read, _("Møtet i {committee} blir {when}"), when=read.when(chosen)),
            text=_("Svaret ditt: {suits}.").format(suits=in_words(own.said.get(chosen.id))),
            facts=_facts((_("Sted"), read.row.place)),
            page=page_of(read),
        )
    if not read.takes_answers(now):
        lines = [f"{numbered(read, each)}: {in_words(own.said.get(each.id))}" for each in read.times]
        return Message(
            title=title(read, _("Svarfristen for møte i {committee} er ute")),
            text="\n".join((_("Du får beskjed når tidspunktet er valgt. Du svarte:"), *lines)),
            page=page_of(read),
        )
    at = _page_at(read, own.asked.row.page) * paging.SIZE
    shown = read.times[at : at + paging.SIZE]
    return Message(
        title=title(read),
        text="\n".join(filter(None, (said, read.row.about, answered_so_far(read, own, now), _part(at, shown, read)))),
        facts=_facts(
            (_("Svar innen"), closes(read)),
            (_("Sted"), read.row.place),
            (_("Slag"), kind(read)),
        ),
        sections=tuple(_to_answer(read, own, each, now) for each in shown),
        buttons=(*all_buttons(read), *_turning(read, at)),
        small=_("Du kan endre svarene til svarfristen."),
        page=page_of(read),
    )


def _page_at(read: Poll, page: int) -> int:
    return min(page, (len(read.times) - 1) // paging.SIZE)


def answered_so_far(read: Poll, own: Own, now: datetime) -> str:
    coming = read.coming(now)
    done = sum(each.id in own.said for each in coming)
    if done == len(coming):
        return _("Du har svart på alle tidene.")
    return ngettext(
        "Du har svart på {done} av {count} tid.", "Du har svart på {done} av {count} tider.", len(coming)
    ).format(done=done, count=len(coming))


def _part(at: int, shown: Sequence[Numbered], read: Poll) -> str:
    return paging.place(at, len(shown), len(read.times))


def _to_answer(read: Poll, own: Own, time: Numbered, now: datetime) -> Section:
    suits = own.said.get(time.id)
    is_past = time.row.starts_at <= now
    lines = (
        _("Har vært.") if is_past else "",
        odd(read.committee, time.row.starts_at, read.row.zone),
        has_meeting(own.collisions.get(time.id, ())),
        _("Svaret ditt: {suits}.").format(suits=in_words(suits)),
    )
    buttons = () if is_past else tuple(_answer_button(read, time, each, chosen=each is suits) for each in Suits)
    return Section(title=numbered(read, time), text="\n".join(filter(None, lines)), buttons=buttons)


def _answer_button(read: Poll, time: Numbered, suits: Suits, *, chosen: bool) -> Button:
    return button(
        Do.ANSWER,
        _(_LABELS[suits]).format(number=time.number),
        read.row,
        read.carried,
        style="primary" if chosen else "default",
        time=time.id,
        suits=suits,
    )


def all_buttons(read: Poll) -> tuple[Button, ...]:
    """All times at one press."""
    return (
        button(Do.ALL, _("Alle tidene passer"), read.row, read.carried),
        button(Do.NONE, _("Ingen av tidene passer"), read.row, read.carried),
    )


def _turning(read: Poll, at: int) -> tuple[Button, ...]:
    return paging.buttons(read.times[at:], Do.TURN, about(read.row, read.carried, page=at // paging.SIZE))


# --- for whoever runs it -----------------------------------------------------------------------------------


def status(read: Poll, now: datetime) -> str:
    """Where it stands, in a few words."""
    match read.status:
        case PollStatus.CANCELLED:
            return _("Avlyst")
        case PollStatus.CHOSEN:
            chosen = read.chosen
            return _("Valgt: {when}").format(when=read.when(chosen)) if chosen is not None else _("Valgt")
        case PollStatus.OPEN:
            return (
                _("Åpent for svar") if read.takes_answers(now) else _("Svarfristen er ute, og tidspunkt er ikke valgt")
            )


def progress(read: Poll) -> str:
    """«3 av 5 har svart»."""
    return ngettext("{answered} av {count} har svart", "{answered} av {count} har svart", read.progress.asked).format(
        answered=read.progress.answered, count=read.progress.asked
    )


def counted(read: Poll, now: datetime) -> Message:
    """How far it has come."""
    return Message(
        title=title(read, _("Datovalg: møte i {committee}")),
        facts=_facts(
            (_("Status"), status(read, now)),
            (_("Svarfrist"), closes(read)),
            (_("Har svart"), progress(read)),
            (_("Gjelder"), read.row.about),
        ),
        buttons=(show(read),),
        page=page_of(read),
    )


def to_own(read: Poll) -> Button:
    """What leads to the reader's own answers."""
    return button(Do.OWN, _("Svar på hver tid"), read.row, read.carried)


def show(read: Poll) -> Button:
    return button(Do.SHOW, _("Se datovalget"), read.row, read.carried)


def to_runner(seen: Picture, now: datetime, *, at: int = 0, said: str = "") -> Message:
    """All of it, the best time first. `at`: so many times come before those shown. `said`: what was just done."""
    read = seen.poll
    shown = seen.outcomes[at : at + paging.SIZE]
    open_ = read.status is PollStatus.OPEN
    lines = (said, nobody_yet(seen) if open_ else "", _part(at, [each.time for each in shown], read))
    return Message(
        title=title(read, _("Datovalg: møte i {committee}")),
        text="\n".join(filter(None, lines)),
        facts=_facts(
            (_("Status"), status(read, now)),
            (_("Svarfrist"), closes(read)),
            (_("Har svart"), progress(read)),
            (_("Gjelder"), read.row.about),
            (_("Sted"), read.row.place),
            (_("Slag"), kind(read)),
        ),
        sections=tuple(
            _outcome(seen, each, open_=open_, best=at == 0 and place == 0) for place, each in enumerate(shown)
        ),
        buttons=(
            *_own_button(seen),
            button(Do.PEOPLE, _("Hvem har svart"), read.row, read.carried),
            *run_buttons(read),
            *paging.buttons(seen.outcomes[at:], Do.SHOW, about(read.row, read.carried, page=at // paging.SIZE)),
        ),
        page=page_of(read),
    )


def nobody_yet(seen: Picture) -> str:
    """That nobody has said anything; empty: somebody has."""
    return "" if any(seen.said.values()) else _("Ingen har svart ennå.")


def _own_button(seen: Picture) -> tuple[Button, ...]:
    read = seen.poll
    return (button(Do.OWN, _("Svar selv"), read.row, read.carried),) if read.status is PollStatus.OPEN else ()


def _outcome(seen: Picture, outcome: Outcome, *, open_: bool, best: bool) -> Section:
    read, time = seen.poll, outcome.time
    suits_best = open_ and best and not outcome.is_past and bool(outcome.yes or outcome.if_needed)
    lines = (
        _("Har vært.") if outcome.is_past else "",
        _("Passer best så langt.") if suits_best else "",
        *in_numbers(outcome),
        colliding(seen.colliding.get(time.id, 0)),
        odd(read.committee, time.row.starts_at, read.row.zone),
    )
    may_choose = open_ and not outcome.is_past
    return Section(
        title=numbered(read, time),
        text="\n".join(filter(None, lines)),
        buttons=(
            *((_choose(read, time, best=suits_best),) if may_choose else ()),
            button(
                Do.PEOPLE,
                _("Hvem kan {number}").format(number=time.number),
                read.row,
                read.carried,
                time=time.id,
            ),
        ),
    )


def _choose(read: Poll, time: Numbered, *, best: bool = False) -> Button:
    style: Style = "primary" if best else "default"
    label = _("Velg {number}").format(number=time.number)
    return button(Do.CHOOSE, label, read.row, read.carried, style=style, time=time.id)


def in_numbers(outcome: Outcome) -> tuple[str, ...]:
    """How many can come, how many of them with a vote, and whether they are enough to decide."""
    counts = _("Passer for {yes}, om nødvendig for {if_needed}, passer ikke for {no}. Ikke svart: {silent}.").format(
        yes=len(outcome.yes), if_needed=len(outcome.if_needed), no=len(outcome.no), silent=len(outcome.silent)
    )
    votes = _("Med stemmerett: {votes} kan, {more} til om nødvendig.").format(
        votes=outcome.votes, more=outcome.votes_if_needed - outcome.votes
    )
    # Before anybody has answered «not enough» says nothing.
    answered = outcome.yes or outcome.if_needed or outcome.no
    return (counts, votes, quorum(outcome) if answered else "")


def quorum(outcome: Outcome) -> str:
    """Whether the committee could decide anything then; empty: it asks for no number."""
    found = outcome.quorum
    if found is None:
        return ""
    if found.with_yes:
        return _("Utvalget blir vedtaksført ({needed} må møte).").format(needed=found.needed)
    if found.if_needed:
        return _("Utvalget blir vedtaksført bare når de som kan om nødvendig, kommer ({needed} må møte).").format(
            needed=found.needed
        )
    return _("Utvalget blir ikke vedtaksført med disse svarene ({needed} må møte).").format(needed=found.needed)


def colliding(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "{count} av de spurte har et annet møte samtidig.", "{count} av de spurte har et annet møte samtidig.", count
    ).format(count=count)


def _best(seen: Picture) -> Sequence[Outcome]:
    return [each for each in seen.outcomes if not each.is_past and (each.yes or each.if_needed)][:_BEST]


def choose_best(seen: Picture) -> tuple[Button, ...]:
    """Buttons to choose one of the times that suit best."""
    return tuple(_choose(seen.poll, each.time, best=place == 0) for place, each in enumerate(_best(seen)))


def best(seen: Picture) -> str:
    """The times that suit best, one on each line."""
    found = _best(seen)
    if not found:
        return _("Ingen har svart at noen av tidene passer.")
    lines = [
        _("{time}: passer for {yes}, om nødvendig for {if_needed}.").format(
            time=numbered(seen.poll, each.time), yes=len(each.yes), if_needed=len(each.if_needed)
        )
        for each in found
    ]
    return "\n".join((_("Disse passer best:"), *lines))


def run_buttons(read: Poll) -> tuple[Button, ...]:
    """What whoever runs it may do with it next."""
    if read.status is not PollStatus.OPEN:
        return ()
    cancelling = Confirm(text=_("Avlyse datovalget? De som er spurt, får beskjed."), yes=_("Avlys"))
    return (
        button(Do.EXTEND, _("Endre svarfristen"), read.row, read.carried),
        button(Do.ADD, _("Spør flere"), read.row, read.carried),
        button(Do.CANCEL, _("Avlys datovalget"), read.row, read.carried, style="danger", confirm=cancelling),
    )


# --- who says what -----------------------------------------------------------------------------------------


def people_at(seen: Picture, outcome: Outcome, page: int) -> Message:
    """Who says what of one time."""
    read = seen.poll
    by_id = {each.row.person_id: each for each in seen.everybody}
    lines = [
        f"{_named(seen, by_id[person])}: {in_words(suits)}"
        for suits in (Suits.YES, Suits.IF_NEEDED, Suits.NO, None)
        for person in outcome.of(suits)
    ]
    return _listed(read, numbered(read, outcome.time), lines, page, {"time": str(outcome.time.id)})


def everybody(seen: Picture, missing: Mapping[int, str], page: int, now: datetime) -> Message:
    """Who has answered, those first who have not. `missing`: who has not got the message, as
    `storage.deliveries.not_delivered` says it."""
    read = seen.poll
    by_state = sorted(seen.everybody, key=lambda each: each.row.answered_at is not None)
    lines = [f"{_named(seen, each)}: {_state(seen, each, missing, now)}" for each in by_state]
    return _listed(read, title(read, _("Hvem har svart: møte i {committee}")), lines, page)


def _state(seen: Picture, asked: Asked, missing: Mapping[int, str], now: datetime) -> str:
    said: Said = seen.said.get(asked.row.person_id, {})
    coming = seen.poll.coming(now)
    done = sum(each.id in said for each in coming)
    if asked.row.answered_at is not None:
        return _("har svart")
    if done:
        return _("har svart på {done} av {count}").format(done=done, count=len(coming))
    reference = missing.get(asked.row.person_id)
    if reference is None:
        return _("har ikke svart")
    if reference:
        return _("har ikke fått meldingen (referanse {reference}), ta kontakt på en annen måte").format(
            reference=reference
        )
    return _("har ikke fått meldingen: er ikke på chat, og har ingen e-post vi når")


def _named(seen: Picture, asked: Asked) -> str:
    if asked.row.person_id in seen.voting:
        return _("{name} (stemmerett)").format(name=asked.name)
    return asked.name


def _listed(
    read: Poll, heading: str, lines: Sequence[str], page: int, carried: Mapping[str, str] | None = None
) -> Message:
    at = min(page, max(0, len(lines) - 1) // NAMES) * NAMES
    shown = lines[at : at + NAMES]
    turns = []
    if at:
        turns.append((_("Forrige"), at // NAMES - 1))
    if at + NAMES < len(lines):
        turns.append((_("Neste"), at // NAMES + 1))
    place = _("Nummer {first} til {last}.").format(first=at + 1, last=at + len(shown)) if len(lines) > NAMES else ""
    return Message(
        title=heading,
        text="\n".join(filter(None, (place, *shown))),
        buttons=(
            *(
                button(Do.PEOPLE, label, read.row, {**read.carried, **(carried or {})}, page=target)
                for label, target in turns
            ),
            button(Do.SHOW, _("Hele datovalget"), read.row, read.carried),
        ),
        replace=True,
    )
