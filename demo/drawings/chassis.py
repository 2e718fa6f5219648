"""Springs, dampers, joints and steering."""

from drawings.pen import BLUE, CLEAR, INK, IRON, RED, RUBBER, STEEL, YELLOW, Drawing, Pen, Tone

BACKGROUND = Tone("#5f8089", "#d2e4e8", "#e4f0f2")


def shock_absorber(pen: Pen) -> None:
    pen.tilt = -35
    _eye(pen, 56)
    pen.tube(308, 80, 332, 200, STEEL)
    pen.tube(282, 96, 358, 232, IRON, 10)
    pen.tube(288, 226, 352, 396, YELLOW, 10)
    pen.box(284, 352, 356, 366, YELLOW.dark, 4)
    _eye(pen, 424)


def _eye(pen: Pen, y: float) -> None:
    pen.disc(320, y, 32, IRON.dark)
    pen.disc(320, y, 24, RUBBER.base)
    pen.disc(320, y, 14, STEEL.light)
    pen.disc(320, y, 7, CLEAR)


def strut(pen: Pen) -> None:
    pen.tilt = -18
    pen.tube(309, 36, 331, 90, STEEL, 4)
    pen.tube(300, 80, 340, 300, STEEL)
    pen.tube(284, 246, 356, 400, IRON, 8)
    _coil(pen, left=240, right=400, top=106, bottom=284, tone=RED)
    pen.box(222, 78, 418, 104, IRON.base, 12)
    pen.box(252, 60, 388, 82, IRON.light, 10)
    pen.box(226, 286, 414, 308, IRON.base, 10)
    pen.box(268, 380, 372, 448, IRON.base, 8)
    for y in (398, 430):
        pen.bolt(320, y, 12)


def coil_spring(pen: Pen) -> None:
    _coil(pen, left=214, right=426, top=94, bottom=386, tone=BLUE)


def _coil(pen: Pen, left: float, right: float, top: float, bottom: float, tone: Tone) -> None:
    turns = 5
    pitch = (bottom - top) / turns
    for turn in range(turns):
        y = top + turn * pitch
        pen.line([(right, y + pitch / 2), (left, y + pitch)], tone.dark, pitch * 0.36)
    for turn in range(turns + 1):
        y = top + turn * pitch
        pen.line([(left, y), (right, y + (pitch / 2 if turn < turns else 0))], tone.base, pitch * 0.42)
        pen.line(
            [(left + 12, y - 5), (right - 40, y + (pitch / 2 - 14 if turn < turns else -5))], tone.light, 5
        )


def leaf_spring(pen: Pen) -> None:
    for step, reach in enumerate((26, 22, 17, 11)):
        tone = IRON.base if step % 2 else IRON.dark
        pen.sector(320, -250 - step * 2, 520 + step * 22, 500 + step * 22, 90 - reach, 90 + reach, tone)
        pen.sector(320, -250 - step * 2, 505 + step * 22, 500 + step * 22, 90 - reach, 90 + reach, IRON.light)
    for x in (96, 544):
        pen.disc(x, 212, 28, IRON.dark)
        pen.disc(x, 212, 18, RUBBER.light)
        pen.disc(x, 212, 9, CLEAR)
    for x in (276, 350):
        pen.tube(x, 220, x + 16, 366, STEEL, 5)
    pen.box(262, 340, 380, 356, STEEL.dark, 4)


def control_arm(pen: Pen) -> None:
    pen.line([(480, 168), (320, 300), (168, 330)], IRON.dark, 66)
    pen.line([(320, 292), (190, 150)], IRON.dark, 62)
    pen.line([(480, 162), (320, 292), (168, 324)], IRON.base, 58)
    pen.line([(320, 286), (190, 144)], IRON.base, 54)
    pen.line([(450, 176), (330, 276)], IRON.light, 10)
    pen.disc(318, 292, 24, IRON.dark)
    pen.disc(318, 292, 17, CLEAR)
    for x, y, radius in ((162, 328, 54), (184, 140, 46)):
        pen.disc(x, y, radius, IRON.dark)
        pen.disc(x, y, radius - 9, RUBBER.base)
        pen.disc(x, y, radius - 24, STEEL.light)
        pen.disc(x, y, radius - 33, CLEAR)
    pen.tube(470, 70, 498, 130, STEEL, 5)
    pen.shape([(450, 150), (518, 150), (502, 116), (466, 116)], RUBBER.base)
    pen.disc(484, 166, 44, IRON.dark)
    pen.disc(484, 164, 36, IRON.light)


def ball_joint(pen: Pen) -> None:
    pen.shape([(130, 318), (510, 318), (540, 360), (510, 394), (130, 394), (100, 360)], IRON.dark)
    pen.shape([(130, 312), (510, 312), (536, 350), (510, 380), (130, 380), (104, 350)], IRON.base)
    for x in (162, 478):
        pen.disc(x, 348, 17, CLEAR)
    pen.tube(232, 268, 408, 392, STEEL, 20)
    pen.shape([(246, 276), (394, 276), (352, 176), (288, 176)], RUBBER.base)
    for y, reach in ((206, 46), (232, 56), (258, 66)):
        pen.box(320 - reach, y, 320 + reach, y + 10, RUBBER.dark, 5)
    pen.tube(296, 112, 344, 182, STEEL)
    pen.tube(300, 58, 340, 118, STEEL, 5)
    for y in range(64, 112, 11):
        pen.box(297, y, 343, y + 4, STEEL.dark, 2)
    pen.box(284, 108, 356, 138, STEEL.light, 5)


def stabiliser_link(pen: Pen) -> None:
    pen.tilt = -30
    pen.tube(309, 110, 331, 370, IRON)
    for y, side in ((92, 1), (388, -1)):
        left, right = sorted((320.0, 320.0 + side * 118))
        pen.rod(left, y - 13, right, y + 13, STEEL, 5)
        for step in range(5):
            x = 320 + side * (74 + step * 9)
            pen.box(x - 2, y - 16, x + 2, y + 16, STEEL.dark)
        inner, outer = sorted((320.0 + side * 26, 320.0 + side * 62))
        pen.box(inner, y - 27, outer, y + 27, RUBBER.base, 10)
        pen.disc(320, y, 38, IRON.dark)
        pen.disc(320, y, 31, IRON.light)


def tie_rod_end(pen: Pen) -> None:
    pen.tilt = 22
    pen.rod(96, 268, 380, 304, STEEL, 8)
    for x in range(104, 250, 13):
        pen.box(x, 264, x + 5, 308, STEEL.dark, 2)
    pen.box(250, 258, 286, 314, STEEL.light, 5)
    pen.shape([(340, 262), (420, 240), (420, 332), (340, 310)], IRON.base)
    pen.disc(452, 290, 68, IRON.dark)
    pen.disc(452, 286, 62, IRON.base)
    pen.disc(452, 292, 34, IRON.light)
    pen.shape([(404, 226), (500, 226), (482, 172), (422, 172)], RUBBER.base)
    pen.box(396, 218, 508, 240, RUBBER.light, 10)
    pen.tube(436, 96, 468, 178, STEEL, 5)
    pen.box(422, 122, 482, 154, STEEL.light, 5)


def steering_rack(pen: Pen) -> None:
    pen.tilt = 10
    pen.rod(60, 262, 580, 284, STEEL, 8)
    pen.rod(206, 242, 434, 304, IRON, 14)
    for left in (122, 432):
        for step in range(6):
            x = left + step * 14
            pen.box(x, 240, x + 12, 306, RUBBER.light if step % 2 else RUBBER.base, 6)
    for x in (60, 580):
        pen.disc(x, 273, 28, IRON.dark)
        pen.disc(x, 273, 19, IRON.light)
        pen.tube(x - 9, 288, x + 9, 340, STEEL, 4)
    pen.tube(246, 120, 310, 262, IRON, 10)
    pen.tube(264, 80, 292, 130, STEEL, 4)
    pen.disc(278, 274, 44, IRON.dark)
    pen.disc(278, 274, 36, IRON.light)
    pen.curve((310, 180), (400, 160), (380, 230), (410, 244), INK, 9)
    pen.curve((310, 204), (360, 194), (350, 234), (370, 244), INK, 9)


DRAWINGS: dict[str, Drawing] = {
    "shock-absorber": shock_absorber,
    "strut": strut,
    "coil-spring": coil_spring,
    "leaf-spring": leaf_spring,
    "control-arm": control_arm,
    "ball-joint": ball_joint,
    "stabiliser-link": stabiliser_link,
    "tie-rod-end": tie_rod_end,
    "steering-rack": steering_rack,
}
