"""Draws every picture of the demo catalogue into demo/pictures: `python demo/draw_pictures.py`."""

from pathlib import Path

from drawings import (
    body,
    brakes,
    chassis,
    cooling,
    drivetrain,
    electrical,
    engine,
    exterior,
    filters,
    fluids,
    fuel,
    interior,
    lighting,
    tools,
    wheels,
)
from drawings.pen import Pen

PICTURES = Path(__file__).with_name("pictures")
SHELVES = (
    body,
    brakes,
    chassis,
    cooling,
    drivetrain,
    electrical,
    engine,
    exterior,
    filters,
    fluids,
    fuel,
    interior,
    lighting,
    tools,
    wheels,
)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    for shelf in SHELVES:
        for name, drawing in shelf.DRAWINGS.items():
            pen = Pen()
            drawing(pen)
            pen.picture(shelf.BACKGROUND).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
