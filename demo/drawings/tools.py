"""Workshop tools and what keeps people safe at the roadside."""

from drawings.pen import (
    AMBER,
    BLUE,
    BRASS,
    CHALK,
    CLEAR,
    GLASS,
    GREEN,
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
    around,
)

BACKGROUND = Tone("#a0724f", "#f5ddc6", "#fbeee0")


def warning_triangle(pen: Pen) -> None:
    pen.box(130, 392, 510, 408, INK, 8)
    for x, foot in ((190, 150), (450, 490)):
        pen.line([(x, 372), (foot, 404)], INK, 12)
    for x, y, radius, fill in (
        (320, 268, 216, RED.dark),
        (320, 264, 208, RED.base),
        (320, 264, 176, RED.light),
    ):
        pen.shape(around(x, y, radius, 3), fill)
    pen.shape(around(320, 264, 160, 3), RED.base)
    pen.shape(around(320, 264, 112, 3), CHALK.light)
    pen.shape(around(320, 264, 96, 3), CLEAR)


def fire_extinguisher(pen: Pen) -> None:
    pen.tilt = -6
    pen.curve((330, 108), (500, 90), (470, 220), (452, 320), INK, 17)
    pen.shape([(438, 300), (468, 304), (476, 372), (424, 366)], INK)
    pen.line([(300, 92), (216, 70)], IRON.base, 15)
    pen.line([(300, 108), (220, 122)], IRON.base, 13)
    pen.tube(288, 82, 352, 150, BRASS, 6)
    pen.disc(352, 118, 25, WHITE)
    pen.sector(352, 118, 19, 10, 200, 340, GREEN.base)
    pen.tube(236, 132, 404, 424, RED, 62)
    pen.box(236, 232, 404, 340, WHITE)
    pen.box(364, 232, 404, 340, CHALK.dark)
    pen.shape([(300, 252), (330, 290), (322, 322), (278, 322), (270, 290)], AMBER.base)
    pen.shape([(300, 284), (314, 306), (308, 322), (292, 322), (286, 306)], YELLOW.light)
    pen.box(244, 410, 396, 432, INK, 8)


def first_aid(pen: Pen) -> None:
    pen.line([(246, 140), (246, 92), (394, 92), (394, 140)], RED.dark, 20)
    pen.box(110, 132, 530, 396, RED.dark, 34)
    pen.box(110, 132, 530, 384, RED.base, 34)
    pen.box(128, 150, 512, 162, RED.light, 6)
    pen.disc(320, 268, 92, WHITE)
    pen.box(298, 204, 342, 332, GREEN.base, 6)
    pen.box(256, 246, 384, 290, GREEN.base, 6)
    for x in (170, 446):
        pen.box(x, 120, x + 24, 174, STEEL.light, 6)


def jack(pen: Pen) -> None:
    pen.box(184, 378, 456, 412, RED.dark, 8)
    pen.box(200, 362, 440, 390, RED.base, 8)
    pen.tube(236, 190, 372, 368, RED, 12)
    pen.box(228, 176, 380, 204, RED.dark, 8)
    pen.tube(270, 112, 338, 180, STEEL, 4)
    pen.tube(284, 70, 324, 116, STEEL, 4)
    pen.box(268, 54, 340, 78, IRON.base, 6)
    pen.tube(388, 262, 424, 366, IRON, 6)
    pen.line([(400, 262), (556, 150)], STEEL.dark, 18)
    pen.line([(400, 259), (556, 147)], STEEL.light, 7)
    pen.line([(510, 183), (556, 150)], INK, 24)
    pen.box(252, 232, 340, 322, WHITE, 6)
    pen.shape([(296, 244), (328, 284), (308, 284), (308, 312), (284, 312), (284, 284), (264, 284)], RED.base)


def trolley_jack(pen: Pen) -> None:
    pen.line([(430, 300), (560, 70)], IRON.base, 17)
    pen.line([(524, 134), (560, 70)], INK, 28)
    pen.shape([(70, 312), (140, 280), (520, 280), (556, 320), (556, 362), (70, 362)], RED.dark)
    pen.shape([(70, 306), (140, 272), (520, 272), (556, 312), (556, 346), (70, 346)], RED.base)
    pen.line([(440, 296), (180, 180)], RED.dark, 40)
    pen.line([(440, 290), (180, 172)], RED.base, 32)
    pen.rod(260, 284, 470, 318, STEEL, 8)
    pen.tube(158, 126, 204, 176, STEEL, 5)
    pen.box(130, 110, 232, 134, INK, 8)
    for x, radius in ((116, 40), (508, 34)):
        pen.disc(x, 372, radius, INK)
        pen.disc(x, 372, radius - 14, STEEL.base)
        pen.disc(x, 372, 7, INK)


def socket_set(pen: Pen) -> None:
    pen.box(84, 92, 556, 404, INK, 26)
    pen.box(98, 104, 542, 388, BLUE.dark, 18)
    pen.box(264, 400, 376, 424, IRON.base, 10)
    for row, (y, radius, count) in enumerate(((156, 26, 7), (222, 33, 5))):
        for step in range(count):
            x = 142 + step * 356 / (count - 1)
            pen.disc(x, y + 3, radius, INK)
            pen.disc(x, y, radius, STEEL.light)
            pen.disc(x, y, radius - 7, STEEL.base)
            pen.shape(around(x, y, radius - 11, 6, row * 30), INK)
    pen.rod(240, 312, 512, 340, STEEL, 12)
    pen.rod(360, 306, 512, 346, RUBBER, 18)
    pen.disc(190, 326, 46, STEEL.dark)
    pen.disc(190, 324, 42, STEEL.light)
    pen.box(176, 310, 204, 338, STEEL.dark, 4)
    pen.box(224, 314, 260, 338, STEEL.base, 5)


def wheel_wrench(pen: Pen) -> None:
    for turn in (45, 135):
        pen.stamp(_wrench_bar, turn=turn)
    pen.disc(320, 240, 30, STEEL.dark)
    pen.disc(320, 238, 24, STEEL.light)


def _wrench_bar(pen: Pen) -> None:
    pen.rod(100, 226, 540, 254, STEEL, 8)
    for x in (76, 506):
        pen.rod(x, 210, x + 60, 270, IRON, 10)
        pen.box(x + (6 if x < 320 else 42), 218, x + (18 if x < 320 else 54), 262, INK, 4)


def obd_scanner(pen: Pen) -> None:
    pen.curve((320, 70), (320, 10), (520, 20), (520, 110), INK, 15)
    pen.shape([(476, 100), (564, 100), (552, 164), (488, 164)], IRON.base)
    pen.box(492, 160, 548, 176, STEEL.light, 3)
    pen.box(186, 64, 454, 424, RED.base, 40)
    pen.box(202, 76, 438, 410, INK, 32)
    pen.box(224, 102, 416, 252, GLASS.base, 8)
    pen.shape(
        [(264, 206), (278, 172), (306, 162), (346, 162), (366, 184), (378, 192), (378, 206)], AMBER.base
    )
    for tyre in (292, 350):
        pen.disc(tyre, 208, 12, INK)
    pen.box(240, 120, 330, 130, BLUE.base, 4)
    pen.box(240, 138, 290, 146, BLUE.base, 4)
    pen.disc(320, 332, 58, IRON.base)
    pen.disc(320, 332, 22, RED.base)
    for x, y in around(320, 332, 42, 4):
        pen.disc(x, y, 6, WHITE)


def inflator(pen: Pen) -> None:
    pen.curve((180, 340), (40, 400), (70, 120), (170, 90), INK, 14)
    pen.tube(156, 62, 184, 108, BRASS, 4)
    pen.box(170, 164, 530, 398, RUBBER.base, 44)
    pen.box(170, 164, 530, 250, YELLOW.base, 40)
    pen.box(170, 222, 530, 250, YELLOW.base)
    pen.line([(270, 170), (290, 112), (430, 112), (450, 170)], INK, 22)
    pen.disc(300, 282, 82, INK)
    pen.disc(300, 282, 72, WHITE)
    for angle in range(150, 391, 30):
        pen.sector(300, 282, 64, 52, angle - 2, angle + 2, INK)
    pen.sector(300, 282, 64, 56, 340, 392, RED.base)
    pen.line([(300, 282), (336, 242)], RED.base, 7)
    pen.disc(300, 282, 11, INK)
    pen.disc(452, 306, 32, INK)
    pen.disc(452, 304, 24, GREEN.base)
    for x in (214, 450):
        pen.box(x, 392, x + 44, 412, INK, 6)


def jump_leads(pen: Pen) -> None:
    for shift, tone in ((0, RED), (44, RUBBER)):
        pen.curve((170, 150 + shift), (420, 40), (600, 420), (330, 350), tone.dark, 19)
        pen.curve((330, 350), (120, 300), (330, 180), (480, 296 + shift), tone.dark, 19)
        pen.curve((170, 147 + shift), (420, 37), (600, 417), (330, 347), tone.base, 11)
        pen.curve((330, 347), (120, 297), (330, 177), (480, 293 + shift), tone.base, 11)
    for tone, right, down, turn in (
        (RED, -176, -96, 62),
        (IRON, -176, -28, 84),
        (RED, 184, 62, -104),
        (IRON, 184, 122, -84),
    ):
        pen.stamp(_crocodile(tone), right=right, down=down, turn=turn, scale=0.42)


def _crocodile(tone: Tone) -> Drawing:
    def draw(pen: Pen) -> None:
        for side in (-1, 1):
            pen.line([(320 + side * 66, 400), (320 + side * 30, 230)], tone.base, 62)
            pen.line([(320 + side * 30, 230), (320 + side * 44, 120), (320 + side * 10, 60)], STEEL.base, 40)
            for y in (90, 116, 142):
                pen.disc(320 + side * 18, y, 10, STEEL.dark)
        pen.disc(320, 236, 34, STEEL.dark)
        pen.disc(320, 236, 22, STEEL.light)

    return draw


def battery_charger(pen: Pen) -> None:
    for x, tone in ((250, RED), (390, RUBBER)):
        pen.curve((x, 330), (x, 440), (x + (x - 320) * 2, 330), (x + (x - 320) * 2.6, 424), tone.base, 13)
    pen.curve((320, 110), (320, 20), (480, 30), (520, 90), INK, 13)
    pen.box(142, 96, 498, 356, INK, 40)
    pen.box(142, 96, 498, 342, BLUE.base, 40)
    pen.box(170, 122, 470, 240, INK, 18)
    pen.box(190, 152, 278, 212, GREEN.base, 6)
    pen.box(278, 168, 288, 196, GREEN.base, 3)
    for x in (198, 224, 250):
        pen.box(x, 160, x + 19, 204, GREEN.light, 3)
    pen.shape(
        [(354, 134), (316, 190), (340, 190), (328, 230), (378, 176), (350, 176), (366, 134)], YELLOW.base
    )
    for x, fill in ((404, GREEN.base), (432, AMBER.base)):
        pen.disc(x, 182, 10, fill)
    pen.disc(320, 290, 30, BLUE.dark)
    pen.disc(320, 288, 24, CHALK.light)
    pen.sector(320, 288, 15, 10, -50, 230, BLUE.dark)
    pen.box(317, 270, 323, 288, BLUE.dark, 2)


DRAWINGS: dict[str, Drawing] = {
    "warning-triangle": warning_triangle,
    "fire-extinguisher": fire_extinguisher,
    "first-aid": first_aid,
    "jack": jack,
    "trolley-jack": trolley_jack,
    "socket-set": socket_set,
    "wheel-wrench": wheel_wrench,
    "obd-scanner": obd_scanner,
    "inflator": inflator,
    "jump-leads": jump_leads,
    "battery-charger": battery_charger,
}
