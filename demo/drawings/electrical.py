"""Power, sensors and switches."""

from drawings.pen import (
    AMBER,
    BLUE,
    BRASS,
    CHALK,
    CLEAR,
    COPPER,
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

BACKGROUND = Tone("#9b8437", "#f3e8b6", "#faf4d8")


def battery(pen: Pen) -> None:
    for x, tone in ((182, RED), (414, IRON)):
        pen.tube(x, 96, x + 44, 144, STEEL, 6)
        pen.box(x - 10, 132, x + 54, 150, tone.base, 6)
    pen.box(112, 142, 528, 182, IRON.base, 10)
    pen.box(124, 176, 516, 396, RUBBER.base, 12)
    pen.box(124, 376, 516, 396, RUBBER.dark, 8)
    pen.box(240, 128, 400, 146, IRON.dark, 8)
    pen.box(148, 208, 492, 350, BLUE.base, 10)
    pen.shape(
        [(330, 216), (272, 292), (314, 292), (296, 342), (366, 262), (322, 262), (344, 216)], YELLOW.base
    )
    for x in (196, 428):
        pen.box(x - 20, 272, x + 20, 282, WHITE, 3)
    pen.box(191, 257, 201, 297, WHITE, 3)


def battery_terminals(pen: Pen) -> None:
    for right, tone in ((-92, RED), (92, BLUE)):
        pen.stamp(_clamp, right=right, turn=right / 9, scale=0.95)
        pen.tube(320 + right - 22, 350, 320 + right + 22, 424, tone, 8)


def _clamp(pen: Pen) -> None:
    pen.box(288, 84, 310, 180, BRASS.base, 6)
    pen.box(330, 84, 352, 180, BRASS.dark, 6)
    pen.rod(262, 112, 380, 132, STEEL, 4)
    pen.disc(320, 228, 76, BRASS.dark)
    pen.disc(320, 224, 72, BRASS.base)
    pen.ring(320, 224, 58, 5, BRASS.light)
    pen.disc(320, 224, 42, CLEAR)
    pen.box(286, 288, 354, 360, BRASS.base, 8)
    for y in (306, 336):
        pen.bolt(320, y, 11)


def alternator(pen: Pen) -> None:
    for x, y in ((232, 96), (400, 388)):
        pen.disc(x, y, 34, STEEL.base)
        pen.disc(x, y, 15, CLEAR)
    pen.box(420, 150, 560, 330, STEEL.dark, 30)
    pen.rod(240, 104, 520, 376, STEEL, 34)
    for x in (430, 452, 474, 496):
        pen.box(x, 140, x + 9, 340, IRON.dark, 4)
    pen.box(372, 104, 396, 376, STEEL.dark)
    pen.disc(256, 240, 140, STEEL.dark)
    pen.disc(256, 240, 133, STEEL.light)
    for angle in range(0, 360, 30):
        pen.sector(256, 240, 118, 76, angle + 4, angle + 24, IRON.dark)
        pen.sector(256, 240, 118, 76, angle + 4, angle + 11, COPPER.base)
    pen.disc(256, 240, 66, IRON.dark)
    pen.disc(256, 240, 58, IRON.light)
    pen.ring(256, 240, 48, 4, IRON.dark)
    pen.bolt(256, 240, 26)


def starter(pen: Pen) -> None:
    pen.rod(240, 104, 440, 190, IRON, 14)
    pen.box(430, 112, 462, 182, INK, 8)
    for y in (130, 162):
        pen.rod(458, y - 8, 494, y + 8, COPPER, 3)
    pen.shape([(130, 180), (250, 110), (250, 370), (130, 330)], STEEL.dark)
    pen.shape([(138, 184), (244, 124), (244, 340), (138, 312)], STEEL.base)
    pen.rod(240, 194, 540, 372, STEEL, 18)
    for x in (262, 506):
        pen.box(x, 190, x + 14, 376, STEEL.dark, 4)
    pen.box(320, 230, 450, 330, CHALK.light, 6)
    pen.shape(
        [(390, 240), (360, 284), (384, 284), (372, 320), (412, 272), (388, 272), (402, 240)], AMBER.base
    )
    pen.rod(84, 250, 140, 272, STEEL, 4)
    for y in range(226, 298, 14):
        pen.box(92, y, 134, y + 8, STEEL.light, 3)
    pen.box(92, 224, 100, 298, STEEL.dark, 2)


def oxygen_sensor(pen: Pen) -> None:
    pen.curve((300, 214), (230, 60), (440, 40), (440, 190), INK, 9)
    pen.curve((310, 214), (260, 90), (420, 70), (426, 190), CHALK.base, 7)
    pen.box(404, 178, 468, 262, IRON.base, 10)
    pen.box(414, 252, 458, 290, INK, 6)
    pen.stamp(_probe, right=-76, down=52, turn=-30, scale=0.9)


def _probe(pen: Pen) -> None:
    pen.tube(298, 60, 342, 110, RUBBER, 8)
    pen.tube(290, 102, 350, 216, STEEL, 8)
    pen.box(264, 212, 376, 262, STEEL.base, 6)
    pen.box(264, 212, 298, 262, STEEL.light, 5)
    pen.tube(286, 260, 354, 324, BRASS)
    for y in (270, 284, 298, 312):
        pen.box(282, y, 358, y + 5, BRASS.dark, 2)
    pen.tube(296, 322, 344, 416, STEEL, 14)
    for y in (346, 370, 394):
        for x in (310, 328):
            pen.disc(x, y, 5, INK)


def sensor(pen: Pen) -> None:
    pen.curve((244, 200), (110, 130), (160, 400), (320, 396), INK, 15)
    pen.box(312, 366, 400, 426, IRON.dark, 8)
    pen.box(396, 376, 424, 416, IRON.light, 4)
    pen.box(230, 142, 430, 238, RUBBER.base, 18)
    pen.box(230, 142, 430, 166, RUBBER.light, 12)
    pen.box(396, 162, 516, 218, RUBBER.light, 26)
    pen.disc(484, 190, 21, BRASS.base)
    pen.disc(484, 190, 12, CLEAR)
    pen.tube(282, 234, 378, 264, AMBER, 8)
    pen.tube(288, 260, 372, 336, STEEL, 8)
    pen.box(288, 282, 372, 294, RUBBER.dark)


def wiper_motor(pen: Pen) -> None:
    pen.tube(176, 72, 300, 250, STEEL, 34)
    pen.box(172, 218, 304, 238, IRON.base, 6)
    pen.disc(300, 310, 112, STEEL.dark)
    pen.box(188, 230, 300, 330, STEEL.base, 20)
    pen.disc(300, 306, 106, STEEL.base)
    pen.disc(300, 306, 84, STEEL.light)
    for x, y in ((228, 260), (386, 262), (262, 398)):
        pen.disc(x, y, 17, RUBBER.base)
        pen.disc(x, y, 7, CLEAR)
    pen.line([(300, 306), (480, 236)], IRON.dark, 46)
    pen.line([(300, 304), (480, 232)], IRON.light, 38)
    pen.bolt(300, 304, 26)
    pen.disc(480, 230, 18, STEEL.dark)
    pen.disc(480, 228, 13, STEEL.light)


def window_switch(pen: Pen) -> None:
    pen.tilt = 12
    pen.box(138, 112, 502, 380, INK, 40)
    pen.box(138, 108, 502, 366, RUBBER.base, 40)
    for x in (176, 334):
        for y in (138, 248):
            pen.box(x, y, x + 130, y + 88, INK, 16)
            pen.box(x + 6, y + 4, x + 124, y + 74, IRON.base, 14)
            pen.box(x + 6, y + 4, x + 124, y + 30, IRON.light, 12)
            pen.line([(x + 49, y + 58), (x + 65, y + 44), (x + 81, y + 58)], WHITE, 7)


def relay(pen: Pen) -> None:
    for x in (238, 296, 352, 396):
        pen.box(x, 318, x + 18, 404, COPPER.light if x == 296 else STEEL.light, 3)
        pen.box(x + 11, 318, x + 18, 404, STEEL.dark, 2)
    pen.box(196, 88, 444, 320, INK, 16)
    pen.box(196, 88, 426, 308, RUBBER.base, 16)
    pen.box(188, 296, 452, 332, RUBBER.light, 8)
    pen.box(222, 128, 400, 268, CHALK.light, 8)
    pen.line([(240, 236), (282, 236)], INK, 6)
    pen.line([(282, 236), (336, 196)], RED.base, 6)
    pen.line([(340, 236), (382, 236)], INK, 6)
    pen.box(270, 148, 352, 180, AMBER.base, 4)
    pen.line([(282, 180), (306, 148)], INK, 5)
    pen.line([(316, 180), (340, 148)], INK, 5)


def fuses(pen: Pen) -> None:
    for right, down, turn, tone in (
        (-120, -56, 14, RED),
        (0, -84, -6, BLUE),
        (118, -44, -18, YELLOW),
        (-66, 88, -10, GREEN),
        (72, 94, 12, AMBER),
    ):
        pen.stamp(_fuse(tone), right=right, down=down, turn=turn, scale=0.66)


def _fuse(tone: Tone) -> Drawing:
    def draw(pen: Pen) -> None:
        for x in (246, 356):
            pen.box(x, 220, x + 38, 352, STEEL.light, 4)
            pen.box(x + 26, 220, x + 38, 352, STEEL.dark, 3)
        pen.box(232, 168, 408, 256, tone.base, 14)
        pen.box(220, 116, 420, 192, tone.base, 16)
        pen.box(232, 124, 408, 144, tone.light, 10)
        pen.line([(264, 236), (264, 200), (300, 176), (340, 200), (376, 176), (376, 236)], tone.dark, 10)

    return draw


def horn(pen: Pen) -> None:
    pen.box(300, 62, 340, 180, STEEL.base, 8)
    pen.box(300, 62, 312, 180, STEEL.light, 6)
    pen.disc(320, 84, 9, INK)
    pen.disc(320, 262, 158, INK)
    pen.disc(320, 258, 152, RED.dark)
    pen.disc(320, 254, 146, RED.base)
    for radius in (122, 100, 78):
        pen.ring(320, 254, radius, 7, RED.dark)
        pen.sector(320, 254, radius + 3, radius, 200, 290, RED.light)
    pen.disc(320, 254, 50, INK)
    pen.bolt(320, 254, 24)
    for x, y in around(320, 254, 134, 8, 22):
        pen.disc(x, y, 6, STEEL.light)


DRAWINGS: dict[str, Drawing] = {
    "battery": battery,
    "battery-terminals": battery_terminals,
    "alternator": alternator,
    "starter": starter,
    "oxygen-sensor": oxygen_sensor,
    "sensor": sensor,
    "wiper-motor": wiper_motor,
    "window-switch": window_switch,
    "relay": relay,
    "fuses": fuses,
    "horn": horn,
}
