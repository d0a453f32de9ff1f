"""The index of the passages in which words are looked for.

Written once, never edited: what comes later is a further revision. The program fills it after the
migrations, for it is made from rows as the program reads them.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

_FTS5 = "CREATE VIRTUAL TABLE passage USING fts5(text, content='', tokenize='ascii')"
_VOCABULARY = "CREATE VIRTUAL TABLE passage_pairs USING fts5vocab(passage, row)"
_TABLE = """CREATE TABLE passage
(rowid bigint PRIMARY KEY, text text COLLATE "C" NOT NULL)"""
_PAIRS = """CREATE FUNCTION duban_pairs(text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_agg(c) || array_agg(c || next) FROM (
    SELECT c, lead(c, 1, '') OVER (ORDER BY n) AS next
    FROM unnest(string_to_array($1, NULL)) WITH ORDINALITY AS each(c, n)
  ) AS two
$$"""
_INDEX = """CREATE INDEX ix_passage_pairs ON passage
USING gin (duban_pairs(text)) WITH (gin_pending_list_limit = 256)"""
_STATISTICS = "CREATE STATISTICS st_passage_subject ON (rowid >> 32) FROM passage"


def upgrade() -> None:
    """Make the index."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    wanted = (_FTS5, _VOCABULARY) if is_sqlite else (_TABLE, _PAIRS, _INDEX, _STATISTICS)
    for statement in wanted:
        op.execute(statement)
