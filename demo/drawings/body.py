"""Mirrors, bumpers, panels and door parts."""

from drawings.pen import (
    AMBER,
    BLUE,
    CHALK,
    CLEAR,
    GLASS,
    INK,
    IRON,
    RED,
    RUBBER,
    STEEL,
    WHITE,
    Drawing,
    Pen,
    Tone,
)

BACKGROUND = Tone("#6d8d80", "#d5e6de", "#e6f1ec")


def side_mirror(pen: Pen) -> None:
    pen.shape([(436, 300), (540, 260), (556, 400), (470, 400)], INK)
    pen.shape([(440, 252), (520, 300), (500, 356), (400, 330)], RUBBER.base)
    pen.box(104, 100, 470, 348, BLUE.dark, 76)
    pen.box(104, 94, 470, 336, BLUE.base, 76)
    pen.box(128, 116, 446, 316, INK, 60)
    pen.box(138, 126, 436, 306, GLASS.base, 52)
    pen.shape([(196, 128), (264, 128), (200, 304), (152, 290)], GLASS.light)
    pen.shape([(290, 128), (312, 128), (244, 305), (222, 305)], GLASS.light)
    pen.box(112, 206, 124, 260, AMBER.base, 6)


def bumper(pen: Pen) -> None:
    pen.shape(
        [(76, 168), (130, 140), (510, 140), (564, 168), (590, 300), (540, 352), (100, 352), (50, 300)],
        BLUE.dark,
    )
    pen.shape(
        [(76, 160), (130, 132), (510, 132), (564, 160), (588, 286), (536, 334), (104, 334), (52, 286)],
        BLUE.base,
    )
    pen.shape([(90, 166), (134, 144), (506, 144), (550, 166), (552, 178), (88, 178)], BLUE.light)
    pen.shape([(186, 232), (454, 232), (428, 308), (212, 308)], INK)
    for y in (250, 270, 290):
        pen.box(206, y, 434, y + 7, IRON.base, 3)
    for x in (124, 516):
        pen.box(x - 46, 234, x + 46, 292, INK, 24)
        pen.disc(x, 263, 21, GLASS.base)
        pen.disc(x - 6, 257, 7, WHITE)
    pen.box(258, 188, 382, 218, BLUE.dark, 4)


def grille(pen: Pen) -> None:
    pen.shape([(90, 130), (550, 130), (500, 350), (430, 372), (210, 372), (140, 350)], STEEL.dark)
    pen.shape([(96, 124), (544, 124), (494, 340), (426, 362), (214, 362), (146, 340)], STEEL.light)
    pen.shape([(120, 142), (520, 142), (478, 328), (420, 346), (220, 346), (162, 328)], INK)
    for step, y in enumerate((168, 206, 244, 282, 318)):
        inset = 130 + step * 8.5
        pen.box(inset, y, 640 - inset, y + 12, STEEL.base, 5)
        pen.box(inset, y, 640 - inset, y + 5, STEEL.light, 2)
    pen.oval(320, 234, 62, 44, STEEL.dark)
    pen.oval(320, 231, 60, 42, STEEL.light)
    pen.oval(320, 231, 46, 30, RED.base)


def bonnet(pen: Pen) -> None:
    pen.shape([(176, 84), (464, 84), (556, 350), (500, 404), (140, 404), (84, 350)], RED.dark)
    pen.shape([(180, 76), (460, 76), (550, 336), (496, 388), (144, 388), (90, 336)], RED.base)
    pen.shape([(236, 92), (262, 92), (206, 372), (160, 372)], RED.light)
    pen.shape([(404, 92), (378, 92), (434, 372), (480, 372)], RED.dark)
    pen.shape([(262, 92), (378, 92), (418, 320), (320, 348), (222, 320)], "#d4594e")
    for x in (230, 370):
        pen.box(x, 100, x + 40, 110, INK, 5)


def wing(pen: Pen) -> None:
    pen.shape(
        [
            (88, 170),
            (190, 126),
            (452, 104),
            (552, 120),
            (560, 330),
            (506, 356),
            (470, 340),
            (150, 340),
            (96, 300),
        ],
        IRON.base,
    )
    pen.shape(
        [(100, 178), (192, 138), (452, 116), (540, 130), (538, 152), (196, 176), (104, 206)], IRON.light
    )
    pen.disc(296, 366, 142, IRON.dark)
    pen.disc(296, 370, 132, CLEAR)
    pen.box(100, 345, 566, 560, CLEAR)
    pen.shape([(424, 345), (424, 330), (560, 330), (552, 386), (436, 386)], IRON.base)
    pen.box(480, 216, 520, 232, AMBER.base, 6)
    for x in (260, 350, 440):
        pen.disc(x, 134, 5, INK)


def door_handle(pen: Pen) -> None:
    pen.box(104, 150, 536, 332, STEEL.base, 90)
    pen.box(124, 168, 516, 312, STEEL.dark, 70)
    pen.box(124, 178, 516, 312, IRON.dark, 64)
    pen.box(128, 204, 512, 274, INK, 34)
    pen.box(128, 194, 512, 260, BLUE.base, 32)
    pen.box(150, 204, 440, 216, BLUE.light, 6)
    pen.disc(468, 228, 21, STEEL.dark)
    pen.disc(468, 227, 17, STEEL.light)
    pen.box(464, 216, 472, 238, INK, 3)


def window_regulator(pen: Pen) -> None:
    for x in (190, 440):
        pen.tube(x, 70, x + 26, 404, STEEL, 8)
        pen.disc(x + 13, 80, 25, RUBBER.base)
        pen.disc(x + 13, 392, 25, RUBBER.base)
    pen.line([(203, 60), (453, 412)], INK, 5)
    pen.line([(453, 60), (203, 412)], INK, 5)
    pen.line([(203, 58), (453, 58)], INK, 5)
    for x in (162, 412):
        pen.box(x, 166, x + 82, 216, CHALK.dark, 10)
        pen.box(x, 162, x + 82, 206, CHALK.light, 10)
        pen.bolt(x + 41, 184, 13)
    pen.tube(284, 236, 356, 384, IRON, 12)
    pen.disc(320, 230, 58, IRON.dark)
    pen.disc(320, 228, 50, IRON.light)
    pen.bolt(320, 228, 20)


def gas_strut(pen: Pen) -> None:
    pen.tilt = 28
    pen.rod(330, 229, 566, 251, STEEL, 6)
    pen.rod(90, 208, 390, 272, RUBBER, 14)
    pen.box(376, 216, 394, 264, INK, 6)
    for x in (76, 572):
        pen.disc(x, 240, 34, INK)
        pen.disc(x, 240, 26, RUBBER.light)
        pen.disc(x, 240, 14, STEEL.light)
    pen.box(170, 222, 290, 258, CHALK.light, 4)


DRAWINGS: dict[str, Drawing] = {
    "side-mirror": side_mirror,
    "bumper": bumper,
    "grille": grille,
    "bonnet": bonnet,
    "wing": wing,
    "door-handle": door_handle,
    "window-regulator": window_regulator,
    "gas-strut": gas_strut,
}
