"""A convocation of 30 cases as a Word document: the template filled in, beside the same document put together
by hand with python-docx; and how long the event loop waits while one is made in a thread.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, sleep

from bench.common import Verdict, describe
from handlers.meetings.convocation.fields import KIND
from handlers.writing.template.fields import Values
from handlers.writing.template.filling import fill
from handlers.writing.word import content_of, keep_together, new_document, repeat_on_each_page, set_up, shade

CASES = 30
ROUNDS = 15
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
MOST_SECONDS, MOST_RATIO, MOST_LAG_MS = 0.5, 2.0, 50.0
_BEAT = 0.002


def values() -> Values:
    case = {
        **dict.fromkeys(KIND.row_fields("saker"), ""),
        "typer": ["Orientering", "Drøfting"],
        "tema": "Felles opplæring i utskrivning",
        "hensikt": "Bli enige om en plan for felles opplæring.\nUtvalget bes om innspill. " * 2,
        "ansvar": "Eksempel Kliniker, Eksempel sykehus",
        "konklusjon": "Utvalget slutter seg til planen.",
        "vedlegg": "2 vedlegg",
        "klokkeslett": "12.30",
    }
    cases = [{**case, "nummer": f"{number}/2026"} for number in range(1, CASES + 1)]
    return {**KIND.examples(), "vedlegg": [f"Sak {number}: notat" for number in range(CASES)], "saker": cases}


def from_template(found: Values) -> bytes:
    return fill(KIND.default(), found, title="Innkalling", at=NOW)


def by_hand(found: Values) -> bytes:
    """The same layout, as one would write it without a template: row by row."""
    document = new_document()
    set_up(document, "Innkalling", "", NOW, points=10.5, margin_cm=1.8)
    document.add_paragraph(found["tema"], style="Heading 1")
    front = document.add_table(rows=0, cols=2, style="Table Grid")
    for label, text in (
        ("Til", found["til"]),
        ("Tema", found["tema"]),
        ("Dato/sted", f"{found['dato']}, kl. {found['tid']}, {found['sted']}"),
        (found["antall_vedlegg"], "\n".join(found["vedlegg"])),
    ):
        row = front.add_row()
        keep_together(row)
        name, value = row.cells
        shade(name, "E7EDF3")
        name.paragraphs[0].add_run(label).bold = True
        for number, line in enumerate(text.split("\n")):
            (value.paragraphs[0] if number == 0 else value.add_paragraph()).add_run(line)
    table = document.add_table(rows=0, cols=3, style="Table Grid")
    head = table.add_row()
    repeat_on_each_page(head)
    for cell, text in zip(head.cells, ("Saksnr.", "Tema", "Ansvar"), strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for case in found["saker"]:
        row = table.add_row()
        keep_together(row)
        number, what, who = row.cells
        number.paragraphs[0].add_run(case["nummer"]).bold = True
        for line in (*case["typer"], case["vedlegg"], f"kl. {case['klokkeslett']}"):
            number.add_paragraph().add_run(line)
        what.paragraphs[0].add_run(case["tema"]).bold = True
        what.add_paragraph().add_run(case["hensikt"])
        conclusion = what.add_paragraph()
        conclusion.add_run("Foreløpig konklusjon:").underline = True
        conclusion.add_run(f" {case['konklusjon']}")
        who.paragraphs[0].add_run(case["ansvar"])
    return content_of(document)


async def longest_waits(make: Callable[[], object], rounds: int = ROUNDS) -> Sequence[float]:
    """How long the event loop waited at most in each round, in ms, while `make` ran in a thread."""
    longest, done = 0.0, False

    async def beat() -> None:
        nonlocal longest
        while not done:
            begun = perf_counter()
            await asyncio.sleep(_BEAT)
            longest = max(longest, (perf_counter() - begun - _BEAT) * 1000)

    beating = asyncio.create_task(beat())
    found = []
    for _round in range(rounds):
        longest = 0.0
        await asyncio.to_thread(make)
        found.append(longest)
    done = True
    await beating
    return found


def main() -> None:
    describe("docxtpl", "python-docx", "lxml", "jinja2")
    verdict = Verdict()
    found = values()
    begun = perf_counter()
    from_template(found)
    print(f"the first one, with all that is imported for it: {perf_counter() - begun:.2f} s")
    by_hand(found)
    template: list[float] = []
    hand: list[float] = []
    for _round in range(ROUNDS):
        for times, make in ((template, from_template), (hand, by_hand)):
            begun = perf_counter()
            make(found)
            times.append(perf_counter() - begun)
    print(f"by hand with python-docx: {median(hand) * 1000:.0f} ms")
    verdict.at_most(f"{CASES} cases from the template", median(template), MOST_SECONDS, " s")
    verdict.at_most("as many times as long as by hand", median(template) / median(hand), MOST_RATIO)
    # On a machine that others use too a single wait says little: the middle one of the longest of each round counts.
    idle = asyncio.run(longest_waits(lambda: sleep(median(template))))
    waits = asyncio.run(longest_waits(lambda: from_template(found)))
    print(f"the event loop waits {median(idle):.0f} ms beside a thread that sleeps (at most {max(idle):.0f} ms)")
    verdict.at_most("the event loop waits", median(waits), MOST_LAG_MS, " ms")
    print(f"        (at most {max(waits):.0f} ms)")
    verdict.exit()


if __name__ == "__main__":
    main()
