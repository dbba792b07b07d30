"""Encrypting what is stored with the newest of SECRET_KEYS: `python -m bot rotate-keys`."""

from bot.commands.database import opened
from bot.slack.installing.seals import LostKey, Seals
from config.settings import Settings
from handlers.writing.language import _, ngettext
from storage import slack_installations


async def rotate(settings: Settings) -> bool:
    """Encrypt anew what another key than the first has encrypted, one after the other, and say so.

    What the running bot changes meanwhile is encrypted with a newer key already, and is left alone. Whether nothing was
    left that no key opens.
    """
    seals = Seals([key.get_secret_value() for key in settings.secret_keys])
    done, lost = 0, []
    async with opened(settings) as database:
        async with database.reading() as session:
            rows = await slack_installations.everywhere(session)
        for row in rows:
            if seals.is_newest(row.sealed):
                continue
            try:
                sealed = seals.seal(seals.open(row.sealed))
            except LostKey:
                if row.gone_at is None:
                    lost.append(row)
                continue
            async with database.transaction() as session:
                done += await slack_installations.reseal(session, row, sealed)
    print(
        ngettext(
            "{count} installasjon i Slack er kryptert på nytt, med den første nøkkelen i SECRET_KEYS.",
            "{count} installasjoner i Slack er kryptert på nytt, med den første nøkkelen i SECRET_KEYS.",
            done,
        ).format(count=done)
    )
    for row in lost:
        print(
            _(
                "{name} ({id}): nøkkelen finnes ikke i SECRET_KEYS. Sett den inn igjen, eller installer boten der på "
                "nytt, fra {path}."
            ).format(name=row.name, id=row.external_id, path="/slack/install")
        )
    return not lost
