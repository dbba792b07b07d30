"""`bot template`: check a Word template before it is taken into use, or write the one that ships to begin with."""

from collections.abc import Mapping
from pathlib import Path

from bot.commands.trouble import stop
from handlers.calendar.clock import SystemClock
from handlers.capabilities import TEMPLATES
from handlers.writing.language import _
from handlers.writing.template.check import check as check_template
from handlers.writing.template.fields import Field, Kind, Rows
from handlers.writing.template.package import MAX_FILE


def check(path: Path, kind: str, trial: Path | None) -> bool:
    """Print what is wrong with the template in this file; whether anything is. `trial`: where to put it filled in."""
    with path.open("rb") as file:
        content = file.read(MAX_FILE + 1)
    checked = check_template(content, _kind(kind), SystemClock().now())
    for finding in checked.findings:
        print(finding if finding.stops else _("Merknad: {text}").format(text=finding))
    if checked.may_be_used and not checked.findings:
        print(_("Malen kan brukes. Den er fylt ut på prøve, og alt kom med."))
    elif checked.may_be_used:
        print(_("Malen kan brukes som den er, men se på merknadene."))
    else:
        print(_("Malen kan ikke brukes før dette er rettet."))
    if trial is not None and checked.trial is not None:
        trial.write_bytes(checked.trial)
        print(_("Malen fylt ut med et eksempel: {file}").format(file=trial))
    return bool(checked.findings)


def write(kind: str, path: Path) -> None:
    """Write the template that ships to a file, which is not there yet."""
    content = _kind(kind).default()
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        stop(_("{file} finnes fra før. Velg et annet navn.").format(file=path))


def fields(kind: str) -> None:
    """Print the fields that a template can have."""
    _print_fields(_kind(kind).fields)


def _print_fields(found: Mapping[str, Field], beginning: str = "") -> None:
    for name, field in found.items():
        print(f"{beginning}{name}: {_(field.means)}")
        if isinstance(field, Rows):
            _print_fields(field.each, f"{beginning}  sak." if name == "saker" else f"{beginning}  en.")


def _kind(name: str) -> Kind:
    if name not in TEMPLATES.kinds:
        stop(
            _("Det er ingen mal som heter «{name}». Skriv en av disse: {known}.").format(
                name=name, known=", ".join(TEMPLATES.kinds)
            )
        )
    return TEMPLATES.kinds[name]
