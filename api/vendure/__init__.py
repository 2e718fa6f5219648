"""What the shop API and the admin API share: the types of the dialect, and how they are read and shown."""

from pathlib import Path

SDL = Path(__file__).parent / "schema"
