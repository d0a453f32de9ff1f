"""`duban reindex`: make the index of search anew."""

from engine.cli import face, show
from engine.cli.tree import Command, group
from engine.cli.voice import told
from engine.service.installation import rebuild_search

app = group()


@app.command(cls=Command)
def run() -> None:
    """Make the index anew from what is written, and say how many texts it holds."""
    with face.writing() as desk:
        count = rebuild_search(desk)
    show.line(told("cli-reindexed", count=count))
