"""What is said to whoever starts the program when it cannot go on: what is wrong, and what to do."""

import sys
from typing import NoReturn

import typer

from handlers.writing.language import _
from storage.database import DatabaseUnavailable, Fault, sqlite_file


def stop(reason: str, code: int = 2) -> NoReturn:
    """End the command with a sentence."""
    print(reason, file=sys.stderr)
    raise typer.Exit(code)


def about_file(error: OSError) -> str:
    """A folder or file that may not be used."""
    if error.filename is None:
        return str(error)
    sentence = _("Får ikke brukt {file} ({reason}). Kontroller at den finnes, og at boten har lov til å bruke den.")
    return sentence.format(file=error.filename, reason=error.strerror)


def about_database(error: DatabaseUnavailable, url: str) -> str:
    """A sentence. It names the file, but of a server nothing: its address may have a password in it."""
    file = sqlite_file(url)
    match error.fault:
        case Fault.NOT_A_DATABASE:
            sentence = _("{file} er ikke en database. Rett DATABASE_URL, eller flytt filen bort, så lages en ny.")
        case Fault.DAMAGED:
            sentence = _("Databasen {file} er skadet. Hent den tilbake fra en sikkerhetskopi.")
        case Fault.READ_ONLY:
            sentence = _(
                "Databasen {file} kan bare leses, så ingenting kan lagres. Gi boten lov til å skrive i filen og i "
                "mappen den ligger i, eller rett DATABASE_URL."
            )
        case Fault.FULL:
            sentence = _("Disken er full, så ingenting kan lagres i {file}. Rydd plass, og start igjen.")
        case Fault.CANNOT_OPEN:
            sentence = _(
                "Får ikke åpnet databasen {file}. Kontroller at mappen finnes, og at boten har lov til å skrive i den."
            )
        case Fault.WRONG_LOGIN:
            sentence = _("Databasetjeneren slipper ikke boten inn. Kontroller bruker og passord i DATABASE_URL.")
        case Fault.NO_SUCH_DATABASE:
            sentence = _("Databasen i DATABASE_URL finnes ikke på tjeneren. Lag den, eller rett navnet.")
        case Fault.NOT_ALLOWED:
            sentence = _("Brukeren i DATABASE_URL mangler rettigheter i databasen. Gi den rett til å lage tabeller.")
        case Fault.PASSING if file is not None:
            sentence = _(
                "Databasen {file} svarer ikke ({error}). Kanskje bruker et annet program den. "
                "Vent litt, og start igjen."
            )
        case Fault.PASSING:
            sentence = _("Får ikke kontakt med databasen ({error}). Kontroller DATABASE_URL, og at serveren er i gang.")
    return sentence.format(file=file or _("på tjeneren"), error=error)
