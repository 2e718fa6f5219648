"""Rims, tyres, hubs and what holds them on."""

from drawings.pen import BRASS, CLEAR, INK, IRON, RUBBER, STEEL, Drawing, Pen, Tone, around

BACKGROUND = Tone("#66757f", "#d8e1e6", "#e9eff2")


def alloy_wheel(pen: Pen) -> None:
    _rim(pen, STEEL)


def alloy_wheel_black(pen: Pen) -> None:
    _rim(pen, Tone("#191e22", "#313940", "#4c5862"))


def _rim(pen: Pen, tone: Tone) -> None:
    pen.disc(320, 240, 182, tone.dark)
    pen.disc(320, 240, 176, tone.light)
    pen.disc(320, 240, 164, tone.dark)
    pen.disc(320, 240, 152, CLEAR)
    for angle in range(-90, 270, 72):
        for spread in (-15, 15):
            outer = around(320, 240, 150, 1, angle + spread)[0]
            inner = around(320, 240, 46, 1, angle + spread / 3)[0]
            pen.line([inner, outer], tone.base, 24)
    pen.disc(320, 240, 64, tone.base)
    pen.disc(320, 240, 58, tone.light)
    for x, y in around(320, 240, 41, 5, -54):
        pen.disc(x, y, 10, INK)
    pen.disc(320, 240, 23, tone.dark)
    pen.disc(320, 240, 18, tone.base)


def tyre(pen: Pen) -> None:
    _tyre(pen, teeth=60, depth=5)


def tyre_offroad(pen: Pen) -> None:
    _tyre(pen, teeth=26, depth=15)


def _tyre(pen: Pen, teeth: int, depth: float) -> None:
    pen.gear(320, 240, 188, 188 - depth, teeth, RUBBER.dark)
    pen.disc(320, 240, 181 - depth, RUBBER.base)
    pen.ring(320, 240, 160, 4, RUBBER.light)
    pen.ring(320, 240, 124, 4, RUBBER.dark)
    for start in (205, 25):
        pen.sector(320, 240, 148, 136, start, start + 46, RUBBER.light)
    pen.disc(320, 240, 106, RUBBER.dark)
    pen.disc(320, 240, 100, CLEAR)


def steel_wheel(pen: Pen) -> None:
    pen.disc(320, 240, 180, IRON.dark)
    pen.disc(320, 240, 172, IRON.light)
    pen.disc(320, 240, 160, IRON.base)
    pen.disc(320, 240, 134, IRON.dark)
    pen.disc(320, 240, 128, IRON.base)
    for x, y in around(320, 240, 104, 12):
        pen.disc(x, y, 17, IRON.dark)
        pen.disc(x, y, 14, CLEAR)
    pen.disc(320, 240, 76, IRON.light)
    for x, y in around(320, 240, 52, 5):
        pen.disc(x, y, 10, CLEAR)
    pen.disc(320, 240, 28, CLEAR)


def wheel_cover(pen: Pen) -> None:
    pen.disc(320, 240, 180, STEEL.dark)
    pen.disc(320, 240, 174, STEEL.light)
    for angle in range(-90, 270, 40):
        pen.sector(320, 240, 150, 78, angle + 5, angle + 23, IRON.dark)
        pen.sector(320, 240, 150, 142, angle + 5, angle + 23, STEEL.dark)
    pen.ring(320, 240, 164, 3, STEEL.base)
    pen.disc(320, 240, 54, STEEL.base)
    pen.disc(320, 240, 48, STEEL.light)
    pen.disc(320, 240, 26, STEEL.base)


def hub_bearing(pen: Pen) -> None:
    corners = around(320, 240, 150, 4, 45)
    for x, y in corners:
        pen.line([(320, 240), (x, y)], IRON.base, 70)
    for x, y in corners:
        pen.disc(x, y, 15, CLEAR)
    pen.disc(320, 240, 140, STEEL.dark)
    pen.disc(320, 240, 134, STEEL.light)
    pen.disc(320, 240, 104, IRON.dark)
    for x, y in around(320, 240, 88, 14):
        pen.disc(x, y, 16, STEEL.base)
        pen.disc(x - 4, y - 4, 6, STEEL.light)
    pen.disc(320, 240, 70, STEEL.dark)
    pen.disc(320, 240, 66, STEEL.light)
    pen.gear(320, 240, 42, 36, 24, IRON.dark)
    pen.disc(320, 240, 34, CLEAR)


def wheel_nuts(pen: Pen) -> None:
    for x, y in ((222, 150), (418, 140), (228, 338), (424, 330)):
        pen.disc(x, y, 84, STEEL.dark)
        pen.disc(x, y, 78, STEEL.base)
        pen.shape(around(x, y, 68, 6, x), STEEL.dark)
        pen.shape(around(x - 2, y - 3, 64, 6, x), STEEL.light)
        pen.disc(x, y, 34, STEEL.dark)
        pen.gear(x, y, 31, 27, 16, STEEL.base)
        pen.disc(x, y, 24, INK)


def tyre_valve(pen: Pen) -> None:
    pen.tilt = -28
    pen.tube(296, 74, 344, 140, RUBBER, 10)
    for y in (92, 104, 116, 128):
        pen.box(294, y, 346, y + 5, RUBBER.dark, 2)
    pen.tube(304, 138, 336, 176, BRASS)
    pen.shape([(296, 172), (344, 172), (356, 318), (284, 318)], RUBBER.base)
    pen.shape([(304, 172), (314, 172), (308, 318), (296, 318)], RUBBER.light)
    pen.box(268, 316, 372, 340, RUBBER.light, 8)
    pen.box(284, 338, 356, 356, RUBBER.dark)
    pen.box(262, 352, 378, 388, RUBBER.base, 12)
    pen.tube(304, 386, 336, 412, BRASS, 4)


DRAWINGS: dict[str, Drawing] = {
    "alloy-wheel": alloy_wheel,
    "alloy-wheel-black": alloy_wheel_black,
    "tyre": tyre,
    "tyre-offroad": tyre_offroad,
    "steel-wheel": steel_wheel,
    "wheel-cover": wheel_cover,
    "hub-bearing": hub_bearing,
    "wheel-nuts": wheel_nuts,
    "tyre-valve": tyre_valve,
}
