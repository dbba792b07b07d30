"""What a paper says, out of the form in which it is kept (`handlers.papers.record.as_json`)."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.papers.record import (
    CaseRead,
    Coverage,
    DeadlineRead,
    FollowUpRead,
    MeetingRead,
    PaperKind,
    PaperRead,
    PresentRead,
    Suspected,
)


def from_json(kept: Mapping[str, Any]) -> PaperRead:
    """The same as was written. What an older program did not write is empty."""
    there = kept.get("attendance") or ()
    return PaperRead(
        kind=PaperKind(kept.get("kind") or PaperKind.OTHER),
        refused=bool(kept.get("refused")),
        why=kept.get("why") or "",
        committee=kept.get("committee"),
        date=_day(kept.get("date")),
        begins=_clock(kept.get("from")),
        ends=_clock(kept.get("to")),
        place=kept.get("place"),
        chair=kept.get("chair"),
        referent=kept.get("referent"),
        present=[_person(each) for each in there if each.get("present")],
        absent=[_person(each) for each in there if not each.get("present")],
        cases=[_case(each) for each in kept.get("cases") or ()],
        followups=_follow_ups(kept.get("followups")),
        attachments=list(kept.get("attachments") or ()),
        deadlines=[
            DeadlineRead(day, each.get("text") or "")
            for each in kept.get("deadlines") or ()
            if (day := _day(each.get("date"))) is not None
        ],
        next_meetings=[
            MeetingRead(day, _clock(each.get("from")), _clock(each.get("to")), each.get("committee"), each.get("place"))
            for each in kept.get("next_meetings") or ()
            if (day := _day(each.get("date"))) is not None
        ],
        number=kept.get("number"),
        draft=kept.get("draft"),
        warnings=list(kept.get("warnings") or ()),
        suspected=[
            Suspected(each.get("text") or "", each.get("where") or "", each.get("why") or "")
            for each in kept.get("suspected") or ()
        ],
        coverage=Coverage(**{name: value for name, value in (kept.get("coverage") or {}).items() if name in _COVERAGE}),
    )


_COVERAGE = frozenset({"read", "absent", "suspected", "share"})


def _person(kept: Mapping[str, Any]) -> PresentRead:
    return PresentRead(
        kept.get("name") or "", kept.get("role") or "", kept.get("substitute_for"), kept.get("remark") or ""
    )


def _case(kept: Mapping[str, Any]) -> CaseRead:
    return CaseRead(
        number=kept.get("number"),
        series=kept.get("series"),
        year=kept.get("year"),
        types=list(kept.get("types") or ()),
        title=kept.get("title") or "",
        purpose=kept.get("purpose") or "",
        discussion=kept.get("discussion") or "",
        decisions=list(kept.get("decisions") or ()),
        decision=bool(kept.get("decision")),
        how_decided=kept.get("how_decided"),
        agreement=kept.get("agreement"),
        postponed=kept.get("postponed"),
        presenter=kept.get("presenter"),
        attachments=list(kept.get("attachments") or ()),
        followups=_follow_ups(kept.get("followups")),
    )


def _follow_ups(kept: Sequence[Mapping[str, Any]] | None) -> list[FollowUpRead]:
    return [
        FollowUpRead(
            each.get("text") or "",
            each.get("owner") or "",
            _day(each.get("due")),
            each.get("due_text") or "",
            each.get("case"),
        )
        for each in kept or ()
    ]


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _clock(text: str | None) -> datetime.time | None:
    return datetime.time.fromisoformat(text) if text else None
