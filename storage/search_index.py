"""The indexes that search uses: PostgreSQL's on words of a text (`tsvector`, GIN), and SQLite's (FTS5).

Neither is told any language: the terms are worked out before (`handlers.words.terms`), and so both find the same. A
migration makes the same ones as tables that are made without them; a test compares them.
"""

from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator, TypeEngine

DIALECTS = ("sqlite", "postgresql")
INDEX = "ix_search_doc_terms"
"""PostgreSQL's."""
FTS = "search_terms"
"""What SQLite's index is called; it has tables of its own, whose names begin so."""


class Terms(TypeDecorator[str]):
    """Terms of letters and digits, with spaces between."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())


def statements(dialect: str) -> list[str]:
    """What makes the index besides the table `search_doc`. For the same dialect it never changes: a migration calls
    it."""
    if dialect == "postgresql":
        # The terms are to stand beside the rows, so that many rows are passed over fast.
        return [
            f"CREATE INDEX {INDEX} ON search_doc USING gin (terms)",
            "ALTER TABLE search_doc ALTER COLUMN terms SET STORAGE EXTERNAL",
            "ALTER TABLE search_doc SET (toast_tuple_target = 128)",
        ]
    put = f"INSERT INTO {FTS} (rowid, terms) VALUES (NEW.place, NEW.terms);"  # noqa: S608 - names of our own
    take = f"INSERT INTO {FTS} ({FTS}, rowid, terms) VALUES ('delete', OLD.place, OLD.terms);"  # noqa: S608 - the same
    return [
        f"CREATE VIRTUAL TABLE {FTS} USING fts5 (terms, content = 'search_doc', content_rowid = 'place', "
        "tokenize = 'ascii', detail = 'none', columnsize = 0)",
        f"CREATE TRIGGER {FTS}_put AFTER INSERT ON search_doc BEGIN {put} END",
        f"CREATE TRIGGER {FTS}_taken AFTER DELETE ON search_doc BEGIN {take} END",
        f"CREATE TRIGGER {FTS}_changed AFTER UPDATE ON search_doc BEGIN {take} {put} END",
    ]
