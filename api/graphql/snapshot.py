"""A schema as one text, for readers and to see that it doesn't drift unnoticed."""

import sys
from pathlib import Path

from api.graphql.scalars import SDL


def schema_text(folder: Path) -> str:
    """All SDL of a folder, files in order of name, with the scalars that every schema has."""
    texts = [path.read_text(encoding="utf-8").strip() for path in sorted(folder.glob("**/*.graphql"))]
    return "\n\n".join([SDL.strip(), *texts]) + "\n"


if __name__ == "__main__":
    # python -m api.graphql.snapshot api/shop/schema docs/schemas/shop.graphql
    Path(sys.argv[2]).write_text(schema_text(Path(sys.argv[1])), encoding="utf-8")
