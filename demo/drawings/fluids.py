"""Oils, fluids, grease and sprays."""

from drawings.pen import AMBER, BLUE, CHALK, GREEN, INK, IRON, RED, STEEL, WHITE, YELLOW, Drawing, Pen, Tone

BACKGROUND = Tone("#8f7f4d", "#f1e6c6", "#f9f2de")


def oil_bottle(pen: Pen) -> None:
    pen.box(228, 74, 296, 118, RED.base, 8)
    for x in range(234, 292, 12):
        pen.box(x, 78, x + 4, 114, RED.dark)
    pen.shape(
        [(236, 116), (288, 116), (300, 152), (428, 152), (446, 176), (446, 396), (194, 396), (194, 190)],
        IRON.base,
    )
    pen.box(194, 376, 446, 412, IRON.base, 18)
    pen.shape([(404, 152), (428, 152), (446, 176), (446, 394), (404, 394)], IRON.dark)
    pen.box(342, 174, 420, 208, BACKGROUND.light, 16)
    pen.box(210, 226, 404, 382, AMBER.base, 10)
    pen.box(210, 346, 404, 382, AMBER.dark, 10)
    pen.disc(307, 302, 34, WHITE)
    pen.shape([(307, 232), (334, 286), (280, 286)], WHITE)
    pen.disc(296, 308, 9, AMBER.light)
    pen.shape([(204, 200), (216, 186), (216, 220), (204, 220)], IRON.light)


def brake_fluid(pen: Pen) -> None:
    pen.tube(284, 74, 356, 124, RED, 8)
    for y in (84, 96, 108):
        pen.box(282, y, 358, y + 4, RED.dark)
    pen.shape([(290, 122), (350, 122), (420, 180), (220, 180)], YELLOW.base)
    pen.tube(220, 172, 420, 408, YELLOW, 22)
    pen.box(220, 222, 420, 362, WHITE)
    pen.box(372, 222, 420, 362, CHALK.dark)
    pen.disc(304, 292, 50, RED.base)
    pen.disc(304, 292, 38, WHITE)
    pen.box(298, 264, 310, 300, RED.base, 5)
    pen.disc(304, 314, 7, RED.base)
    pen.sector(304, 292, 66, 58, 140, 220, RED.base)
    pen.sector(304, 292, 66, 58, -40, 40, RED.base)


def coolant(pen: Pen) -> None:
    pen.box(214, 72, 288, 116, INK, 8)
    pen.shape(
        [(222, 114), (280, 114), (306, 150), (450, 150), (466, 172), (466, 400), (176, 400), (176, 178)],
        GREEN.base,
    )
    pen.box(176, 380, 466, 414, GREEN.base, 16)
    pen.shape([(420, 150), (450, 150), (466, 172), (466, 400), (420, 400)], GREEN.dark)
    pen.box(330, 172, 440, 212, BACKGROUND.light, 18)
    pen.box(196, 234, 420, 384, WHITE, 12)
    for turn in (0, 60, 120):
        pen.stamp(_ice_arm, right=-12, down=69, turn=turn)
    pen.box(188, 196, 202, 230, GREEN.light, 5)


def _ice_arm(pen: Pen) -> None:
    pen.line([(320, 184), (320, 296)], BLUE.base, 9)
    for y, rise in ((200, -16), (280, 16)):
        pen.line([(304, y + rise), (320, y), (336, y + rise)], BLUE.base, 8)


def grease(pen: Pen) -> None:
    pen.shape([(176, 172), (464, 172), (440, 396), (200, 396)], BLUE.base)
    pen.shape([(410, 172), (464, 172), (440, 396), (394, 396)], BLUE.dark)
    pen.oval(320, 396, 120, 20, BLUE.base)
    pen.shape([(181, 222), (459, 222), (446, 346), (194, 346)], WHITE)
    pen.gear(320, 284, 48, 38, 12, AMBER.base)
    pen.disc(320, 284, 18, WHITE)
    pen.oval(320, 172, 156, 44, BLUE.dark)
    pen.oval(320, 164, 156, 44, BLUE.light)
    pen.oval(320, 164, 138, 34, AMBER.dark)
    pen.oval(310, 158, 104, 22, AMBER.base)
    pen.curve((250, 160), (290, 132), (330, 184), (380, 152), AMBER.light, 9)


def spray_can(pen: Pen) -> None:
    pen.shape([(360, 92), (520, 62), (520, 120)], WHITE)
    pen.tube(290, 76, 350, 122, RED, 10)
    pen.box(338, 88, 360, 100, INK, 3)
    pen.box(262, 116, 378, 146, STEEL.light, 10)
    pen.shape([(262, 136), (378, 136), (404, 172), (236, 172)], STEEL.base)
    pen.tube(236, 164, 404, 414, BLUE, 14)
    pen.box(236, 226, 404, 350, YELLOW.base)
    pen.box(364, 226, 404, 350, YELLOW.dark)
    pen.bolt(300, 288, 40)
    pen.box(232, 400, 408, 418, STEEL.base, 6)


DRAWINGS: dict[str, Drawing] = {
    "oil-bottle": oil_bottle,
    "brake-fluid": brake_fluid,
    "coolant": coolant,
    "grease": grease,
    "spray-can": spray_can,
}
