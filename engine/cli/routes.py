"""`duban routes`: every address that the web answers on."""

from importlib import import_module

from engine.cli import show
from engine.cli.params import Format
from engine.cli.serving import WEB
from engine.cli.tree import Command, group

COLUMNS = ("method", "path", "surface", "permission", "object", "csrf", "events")
app = group()


@app.command(cls=Command)
def run(shape: Format = None) -> None:
    """List them as the web itself declares them."""
    show.listing(import_module(WEB).listed(), COLUMNS, shape)
