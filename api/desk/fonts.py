"""The letters that receipts are printed in: Roboto, cut down once a process to what our languages and currencies write with."""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from font_roboto import Roboto
from fontTools import subset

# Latin with all its marks (also those that are written apart), punctuation, and the signs of currencies.
LETTERS = "20-24F 250-2AF 300-36F 1E00-1EFF 2010-2027 20A0-20BF 2212"
# Taken away with the process.
_folder: list[tempfile.TemporaryDirectory[str]] = []


@cache
def letters() -> Path:
    """The font's file. Reading a whole one takes longer than all else of a receipt."""
    options = subset.Options()
    options.layout_features, options.hinting = [], False
    font = subset.load_font(Roboto, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=list(_code_points()))
    cutter.subset(font)
    _folder.append(tempfile.TemporaryDirectory(prefix="makola-letters-"))
    target = Path(_folder[-1].name) / Path(Roboto).name
    font.save(target)
    return target


def _code_points() -> Iterator[int]:
    for part in LETTERS.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)
