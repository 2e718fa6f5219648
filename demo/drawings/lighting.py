"""Lamps and bulbs."""

from drawings.pen import (
    AMBER,
    CHALK,
    GLASS,
    INK,
    IRON,
    RED,
    RUBBER,
    STEEL,
    WHITE,
    YELLOW,
    Drawing,
    Pen,
    Tone,
)

BACKGROUND = Tone("#7d7099", "#e2dcef", "#efebf7")


def headlamp(pen: Pen) -> None:
    pen.shape([(104, 330), (120, 226), (250, 140), (536, 112), (516, 236), (430, 338), (170, 366)], INK)
    pen.shape(
        [(118, 322), (132, 232), (256, 152), (522, 126), (504, 230), (424, 326), (176, 352)], GLASS.base
    )
    pen.shape([(132, 232), (256, 152), (522, 126), (514, 176), (260, 196), (126, 276)], GLASS.light)
    for x, y, radius in ((232, 268, 66), (374, 238, 60)):
        pen.disc(x, y, radius, IRON.base)
        pen.disc(x, y, radius - 7, CHALK.light)
        pen.disc(x, y, radius - 20, STEEL.base)
        pen.disc(x, y, radius - 28, GLASS.light)
        pen.disc(x - 10, y - 10, 12, WHITE)
    pen.shape([(452, 174), (510, 148), (496, 222), (452, 262)], AMBER.base)
    pen.shape([(452, 174), (510, 148), (506, 168), (452, 198)], AMBER.light)


def tail_lamp(pen: Pen) -> None:
    pen.shape([(190, 84), (404, 100), (462, 210), (430, 396), (206, 404), (166, 240)], RED.dark)
    pen.shape([(202, 98), (396, 112), (446, 212), (418, 382), (216, 390), (182, 240)], RED.base)
    pen.shape([(186, 220), (440, 196), (446, 216), (441, 250), (184, 268)], AMBER.base)
    pen.shape([(184, 268), (441, 250), (434, 292), (194, 308)], CHALK.light)
    pen.shape([(202, 98), (396, 112), (406, 132), (200, 122)], RED.light)
    for x, y in ((260, 168), (340, 164)):
        pen.disc(x, y, 32, RED.dark)
        pen.disc(x, y, 25, RED.light)
        pen.disc(x, y, 11, WHITE)
    pen.disc(320, 342, 30, RED.dark)
    pen.disc(320, 342, 23, RED.light)


def brake_lamp(pen: Pen) -> None:
    pen.shape([(110, 216), (530, 216), (556, 268), (530, 306), (110, 306), (84, 268)], INK)
    pen.shape([(122, 230), (518, 230), (536, 264), (518, 292), (122, 292), (104, 264)], RED.base)
    pen.shape([(122, 230), (518, 230), (526, 244), (114, 244)], RED.light)
    for x in range(150, 500, 42):
        pen.disc(x + 2, 266, 15, RED.dark)
        pen.disc(x + 2, 266, 9, WHITE)
    pen.curve((320, 216), (320, 130), (420, 170), (430, 96), INK, 8)
    pen.box(408, 72, 452, 102, CHALK.base, 5)


def fog_lamp(pen: Pen) -> None:
    pen.box(290, 370, 350, 418, IRON.base, 6)
    pen.bolt(320, 394, 15)
    pen.disc(320, 232, 158, INK)
    pen.disc(320, 232, 144, STEEL.dark)
    pen.disc(320, 232, 136, GLASS.base)
    pen.sector(320, 232, 136, 0, 180, 360, GLASS.light)
    for x in range(230, 420, 30):
        pen.box(x, 138, x + 4, 326, GLASS.dark, 2)
    pen.disc(320, 232, 48, STEEL.base)
    pen.disc(320, 232, 38, YELLOW.base)
    pen.disc(308, 220, 13, WHITE)


def indicator(pen: Pen) -> None:
    pen.shape(
        [(116, 240), (190, 172), (470, 162), (526, 220), (526, 262), (470, 318), (190, 308)], AMBER.dark
    )
    pen.shape(
        [(132, 240), (196, 184), (464, 174), (514, 224), (514, 256), (464, 304), (196, 296)], AMBER.base
    )
    pen.shape([(150, 224), (196, 184), (464, 174), (500, 210), (200, 214)], AMBER.light)
    for x in range(210, 480, 34):
        pen.box(x, 222, x + 6, 292, AMBER.dark, 3)


def bulb(pen: Pen) -> None:
    pen.tilt = -32
    pen.tube(276, 78, 364, 262, GLASS, 42)
    pen.box(290, 80, 350, 108, IRON.light, 14)
    pen.line([(300, 250), (300, 176), (340, 176), (340, 250)], STEEL.dark, 5)
    pen.line([(300, 168), (310, 156), (320, 168), (330, 156), (340, 168)], AMBER.base, 7)
    pen.tube(264, 248, 376, 308, STEEL, 6)
    pen.box(220, 300, 420, 326, STEEL.base, 8)
    pen.box(220, 316, 420, 326, STEEL.dark, 4)
    pen.tube(276, 324, 364, 368, RUBBER, 8)
    for x in (284, 312, 340):
        pen.box(x, 366, x + 14, 410, STEEL.light, 3)


def light_bar(pen: Pen) -> None:
    for x in (130, 474):
        pen.box(x, 282, x + 36, 344, IRON.base, 6)
        pen.bolt(x + 18, 320, 12)
    pen.box(82, 166, 558, 290, INK, 16)
    for x in range(96, 548, 18):
        pen.box(x, 156, x + 8, 172, INK, 2)
    pen.box(98, 184, 542, 272, IRON.base, 8)
    for x in range(131, 540, 54):
        for y in (207, 250):
            pen.disc(x, y, 20, STEEL.light)
            pen.disc(x, y, 10, YELLOW.light)
            pen.disc(x, y, 5, WHITE)


DRAWINGS: dict[str, Drawing] = {
    "headlamp": headlamp,
    "tail-lamp": tail_lamp,
    "brake-lamp": brake_lamp,
    "fog-lamp": fog_lamp,
    "indicator": indicator,
    "bulb": bulb,
    "light-bar": light_bar,
}
