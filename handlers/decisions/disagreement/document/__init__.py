"""The Word documents of a disagreement: its protocol, the anonymised copy, and the copy to the other party."""
