"""A schema as one text, for readers and to see that it doesn't drift unnoticed."""

import sys
from importlib import import_module
from pathlib import Path

from api.graphql.engine import SCALARS


def schema_text(folder: Path, scalars: str = SCALARS) -> str:
    """All SDL of a folder, files in order of name, with the scalars of that module."""
    texts = [path.read_text(encoding="utf-8").strip() for path in sorted(folder.glob("**/*.graphql"))]
    sdl: str = import_module(scalars).SDL
    return "\n\n".join([sdl.strip(), *texts]) + "\n"


if __name__ == "__main__":
    # python -m api.graphql.snapshot api/shop/schema docs/schemas/shop.graphql [api.graphql.scalars]
    Path(sys.argv[2]).write_text(schema_text(Path(sys.argv[1]), *sys.argv[3:]), encoding="utf-8")
