"""Cases (saker) for a committee's meeting: proposed with `/sak`, decided on by the secretariat, numbered."""
