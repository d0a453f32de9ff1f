"""The index of passages: on SQLite a table of FTS5, on PostgreSQL a table with an inverted index.

It is no record and no history: all of it is made from the tables of records, by the program, and
can be made anew at any time. Both databases call its columns alike.

- SQLite keeps pairs of characters and where they stand, not the texts (`content=''`). The tokenizer
  `ascii` parts at what is ASCII and leaves all else as it is.
- PostgreSQL keeps the folded text of each passage, and indexes its characters and their pairs.
"""

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, event

from engine.store.tables.columns import Row

PASSAGES = Table(
    "passage",
    MetaData(),
    Column("rowid", BigInteger, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)
SHADOWS = ("passage_data", "passage_idx", "passage_docsize", "passage_config", "passage_pairs")
"""The tables that FTS5 makes for its own use, and what lets one read its pairs."""
_FTS5 = """CREATE VIRTUAL TABLE IF NOT EXISTS passage
USING fts5(text, content='', tokenize='ascii')"""
_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS passage_pairs USING fts5vocab(passage, row)"
_TABLE = """CREATE TABLE IF NOT EXISTS passage
(rowid bigint PRIMARY KEY, text text COLLATE "C" NOT NULL)"""
_PAIRS = """CREATE OR REPLACE FUNCTION duban_pairs(text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_agg(c) || array_agg(c || next) FROM (
    SELECT c, lead(c, 1, '') OVER (ORDER BY n) AS next
    FROM unnest(string_to_array($1, NULL)) WITH ORDINALITY AS each(c, n)
  ) AS two
$$"""
_INDEX = """CREATE INDEX IF NOT EXISTS ix_passage_pairs ON passage
USING gin (duban_pairs(text)) WITH (gin_pending_list_limit = 256)"""
_STATISTICS = """CREATE STATISTICS IF NOT EXISTS st_passage_subject
ON (rowid >> 28 & 4294967295) FROM passage"""
_STATEMENTS = {
    "sqlite": (_FTS5, _VOCABULARY),
    "postgresql": (_TABLE, _PAIRS, _INDEX, _STATISTICS),
}


def create(connection: Connection) -> None:
    """Make the index where it is missing."""
    for statement in _STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


@event.listens_for(Row.metadata, "after_create")
def _after_create(_metadata: MetaData, connection: Connection, **_kw: object) -> None:
    create(connection)
