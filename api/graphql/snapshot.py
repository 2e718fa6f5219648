"""A schema as one text, for readers and to see that it doesn't drift unnoticed."""

import sys
from importlib import import_module
from pathlib import Path

from api.graphql.engine import SCALARS, Sdl, sdl_files


def schema_text(sdl: Sdl, scalars: str = SCALARS) -> str:
    """All SDL of these folders, with the scalars of that module."""
    texts = [path.read_text(encoding="utf-8").strip() for path in sdl_files(sdl)]
    of_scalars: str = import_module(scalars).SDL
    return "\n\n".join([of_scalars.strip(), *texts]) + "\n"


if __name__ == "__main__":
    # python -m api.graphql.snapshot api.shop.door docs/schemas/shop.graphql
    door = import_module(sys.argv[1])
    Path(sys.argv[2]).write_text(schema_text(door.SDL, getattr(door, "SCALARS", SCALARS)), encoding="utf-8")
