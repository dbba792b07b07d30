"""What kind of paper it is, and what is refused."""

import pytest

from handlers.papers import rules
from handlers.papers.reading.blocks import Paper
from tests.papers.rules.texts import read

_HEAD = "Møtedato: 12.03.2026\nTil stede: Kari Eksempel, Ola Eksempel\n\nSak 1/26 Plan\n\nVedtak: Planen vedtas.\n"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Referat fra møte i FSU", "referat"),
        ("Møtereferat", "referat"),
        ("MØTEPROTOKOLL", "protokoll"),
        ("Møtebok for utvalet", "protokoll"),
        ("Saksprotokoll i Kommunestyret - 12.03.2026", "saksprotokoll"),
        ("Utkast til referat fra møte i FSU", "referat"),
        ("", "referat"),
    ],
)
def test_minutes_by_any_name(title: str, kind: str) -> None:
    paper = read(f"{title}\n\n{_HEAD}")
    assert paper.kind == kind
    assert not paper.refused


@pytest.mark.parametrize(
    "text",
    [
        "Årsrapport 2025\n\n1. Innledning\n\nDet var fire møter.\n\n2. Vedtak\n\nSak 1/25: Planen ble vedtatt.\n",
        "Til deg som skal opereres\n\nMøt fastende kl. 07.30.\n\n1. Ta med liste\n2. Ta med klær\n",
        "Høringssvar\n\nKommunen viser til brev av 1. juni 2025.\n\n1. Kommunen støtter forslaget.\n",
        "Vår ref: 24/1234 Dato: 12.03.2026\n\nSvar på henvendelse\n\nVi viser til brev.\n\nMed hilsen\nKari Eksempel\n",
        "Mandat for fagutvalg\n\nFormål\n\nUtvalget skal gi råd.\n\nMedlemmer\n\nKari Eksempel\n",
    ],
)
def test_what_is_no_paper_of_a_meeting_is_refused_with_a_reason(text: str) -> None:
    paper = read(text)
    assert (paper.kind, paper.refused) == ("annet", True)
    assert paper.why
    assert paper.cases == []


def test_a_case_paper_is_refused_as_minutes() -> None:
    paper = read(
        "Saksframlegg\n\nSaksbehandler: Kari Eksempel\nMøtedato: 12.03.2026\nSaksnr: 4/26\n\n"
        "Hensikten med saken\n\nEt mandat.\n\n"
        "Forslag til konklusjon\n\nMandatet godkjennes.\n\nFaktagrunnlag\n\nMye.\n\nVurdering\n\nBra.\n"
    )
    assert (paper.kind, paper.refused) == ("saksframlegg", True)


def test_a_convocation_decides_nothing_and_nobody_was_there() -> None:
    paper = read(
        "Innkalling til møte i FSU 12.03.2026 kl. 12.30\n\nTil: Kari Eksempel, Ola Eksempel\n\nSaksliste\n\n"
        "Sak 1/26 Innkalling\n\nForslag til vedtak: Godkjennes.\n\n"
        "Sak 2/26 Plan\n\nForslag til vedtak: Planen vedtas.\n"
    )
    assert (paper.kind, paper.refused) == ("innkalling", False)
    assert paper.present == []
    assert [case.decisions for case in paper.cases] == [[], []]


def test_a_paper_without_text_is_refused() -> None:
    paper = rules.read(Paper("tom.pdf", "pdf", warnings=("no_text",)))
    assert paper.refused
    assert paper.warnings == ["no_text"]


@pytest.mark.parametrize(("words", "draft"), [("UTKAST", True), ("Godkjent referat", False), ("", None)])
def test_whether_it_says_that_it_is_a_draft(words: str, draft: bool | None) -> None:
    assert read(f"Referat fra møte i FSU\n\n{words}\n\n{_HEAD}").draft is draft
