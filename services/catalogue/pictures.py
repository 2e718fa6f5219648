"""Where pictures lie: the demo's own, and what was uploaded into the data folder."""

from pathlib import Path

DEMO_PICTURES = Path(__file__).parent.parent.parent / "demo" / "pictures"


def picture_file(data: Path, key: str) -> Path | None:
    """The file of a picture by its key, where this machine has it; nothing outside the two folders can be named."""
    for folder in (data / "assets", DEMO_PICTURES):
        path = (folder / key).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    return None
