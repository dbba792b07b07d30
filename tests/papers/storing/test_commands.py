"""`python -m bot import`, as it is typed: what is stored, what is not without a yes, what is listed and taken back."""

import re
from pathlib import Path

from handlers.capabilities import registry
from tests.papers.reading.word_files import docx, p
from tests.papers.storing.test_pages import TEXT
from tests.program import bot

PARTNERSHIP = """\
organisations:
  - {key: hospital, name: Eksempel sykehus, kind: hospital}
people:
  - {email: sekretariat@example.org, name: Eksempel Sekretær, organisation: hospital}
committees:
  - key: fsu
    name: Faglig samarbeidsutvalg (FSU)
    number: "{n}/{yyyy}"
    members:
      - {email: sekretariat@example.org, role: sekretariat}
"""


def _ready(folder: Path) -> None:
    (folder / "partnership.yaml").write_text(PARTNERSHIP, encoding="utf-8")
    assert bot(folder, "migrate").returncode == 0
    loaded = bot(folder, "load", "partnership.yaml")
    assert loaded.returncode == 0, loaded.stderr
    (folder / "referat.txt").write_text(TEXT, encoding="utf-8")
    (folder / "referat.docx").write_bytes(docx("".join(p(line) for line in TEXT.splitlines())))
    (folder / "tom.pdf").touch()
    (folder / "ukjent.txt").write_text(TEXT.replace("Faglig samarbeidsutvalg (FSU)", "Et ukjent utvalg"))


def test_stored_listed_taken_back_and_stored_again(tmp_path: Path) -> None:
    assert registry().commands["papirer"].name == "papirer"
    _ready(tmp_path)
    # Nobody to ask: what was read is shown, and nothing is stored.
    asked = bot(tmp_path, "import", "referat.txt")
    assert asked.returncode == 3
    assert "4/2019 Felles rutine for utskrivning" in asked.stdout
    assert "Utvalg         Faglig samarbeidsutvalg (FSU)" in asked.stdout
    assert "1 tall som kan være et fødselsnummer, er tatt bort: sak 5/2019, kommentarer." in asked.stdout
    assert "--yes" in asked.stderr
    assert "Ingen gamle papirer" in bot(tmp_path, "import", "--list").stdout
    # Whatever is wrong with one keeps no other from being stored.
    done = bot(tmp_path, "import", "--yes", "tom.pdf", "referat.txt", "referat.docx", "ukjent.txt")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("1/4 tom.pdf: Filen er tom.")
    assert lines[1].startswith("2/4 referat.txt: referat, 2 saker, 2 vedtak")
    assert "  Lagret: 2 saker, 2 vedtak." in lines
    assert "  Finnes fra før: det er lest inn som «referat.txt»." in lines
    assert any(line.endswith("Gi utvalget med --committee, eller før opp navnet som alias i filen.") for line in lines)
    assert lines[-1] == "1 lagret, 1 fantes fra før, 1 ikke lagret, 1 kunne ikke leses."
    assert "  Finnes fra før: det er lest inn som «referat.txt»." in bot(tmp_path, "import", "referat.txt").stdout
    listed = bot(tmp_path, "import", "--list").stdout
    number = re.search(r"^ *(\d+)  .*Lagret.*2019-03-12.*referat\.txt$", listed, re.MULTILINE)
    assert number is not None, listed
    assert bot(tmp_path, "import", "--undo", number[1]).returncode == 3
    back = bot(tmp_path, "import", "--undo", number[1], "--yes")
    assert (back.returncode, back.stdout) == (0, "«referat.txt» er tatt tilbake.\n")
    again = bot(tmp_path, "import", "--undo", number[1], "--yes")
    assert again.returncode != 0
    assert "er ikke lagret" in again.stderr
    named = bot(tmp_path, "import", "--yes", "--committee", "fsu", "ukjent.txt")
    assert named.stdout.splitlines()[-1] == "1 lagret."
    assert bot(tmp_path, "import", "--undo", "99", "--yes").returncode != 0
    assert bot(tmp_path, "import").returncode != 0
