"""From the fuel pump to the end of the exhaust."""

from drawings.pen import (
    BLUE,
    BRASS,
    CHALK,
    CLEAR,
    GREEN,
    INK,
    IRON,
    RUBBER,
    STEEL,
    Drawing,
    Pen,
    Tone,
    around,
)

BACKGROUND = Tone("#99705a", "#f2dccb", "#f9ece2")


def fuel_pump(pen: Pen) -> None:
    pen.box(180, 76, 460, 116, INK, 14)
    pen.box(180, 70, 460, 104, RUBBER.light, 14)
    pen.tube(232, 34, 256, 74, CHALK, 6)
    pen.box(330, 40, 410, 76, INK, 8)
    for x in (222, 408):
        pen.tube(x, 112, x + 12, 250, STEEL)
    pen.box(214, 232, 426, 390, CHALK.dark, 18)
    pen.box(214, 232, 426, 376, CHALK.base, 18)
    pen.tube(266, 140, 374, 356, STEEL, 12)
    pen.box(266, 168, 374, 184, STEEL.dark)
    pen.tube(298, 118, 330, 146, BRASS, 4)
    pen.line([(426, 330), (520, 330), (540, 398)], INK, 7)
    pen.box(506, 390, 574, 420, GREEN.base, 14)
    pen.oval(320, 396, 116, 22, GREEN.dark)
    pen.oval(320, 390, 116, 20, GREEN.base)


def injector(pen: Pen) -> None:
    pen.tilt = -28
    pen.tube(302, 46, 338, 110, STEEL, 5)
    pen.box(294, 62, 346, 80, RUBBER.dark, 8)
    pen.tube(284, 102, 356, 236, BLUE, 10)
    pen.shape([(346, 136), (452, 96), (472, 142), (352, 196)], BLUE.dark)
    pen.shape([(440, 100), (466, 90), (488, 136), (462, 146)], INK)
    pen.tube(276, 230, 364, 330, STEEL, 10)
    for y in (250, 306):
        pen.box(272, y, 368, y + 8, STEEL.dark, 3)
    pen.tube(294, 326, 346, 392, STEEL, 4)
    pen.box(288, 346, 352, 364, RUBBER.dark, 8)
    pen.tube(306, 390, 334, 424, BRASS, 5)
    pen.box(290, 112, 304, 222, BLUE.light, 6)


def throttle_body(pen: Pen) -> None:
    pen.box(424, 130, 548, 350, RUBBER.base, 20)
    pen.box(436, 142, 476, 338, RUBBER.light, 12)
    pen.box(520, 310, 574, 352, INK, 8)
    pen.box(120, 90, 456, 392, STEEL.dark, 44)
    pen.box(120, 84, 456, 380, STEEL.base, 44)
    for x in (156, 420):
        for y in (118, 346):
            pen.disc(x, y, 20, STEEL.light)
            pen.disc(x, y, 10, CLEAR)
    pen.disc(288, 232, 128, STEEL.dark)
    pen.disc(288, 232, 118, INK)
    pen.disc(288, 232, 108, BRASS.dark)
    pen.sector(288, 232, 108, 0, 180, 360, BRASS.base)
    pen.sector(288, 232, 108, 0, 200, 250, BRASS.light)
    pen.rod(176, 220, 400, 244, STEEL, 8)
    for x in (258, 318):
        pen.bolt(x, 232, 8)


def turbocharger(pen: Pen) -> None:
    pen.box(470, 120, 556, 210, IRON.dark, 8)
    pen.box(540, 104, 568, 226, IRON.base, 6)
    pen.disc(440, 246, 118, IRON.dark)
    pen.disc(440, 242, 110, IRON.base)
    pen.rod(300, 190, 420, 300, IRON, 10)
    pen.tube(332, 300, 372, 372, STEEL, 6)
    pen.box(120, 72, 212, 250, STEEL.dark, 12)
    pen.box(106, 66, 226, 96, STEEL.light, 8)
    pen.disc(240, 254, 158, STEEL.dark)
    pen.disc(240, 250, 150, STEEL.base)
    pen.sector(240, 250, 142, 130, 150, 280, STEEL.light)
    pen.disc(240, 250, 96, STEEL.light)
    pen.disc(240, 250, 86, INK)
    for angle in range(0, 360, 36):
        tip, tail = around(240, 250, 80, 1, angle)[0], around(240, 250, 80, 1, angle + 20)[0]
        pen.shape([(240, 250), tip, tail], STEEL.base)
        pen.line([around(240, 250, 20, 1, angle)[0], tip], STEEL.light, 5)
    pen.disc(240, 250, 24, STEEL.dark)
    pen.disc(240, 250, 15, BRASS.base)


def muffler(pen: Pen) -> None:
    pen.curve((40, 300), (110, 300), (110, 230), (190, 230), STEEL.dark, 38)
    pen.curve((40, 294), (110, 294), (110, 224), (190, 224), STEEL.light, 9)
    pen.rod(460, 250, 580, 294, STEEL, 8)
    pen.oval(580, 272, 12, 22, INK)
    pen.rod(160, 142, 490, 340, STEEL, 80)
    for x in (226, 410):
        pen.box(x, 144, x + 10, 338, STEEL.dark, 4)
        pen.box(x, 144, x + 4, 338, STEEL.light, 2)
    for x in (260, 390):
        pen.line([(x, 146), (x, 104), (x + 34, 104)], IRON.base, 11)


def catalytic_converter(pen: Pen) -> None:
    for left, right, flange in ((44, 150, 44), (490, 596, 574)):
        pen.rod(left, 218, right, 266, STEEL, 4)
        pen.box(flange, 192, flange + 22, 292, IRON.base, 6)
    pen.shape(
        [(140, 218), (220, 154), (420, 154), (500, 218), (500, 266), (420, 330), (220, 330), (140, 266)],
        STEEL.base,
    )
    pen.shape(
        [(140, 266), (146, 272), (222, 300), (418, 300), (494, 272), (500, 266), (420, 330), (220, 330)],
        STEEL.dark,
    )
    pen.box(214, 140, 426, 344, STEEL.base, 14)
    pen.box(236, 164, 404, 320, IRON.dark, 10)
    for row in range(8):
        for column in range(9):
            pen.box(244 + column * 17.4, 172 + row * 18, 257 + column * 17.4, 186 + row * 18, BRASS.light, 2)
    pen.tube(170, 120, 194, 196, BRASS, 4)
    pen.curve((182, 120), (182, 60), (260, 100), (300, 62), INK, 6)


DRAWINGS: dict[str, Drawing] = {
    "fuel-pump": fuel_pump,
    "injector": injector,
    "throttle-body": throttle_body,
    "turbocharger": turbocharger,
    "muffler": muffler,
    "catalytic-converter": catalytic_converter,
}
