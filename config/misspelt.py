"""Names of variables that look like a setting's, and are none: what they set is read by nobody."""

from collections.abc import Collection, Sequence

_CLOSE = 0.81
"""How much alike two names are whose first word is the same («SMTP_USERNAME», not «SMTP_SERVER»); see `difflib`."""
_CLOSER = 0.9
_LONG = 12
"""So much alike, and so long, where the first word is another («SLAKC_BOT_TOKEN», not «SNMP_PORT»)."""
_FEW = 2
"""No more letters longer or shorter, nor others: whoever slips writes much the same ones."""


def misspelt(there: Collection[str], known: Collection[str]) -> Sequence[tuple[str, Sequence[str]]]:
    """Each of these names that is none of the settings (`known`), and those of them that it probably means, likest
    first; without those that are set as well. All in capitals.

    Others may have variables here, so what has a setting's whole name in it (TEST_DATABASE_URL) is theirs.
    """
    missing = [name for name in known if name not in there]
    others = [
        name
        for name in sorted(set(there) - set(known))
        if not any(name.startswith(f"{each}_") or name.endswith(f"_{each}") for each in known)
    ]
    found = ((name, _meant(name, missing)) for name in others)
    return [(name, meant) for name, meant in found if meant]


def _meant(name: str, missing: Collection[str]) -> Sequence[str]:
    beginning = name.partition("_")[0]
    alike = []
    for each in missing:
        if _bare(each) == _bare(name):
            enough = 0.0
        elif "_" in each and each.partition("_")[0] == beginning:
            enough = _CLOSE
        elif len(name) >= _LONG and abs(len(each) - len(name)) <= _FEW and len(set(each) ^ set(name)) <= _FEW:
            enough = _CLOSER
        else:
            continue
        from difflib import SequenceMatcher  # noqa: PLC0415 - few have such a variable

        ratio = SequenceMatcher(None, each, name).ratio()
        if ratio >= enough:
            alike.append((-ratio, each))
    return [each for _ratio, each in sorted(alike)[:2]]


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "")
