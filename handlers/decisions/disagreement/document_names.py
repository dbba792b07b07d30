"""What the documents about a disagreement are called, for links."""

PROTOCOL = "uenighet"
ANONYMISED = "uenighet-anonymisert"
COPY = "uenighet-kopi"
