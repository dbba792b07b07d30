"""What the names of committees are made of."""

ABBREVIATION = r"(?-i:(?!(?:HF|RHF|KS|AS|IKS|KF|REF|NR|KL)\b)[A-ZÆØÅ]{2,6}(?:-[A-ZÆØÅ]{1,5})?)"
BODY_WORD = (
    r"(?:utvalg(?:et)?|utval(?:et)?|samarbeidsutvalg(?:et)?|arbeidsutvalg(?:et)?|fagutvalg(?:et)?"
    r"|råd(?:et)?|styre(?:t)?|komit[eé](?:en)?|nemnd(?:a)?|forum(?:et)?|partnerskapsmøte(?:t)?"
    r"|partnerskap(?:et)?|gruppe|gruppa"
    r"|arbeidsgruppe(?:n)?|arbeidsgruppa|kommunestyre(?:t)?|bystyre(?:t)?|formannskap(?:et)?"
    r"|samarbeidsforum(?:et)?|samhandlingsutvalg(?:et)?|samhandlingsutval(?:et)?|brukerutvalg(?:et)?"
    r"|brukarutval(?:et)?|fylkesting(?:et)?|fylkesutvalg(?:et)?|ledergruppe(?:n)?|nettverk(?:et)?|team"
    r"|fagråd(?:et)?|samarbeidsråd(?:et)?|eldreråd(?:et)?|styringsgruppe(?:n)?|styringsgruppa"
    r"|representantskap(?:et)?)"
)
