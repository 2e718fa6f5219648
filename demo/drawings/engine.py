"""Ignition, belts, gaskets and what moves inside the engine."""

from itertools import pairwise
from math import acos, atan2, degrees, hypot

from drawings.pen import (
    AMBER,
    BRASS,
    CHALK,
    CLEAR,
    COPPER,
    INK,
    IRON,
    RED,
    RUBBER,
    STEEL,
    WHITE,
    Drawing,
    Pen,
    Point,
    Tone,
    around,
)

BACKGROUND = Tone("#8c7a6b", "#eadfd5", "#f4ede7")
Circle = tuple[float, float, float]


def spark_plug(pen: Pen) -> None:
    pen.tilt = -32
    pen.tube(308, 34, 332, 66, STEEL, 5)
    pen.tube(298, 60, 342, 200, CHALK, 12)
    for y in range(80, 160, 18):
        pen.box(294, y, 346, y + 9, CHALK.dark, 4)
        pen.box(294, y, 330, y + 6, WHITE, 3)
    pen.tube(284, 188, 356, 222, CHALK, 8)
    pen.box(262, 216, 378, 276, STEEL.base, 6)
    pen.box(262, 216, 298, 276, STEEL.light, 5)
    pen.box(348, 216, 378, 276, STEEL.dark, 5)
    pen.box(272, 274, 368, 290, COPPER.base, 4)
    pen.tube(286, 288, 354, 392, STEEL)
    for y in range(296, 390, 13):
        pen.box(282, y, 358, y + 5, STEEL.dark, 2)
    pen.tube(308, 392, 332, 412, CHALK)
    pen.box(316, 410, 324, 426, IRON.base)
    pen.line([(350, 392), (350, 438), (314, 438)], STEEL.dark, 9)


def ignition_coil(pen: Pen) -> None:
    pen.tilt = -24
    pen.box(354, 78, 450, 128, IRON.base, 8)
    pen.box(424, 88, 454, 118, IRON.dark, 4)
    pen.box(224, 62, 372, 158, INK, 16)
    pen.box(238, 76, 358, 108, IRON.base, 10)
    pen.box(190, 118, 250, 152, INK, 14)
    pen.disc(210, 135, 10, BRASS.base)
    pen.tube(274, 152, 346, 250, IRON, 6)
    pen.tube(284, 244, 336, 372, RUBBER, 8)
    for y in (262, 286, 310):
        pen.box(280, y, 340, y + 9, RUBBER.light, 4)
    pen.shape([(284, 366), (336, 366), (344, 424), (276, 424)], RUBBER.base)
    pen.box(270, 412, 350, 432, RUBBER.dark, 8)


def ignition_leads(pen: Pen) -> None:
    for step in range(4):
        x, top = 164 + step * 62, 132 + step * 18
        pen.curve((x, 330), (x, 150), (300, top), (500, top + 30 * step), RED.dark, 17)
        pen.curve((x - 2, 330), (x - 2, 148), (298, top - 3), (500, top - 3 + 30 * step), RED.light, 4)
        pen.tube(x - 17, 312, x + 17, 396, RUBBER, 8)
        pen.tube(x - 10, 392, x + 10, 414, STEEL, 3)
        pen.rod(486, top + 30 * step - 16, 552, top + 30 * step + 16, RUBBER, 8)


def timing_belt(pen: Pen) -> None:
    path = _loop((222, 318, 76), (428, 150, 60))
    pen.line(path, RUBBER.dark, 26)
    for x, y in _evenly(path, 13):
        pen.disc(x, y, 4, RUBBER.light)
    for x, y, radius in ((222, 318, 62), (428, 150, 46)):
        pen.gear(x, y, radius, radius - 9, 22, STEEL.dark)
        pen.disc(x, y, radius - 12, STEEL.light)
        pen.disc(x, y, radius - 28, STEEL.base)
        pen.disc(x, y, 10, INK)


def timing_chain(pen: Pen) -> None:
    pen.gear(250, 240, 126, 108, 24, STEEL.dark)
    pen.disc(250, 240, 102, STEEL.light)
    for x, y in around(250, 240, 66, 5):
        pen.disc(x, y, 22, CLEAR)
    pen.disc(250, 240, 30, STEEL.base)
    pen.disc(250, 240, 16, CLEAR)
    pen.gear(462, 240, 58, 46, 12, STEEL.dark)
    pen.disc(462, 240, 36, STEEL.light)
    pen.disc(462, 240, 14, CLEAR)
    for index, (x, y) in enumerate(_evenly(_loop((250, 240, 122), (462, 240, 57)), 20)):
        pen.disc(x, y, 11, INK)
        pen.disc(x, y, 5, AMBER.base if index % 11 == 0 else STEEL.light)


def drive_belt(pen: Pen) -> None:
    pen.tilt = 16
    path = _loop((210, 240, 112), (452, 240, 74))
    for width, fill in ((44, RUBBER.dark), (37, RUBBER.light), (30, RUBBER.base), (23, RUBBER.light)):
        pen.line(path, fill, width)
    for width, fill in ((16, RUBBER.base), (9, RUBBER.light), (3, RUBBER.dark)):
        pen.line(path, fill, width)


def _loop(first: Circle, second: Circle) -> list[Point]:
    """A closed line tight around two circles, each given as centre and radius."""
    (x1, y1, r1), (x2, y2, r2) = first, second
    along = degrees(atan2(y2 - y1, x2 - x1))
    lean = degrees(acos((r1 - r2) / hypot(x2 - x1, y2 - y1)))
    far = [around(x1, y1, r1, 1, along + lean + (360 - 2 * lean) * step / 60)[0] for step in range(61)]
    near = [around(x2, y2, r2, 1, along - lean + 2 * lean * step / 60)[0] for step in range(61)]
    return [*far, *near, far[0]]


def _evenly(path: list[Point], gap: float) -> list[Point]:
    """Points on a line, about `gap` apart."""
    points, ahead = [path[0]], gap
    for (x0, y0), (x1, y1) in pairwise(path):
        length = hypot(x1 - x0, y1 - y0)
        while ahead <= length:
            points.append((x0 + (x1 - x0) * ahead / length, y0 + (y1 - y0) * ahead / length))
            ahead += gap
        ahead -= length
    return points


def belt_tensioner(pen: Pen) -> None:
    pen.line([(228, 330), (404, 176)], IRON.dark, 84)
    pen.line([(228, 326), (404, 172)], IRON.base, 76)
    pen.disc(228, 322, 96, IRON.dark)
    pen.disc(228, 316, 90, IRON.light)
    pen.disc(228, 316, 62, IRON.base)
    pen.bolt(228, 316, 30)
    pen.disc(416, 162, 94, INK)
    pen.disc(416, 162, 84, RUBBER.base)
    pen.disc(416, 162, 60, RUBBER.light)
    pen.disc(416, 162, 38, STEEL.light)
    pen.bolt(416, 162, 24)


def gasket(pen: Pen) -> None:
    pen.tilt = 8
    pen.box(110, 128, 530, 352, RUBBER.dark, 60)
    pen.box(116, 130, 524, 344, RUBBER.base, 56)
    pen.box(138, 152, 502, 324, CLEAR, 42)
    for x in (190, 277, 364, 450):
        pen.ring(x, 238, 38, 13, RUBBER.base)
    pen.box(110, 231, 154, 245, RUBBER.base)
    pen.box(486, 231, 530, 245, RUBBER.base)
    for x in (226, 313, 400):
        pen.box(x, 231, x + 16, 245, RUBBER.base)
    for x in (124, 516):
        for y in (170, 306):
            pen.disc(x, y, 20, RUBBER.base)
            pen.disc(x, y, 9, CLEAR)


def head_gasket(pen: Pen) -> None:
    pen.tilt = 8
    pen.box(84, 154, 556, 330, IRON.dark, 22)
    pen.box(84, 148, 556, 322, STEEL.base, 22)
    for x in (149, 263, 377, 491):
        pen.disc(x, 235, 56, IRON.dark)
        pen.disc(x, 235, 51, COPPER.light)
        pen.disc(x, 235, 44, CLEAR)
    for x in (97, 206, 320, 434, 543):
        for y in (170, 300):
            pen.disc(x, y, 9, CLEAR)
    for x in (149, 263, 377, 491):
        for y in (165, 305):
            pen.box(x - 18, y - 5, x + 18, y + 5, IRON.base, 5)


def oil_seal(pen: Pen) -> None:
    pen.disc(320, 246, 166, RUBBER.dark)
    pen.disc(320, 238, 166, RUBBER.base)
    pen.ring(320, 238, 150, 10, COPPER.base)
    pen.disc(320, 238, 118, RUBBER.light)
    pen.ring(320, 238, 108, 5, STEEL.light)
    pen.disc(320, 238, 98, RUBBER.dark)
    pen.disc(320, 238, 84, CLEAR)


def engine_mount(pen: Pen) -> None:
    pen.box(120, 330, 520, 376, IRON.dark, 14)
    pen.box(120, 322, 520, 362, IRON.base, 14)
    for x in (160, 480):
        pen.bolt(x, 342, 16)
    pen.shape([(212, 330), (428, 330), (392, 196), (248, 196)], RUBBER.base)
    pen.shape([(370, 196), (392, 196), (428, 330), (392, 330)], RUBBER.dark)
    pen.shape([(262, 208), (278, 208), (256, 318), (234, 318)], RUBBER.light)
    pen.box(204, 312, 436, 332, STEEL.base, 6)
    pen.box(228, 176, 412, 208, STEEL.light, 10)
    pen.tube(302, 88, 338, 180, STEEL, 5)
    for y in range(96, 150, 11):
        pen.box(299, y, 341, y + 4, STEEL.dark, 2)
    pen.box(284, 148, 356, 180, STEEL.base, 6)


def piston(pen: Pen) -> None:
    pen.shape([(292, 250), (348, 250), (358, 372), (282, 372)], IRON.base)
    pen.disc(320, 384, 58, IRON.dark)
    pen.disc(320, 384, 50, IRON.light)
    pen.disc(320, 384, 33, CLEAR)
    pen.tube(210, 74, 430, 270, STEEL, 18)
    pen.oval(320, 82, 104, 16, STEEL.light)
    for y in (112, 136, 160):
        pen.box(206, y, 434, y + 10, INK, 4)
        pen.box(212, y + 2, 400, y + 5, STEEL.base, 2)
    pen.disc(320, 226, 40, STEEL.dark)
    pen.disc(320, 226, 32, IRON.base)
    pen.disc(320, 226, 18, STEEL.light)


def bearing_shells(pen: Pen) -> None:
    for y, start in ((214, 180), (268, 0)):
        pen.sector(320, y, 168, 132, start + 2, start + 178, COPPER.dark)
        pen.sector(320, y, 160, 132, start + 2, start + 178, STEEL.base)
        pen.sector(320, y, 142, 128, start + 2, start + 178, COPPER.light)
        pen.disc(*around(320, y, 148, 1, start + 90)[0], 10, CLEAR)


DRAWINGS: dict[str, Drawing] = {
    "spark-plug": spark_plug,
    "ignition-coil": ignition_coil,
    "ignition-leads": ignition_leads,
    "timing-belt": timing_belt,
    "timing-chain": timing_chain,
    "drive-belt": drive_belt,
    "belt-tensioner": belt_tensioner,
    "gasket": gasket,
    "head-gasket": head_gasket,
    "oil-seal": oil_seal,
    "engine-mount": engine_mount,
    "piston": piston,
    "bearing-shells": bearing_shells,
}
