"""Clutch, shafts and gearbox."""

from drawings.pen import AMBER, CLEAR, INK, IRON, RUBBER, STEEL, Drawing, Pen, Tone, around

BACKGROUND = Tone("#8a6f86", "#ead9e6", "#f4e9f1")


def clutch_kit(pen: Pen) -> None:
    pen.disc(388, 216, 156, IRON.dark)
    pen.disc(388, 216, 148, IRON.base)
    pen.disc(388, 216, 108, IRON.dark)
    for angle in range(0, 360, 30):
        pen.sector(388, 216, 102, 40, angle + 3, angle + 26, STEEL.base)
    pen.disc(388, 216, 34, CLEAR)
    pen.disc(232, 282, 140, INK)
    pen.disc(232, 282, 134, AMBER.dark)
    for angle in range(0, 360, 30):
        pen.sector(232, 282, 134, 92, angle - 1, angle + 1, INK)
    pen.disc(232, 282, 90, STEEL.dark)
    pen.disc(232, 282, 84, STEEL.light)
    for x, y in around(232, 282, 56, 4, 45):
        pen.box(x - 15, y - 10, x + 15, y + 10, IRON.dark, 8)
    pen.gear(232, 282, 30, 24, 18, IRON.base)
    pen.disc(232, 282, 20, CLEAR)


def cv_axle(pen: Pen) -> None:
    pen.tilt = 20
    pen.rod(180, 226, 470, 254, IRON)
    pen.rod(40, 222, 120, 258, STEEL, 6)
    for x in range(46, 96, 10):
        pen.box(x, 218, x + 4, 262, STEEL.dark, 2)
    pen.rod(104, 178, 176, 302, IRON, 16)
    pen.rod(520, 224, 600, 256, STEEL, 6)
    pen.rod(468, 184, 532, 296, IRON, 16)
    for left, step, start in ((174, 1, 58), (468, -1, 54)):
        for fold in range(6):
            x, reach = left + step * fold * 15, start - fold * 7
            pen.box(x - 8, 240 - reach, x + 8, 240 + reach, RUBBER.light if fold % 2 else RUBBER.base, 7)


def cv_joint(pen: Pen) -> None:
    pen.tilt = 14
    pen.rod(60, 212, 200, 268, STEEL, 8)
    for x in range(70, 150, 12):
        pen.box(x, 206, x + 5, 274, STEEL.dark, 2)
    pen.shape([(180, 196), (236, 120), (236, 360), (180, 284)], IRON.base)
    pen.rod(228, 112, 350, 368, IRON, 26)
    pen.box(312, 104, 346, 376, IRON.light, 10)
    pen.box(346, 124, 400, 356, RUBBER.dark, 16)
    for fold, reach in enumerate((104, 86, 70, 56, 44)):
        x = 392 + fold * 30
        pen.box(x - 16, 240 - reach, x + 16, 240 + reach, RUBBER.light if fold % 2 else RUBBER.base, 13)
    pen.box(530, 200, 544, 280, STEEL.light, 4)


def universal_joint(pen: Pen) -> None:
    for x, y in around(320, 240, 120, 4):
        pen.line([(320, 240), (x, y)], IRON.base, 64)
    pen.disc(320, 240, 62, IRON.dark)
    pen.disc(320, 236, 54, IRON.light)
    pen.bolt(320, 236, 18)
    for turn in (0, 90, 180, 270):
        pen.stamp(_cap, turn=turn)


def _cap(pen: Pen) -> None:
    pen.box(276, 134, 364, 154, RUBBER.base, 6)
    pen.tube(270, 60, 370, 142, STEEL, 12)
    pen.box(270, 92, 370, 104, STEEL.dark)


def gearbox(pen: Pen) -> None:
    pen.shape([(112, 100), (182, 82), (330, 160), (330, 350), (182, 414), (112, 396)], STEEL.base)
    pen.shape([(112, 100), (146, 92), (146, 404), (112, 396)], STEEL.dark)
    for x, top, bottom in ((196, 96, 402), (240, 120, 384), (284, 142, 366)):
        pen.box(x, top, x + 9, bottom, STEEL.dark, 4)
        pen.box(x + 9, top + 4, x + 15, bottom - 4, STEEL.light, 3)
    pen.box(322, 152, 466, 340, STEEL.base, 14)
    pen.box(322, 318, 466, 340, STEEL.dark, 10)
    pen.shape([(466, 190), (556, 214), (556, 284), (466, 308)], STEEL.base)
    pen.shape([(466, 280), (556, 266), (556, 284), (466, 308)], STEEL.dark)
    pen.rod(552, 226, 604, 272, IRON, 6)
    pen.box(338, 334, 458, 388, IRON.base, 10)
    for x in (352, 398, 444):
        pen.bolt(x, 378, 9)
    for y in (170, 210, 250, 290):
        pen.box(340, y, 448, y + 8, STEEL.light, 4)
    for y in (116, 200, 290, 380):
        pen.bolt(128, y, 10)


DRAWINGS: dict[str, Drawing] = {
    "clutch-kit": clutch_kit,
    "cv-axle": cv_axle,
    "cv-joint": cv_joint,
    "universal-joint": universal_joint,
    "gearbox": gearbox,
}
