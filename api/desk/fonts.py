"""The letters that receipts are printed in: Roboto, cut down once a process to what our languages and currencies write with."""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from font_roboto import Roboto, RobotoBold
from fontTools import subset

# Latin with all its marks (also those that are written apart), punctuation, and the signs of currencies.
LETTERS = "20-24F 250-2AF 300-36F 1E00-1EFF 2010-2027 20A0-20BF 2212"
# Taken away with the process.
_folder: list[tempfile.TemporaryDirectory[str]] = []


@cache
def fonts() -> tuple[Path, Path]:
    """The files of the plain and the bold letters. Reading a whole font takes longer than all else of a receipt."""
    _folder.append(tempfile.TemporaryDirectory(prefix="makola-fonts-"))
    return _cut(Roboto), _cut(RobotoBold)


def _cut(source: str) -> Path:
    options = subset.Options()
    options.layout_features, options.hinting = [], False
    font = subset.load_font(source, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=list(_code_points()))
    cutter.subset(font)
    target = Path(_folder[0].name) / Path(source).name
    font.save(target)
    return target


def _code_points() -> Iterator[int]:
    for part in LETTERS.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)
