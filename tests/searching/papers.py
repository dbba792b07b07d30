"""What is searched in by the table of queries: some years of three committees, in Bokmål and Nynorsk."""

from datetime import date

from tests.searching.archive import Old, meeting_of
from tests.world import World


async def filed(world: World) -> None:
    """All of it, oldest first."""
    await meeting_of(
        world,
        "fsu",
        date(2022, 6, 9),
        Old(
            "Legemiddelhåndtering ved utskrivning",
            "2022.18",
            18,
            discussion="Medisinlistene er ofte ikke oppdatert når pasienten kommer hjem.",
            decisions=["Det lages en felles rutine for legemidler ved utskrivning."],
            follow_ups=["Skrive utkast til rutinen før sommeren"],
        ),
        Old(
            "Samhandlingsavvik første halvår",
            "2022.19",
            19,
            discussion="174 meldinger fra kommunene og fem fra sykehuset.",
            decisions=["Saken tas til orientering."],
        ),
        Old("Eventuelt", line=True, discussion="Det ble meldt om parkeringsplasser ved legevakta."),
    )
    await meeting_of(
        world,
        "fsu",
        date(2023, 3, 2),
        Old(
            "Øyeblikkelig hjelp i kommunene",
            "2023.4",
            4,
            discussion="Døgnplassene brukes lite. Økt bruk krever at fastlegene kjenner tilbudet.",
            decisions=["Tilbudet evalueres innen utgangen av 2023."],
        ),
        Old(
            "Årsmelding for utvalget",
            "2023.5",
            5,
            discussion="Årsmeldingen legges fram i partnerskapsmøtet 12. mars 2024.",
            decisions=["Årsmeldingen godkjennes."],
        ),
        Old(
            "Digital hjemmeoppfølging",
            "2023.6",
            6,
            discussion="Prosjektet har fått 1 200 000 kroner i tilskudd. Kontakt: tlf. 22 33 44 55.",
            decisions=["Prosjektet videreføres ut 2024."],
        ),
    )
    await meeting_of(
        world,
        "fsu",
        date(2024, 3, 12),
        Old(
            "Pasientsikkerhet i overganger",
            "38/24",
            38,
            2024,
            discussion="Epikrisen skal følge pasienten. Se sak 2022.18.",
            decisions=["Utvalget ber om en plan for opplæring av sykepleiere."],
        ),
        Old(
            "Barn og unge med sammensatte behov",
            "39/24",
            39,
            2024,
            discussion="Barna faller mellom tjenestene. BUP og barnevernet må samarbeide.",
            decisions=["Det opprettes en arbeidsgruppe."],
        ),
        Old(
            "Malen for samarbeidsavtaler",
            "40/24",
            40,
            2024,
            discussion="Avtalemalen er gammel.",
            decisions=["Sekretariatet reviderer malen."],
        ),
    )
    await meeting_of(
        world,
        "forum",
        date(2023, 9, 21),
        Old(
            "Heimetenesta og sjukehuset",
            "1/23",
            1,
            discussion="Kommunane ønskjer betre informasjon frå sjukehusa når pasientar vert utskrivne.",
            decisions=["Høyringa vert send til alle kommunane."],
        ),
        Old(
            "Brukermedverknad i rusomsorga",
            "2/23",
            2,
            discussion="Brukarane må få vere med.",
            decisions=["Tek saka til vitande."],
        ),
        Old("Målbilete for pasienttryggleik", "3/23", 3, discussion="Eitt mål for alle einingar."),
    )
    await meeting_of(
        world,
        "au",
        date(2024, 2, 8),
        Old(
            "Forberedelse av saker til FSU",
            "2024.1",
            1,
            discussion="Sakslisten er lang. Saken om avvik utsettes.",
            decisions=["Saken utsettes til neste møte."],
        ),
        Old(
            "E-helse og KAD-plasser",
            "2024.2",
            2,
            discussion="Elektronisk meldingsutveksling mangler i noen bydeler.",
        ),
        Old("Bøker til opplæringen", "2024.3", 3, discussion="En håndbok for nyansatte."),
    )
