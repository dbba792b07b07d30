"""A hundred pages of minutes read in, as a Word document and as a PDF: how long it takes, beside what the library alone
takes for the bare text; how much memory it takes at most; and how long the event loop waits meanwhile.

All of it: blocks, and what the rules make of them. Each file is read in a process of its own, since the most that one
has held (`ru_maxrss`) never goes down. Seconds are those of the processor, so that others on the machine do not count;
and the event loop's waits are held against those beside a thread that only counts, which waits for the same lock.
"""

import asyncio
import gc
import io
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from bench.common import Verdict, describe
from bench.convocation import longest_waits

PAGES = 100
MOST_SECONDS = {"docx": 3.0, "pdf": 10.0}
MOST_RATIO = {"docx": 12.0, "pdf": 2.0}
"""Times the library alone, which gives text without tables, columns, numbers, or what was inserted."""
MOST_MB = 200.0
MOST_LAG_MS = 50.0
ROUNDS = 3
_PROSE = (
    "Utvalget drøftet hvordan kommunene og sykehuset skal følge opp pasienter som er utskriv-",
    "ningsklare, og hvordan meldingene mellom dem kan bli bedre. Det var enighet om at de to",
    "sekretariatene skal komme tilbake med et forslag til neste møte, slik det ble sagt sist.",
)


def as_word() -> bytes:
    """Half of the cases under headings, half in a table, with a tracked insertion and an automatic number in each."""
    from tests.papers.reading.word_files import deleted, docx, ins, level, num, numbering, p, r, tbl, tr

    said = "".join(_PROSE).replace("-n", "n")
    parts = []
    for number in range(1, PAGES + 1):
        rows = [
            tr(f"{number}/{year:02}", p(f"Sak om tema {year}") + p(said) + p("Vedtak: Tas til orientering."), "Leder")
            for year in range(1, 4)
        ]
        parts.append(p(f"Møte {number}", style="H1") + tbl(tr("Saksnr.", "Sak", "Ansvar"), *rows))
        for at in range(3):
            parts.append(p(f"Sak om opplæring {at}", style="H2", number=(1, 0)))
            parts += [p(said, ins(r(" Nytt.")), deleted("Gammelt.")) for _line in range(3)]
            parts.append(p(r("Vedtak: ", "<w:b/>"), "Utvalget slutter seg til planen."))
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{at}"><w:name w:val="heading {at}"/></w:style>' for at in (1, 2)
    )
    return docx("".join(parts), styles=styles, numbering=numbering(level(0, "decimal", "%1/25"), numbers=num(1, 0)))


def as_pdf() -> bytes:
    """A ruled table and prose on each page, 3,000 letters in all, between a header and a footer."""
    from tests.papers.reading.pdf_files import Page, pdf

    pages = []
    for number in range(1, PAGES + 1):
        page = Page().text(70, 30, "Eksempel helsefellesskap").text(480, 800, f"Side {number} av {PAGES}")
        page.text(70, 60, f"Møte {number}", 16, bold=True).grid((70, 120, 525), [90 + 80 * at for at in range(5)])
        for at in range(4):
            page.text(75, 94 + 80 * at, f"{4 * number + at}/25").text(125, 94 + 80 * at, f"Sak om tema {at}", bold=True)
            page.lines(125, 108 + 80 * at, *(line[:72] for line in _PROSE), "Vedtak: Tas til orientering.", size=10)
        for at in range(5):
            page.text(70, 430 + 70 * at, f"Sak {1000 + 5 * number + at}/25 Plan for opplæring", 12, bold=True)
            page.lines(70, 448 + 70 * at, *_PROSE, size=10)
        pages.append(page)
    return pdf(*pages)


def read(path: str) -> int:
    """How many cases are in it."""
    from handlers.papers import rules
    from handlers.papers.reading.reader import read as read_paper

    return len(rules.read(read_paper(path, Path(path).read_bytes())).cases)


def bare(path: str) -> int:
    """How many letters the library alone finds in it."""
    content = io.BytesIO(Path(path).read_bytes())
    if path.endswith(".pdf"):
        import pdfplumber

        letters = 0
        with pdfplumber.open(content) as pdf:
            for page in pdf.pages:
                letters += len(page.extract_text())
                page.close()
        return letters
    from docx import Document

    document = Document(content)
    tables = sum(len(cell.text) for table in document.tables for row in table.rows for cell in row.cells)
    return tables + sum(len(each.text) for each in document.paragraphs)


def count(seconds: float) -> int:
    """Keep a thread busy in Python for so long."""
    end, number = perf_counter() + seconds, 0
    while perf_counter() < end:
        number += 1
    return number


def _most_memory() -> float:
    """MB that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(what: str, path: str) -> None:
    """In a process of its own: print seconds, MB more than before, and what was found."""
    work: Callable[[str], int] = {"read": read, "bare": bare}[what]
    import handlers.capabilities  # noqa: F401 - what the running program has imported anyway

    before, begun = _most_memory(), process_time()
    found = work(path)
    print(process_time() - begun, _most_memory() - before, found)


def measured(what: str, path: str) -> tuple[float, float, int]:
    command = [sys.executable, "-m", "bench.import_papers", what, path]
    seconds, memory, found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), float(memory), int(found)


def main() -> None:
    describe("pdfplumber", "pdfminer.six", "lxml", "python-docx")
    verdict = Verdict()
    with tempfile.TemporaryDirectory() as folder:
        for kind, made in (("docx", as_word()), ("pdf", as_pdf())):
            path = f"{folder}/referat.{kind}"
            Path(path).write_bytes(made)
            alone, _memory, letters = measured("bare", path)
            seconds, memory, cases = measured("read", path)
            print(
                f"{kind}: {PAGES} pages, {len(made) // 1024} KB, {cases} cases; {alone:.2f} s for its {letters} letters"
            )
            verdict.at_most(f"{kind}: {PAGES} pages", seconds, MOST_SECONDS[kind], " s")
            verdict.at_most(f"{kind}: as many times as long as the library alone", seconds / alone, MOST_RATIO[kind])
            verdict.at_most(f"{kind}: memory more", memory, MOST_MB, " MB")
            # As the bot does when it is ready (`bot.commands.serving`): what starting made is not looked through again.
            gc.collect()
            gc.freeze()
            counting = asyncio.run(longest_waits(lambda seconds=seconds: count(seconds), rounds=ROUNDS))
            waits = asyncio.run(longest_waits(lambda path=path: read(path), rounds=ROUNDS))
            print(f"the event loop waits {median(waits):.0f} ms; {median(counting):.0f} ms beside a thread that counts")
            verdict.at_most(
                f"{kind}: the event loop waits longer by", median(waits) - median(counting), MOST_LAG_MS, " ms"
            )
    verdict.exit()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(sys.argv[1], sys.argv[2])
    else:
        main()
