"""Radiators, pumps, hoses and air conditioning."""

from drawings.pen import (
    BLUE,
    CHALK,
    CLEAR,
    COPPER,
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

BACKGROUND = Tone("#5a7f9e", "#cfe0ee", "#e3eef7")


def radiator(pen: Pen) -> None:
    pen.rod(60, 128, 120, 164, RUBBER, 8)
    pen.rod(520, 318, 580, 354, RUBBER, 8)
    pen.box(148, 108, 492, 372, IRON.dark)
    for y in range(116, 366, 16):
        pen.box(150, y, 490, y + 7, STEEL.light)
    for x in range(156, 490, 12):
        pen.box(x, 112, x + 2, 368, STEEL.base)
    for y in (98, 366):
        pen.box(140, y, 500, y + 16, STEEL.dark, 4)
    for left in (104, 480):
        pen.tube(left, 84, left + 56, 396, RUBBER, 14)
        for y in range(110, 380, 30):
            pen.box(left, y, left + 56, y + 4, RUBBER.dark)
    pen.box(112, 64, 152, 90, STEEL.base, 8)
    pen.box(104, 58, 160, 72, STEEL.light, 6)


def radiator_fan(pen: Pen) -> None:
    pen.box(122, 62, 518, 418, RUBBER.dark, 30)
    pen.box(122, 62, 518, 408, RUBBER.base, 30)
    for x in (146, 494):
        for y in (86, 386):
            pen.disc(x, y, 9, CLEAR)
    pen.disc(320, 236, 166, RUBBER.light)
    pen.disc(320, 236, 158, CLEAR)
    for angle in range(0, 360, 45):
        hub, tip = around(320, 236, 46, 1, angle)[0], around(320, 236, 150, 1, angle + 4)[0]
        tail, root = around(320, 236, 150, 1, angle + 30)[0], around(320, 236, 46, 1, angle + 40)[0]
        pen.shape([hub, tip, tail, root], IRON.base)
        pen.line([hub, tip], IRON.light, 6)
    pen.disc(320, 236, 58, RUBBER.dark)
    pen.disc(320, 236, 50, IRON.dark)
    pen.bolt(320, 236, 18)


def blower_motor(pen: Pen) -> None:
    pen.tube(266, 290, 374, 420, STEEL, 14)
    pen.box(190, 280, 450, 306, RUBBER.dark, 10)
    pen.shape([(168, 118), (472, 118), (456, 282), (184, 282)], INK)
    for step in range(15):
        x = 176 + step * 20
        pen.shape([(x, 124), (x + 11, 124), (x * 0.94 + 30, 276), (x * 0.94 + 20, 276)], IRON.light)
    pen.oval(320, 118, 156, 42, RUBBER.light)
    pen.oval(320, 118, 136, 32, INK)
    pen.oval(320, 126, 48, 15, STEEL.base)
    pen.rod(374, 342, 440, 372, CHALK, 5)


def water_pump(pen: Pen) -> None:
    for x, y in around(320, 240, 140, 6, -60):
        pen.line([(320, 240), (x, y)], STEEL.dark, 66)
    pen.disc(320, 240, 140, STEEL.dark)
    pen.disc(320, 236, 134, STEEL.base)
    for x, y in around(320, 236, 142, 6, -60):
        pen.disc(x, y, 25, STEEL.light)
        pen.disc(x, y, 12, CLEAR)
    pen.disc(320, 236, 106, IRON.dark)
    pen.disc(320, 236, 98, IRON.base)
    pen.disc(320, 236, 76, IRON.light)
    for x, y in around(320, 236, 54, 4, 45):
        pen.bolt(x, y, 13)
    pen.disc(320, 236, 24, STEEL.dark)
    pen.disc(320, 236, 18, STEEL.light)


def thermostat(pen: Pen) -> None:
    coil = [(262 if step % 2 else 378, 286 + step * 14) for step in range(8)]
    pen.line(coil, STEEL.dark, 9)
    pen.tube(292, 260, 348, 412, COPPER, 12)
    pen.line(coil[::2], STEEL.light, 3)
    pen.oval(320, 252, 176, 42, RUBBER.dark)
    pen.oval(320, 242, 176, 42, STEEL.base)
    pen.oval(320, 238, 160, 34, STEEL.light)
    pen.oval(320, 236, 92, 24, COPPER.base)
    pen.oval(316, 232, 70, 15, COPPER.light)
    pen.line([(232, 230), (268, 122), (372, 122), (408, 230)], STEEL.dark, 18)
    pen.line([(232, 226), (268, 118), (372, 118), (408, 226)], STEEL.light, 10)
    pen.tube(306, 94, 334, 220, STEEL, 8)


def radiator_hose(pen: Pen) -> None:
    pen.curve((140, 344), (260, 420), (250, 120), (500, 132), RUBBER.dark, 84)
    pen.curve((140, 340), (260, 412), (250, 112), (500, 126), RUBBER.base, 70)
    pen.curve((140, 320), (240, 384), (236, 92), (500, 106), RUBBER.light, 9)
    pen.stamp(_hose_end, right=184, down=-112, turn=88)
    pen.stamp(_hose_end, right=-184, down=98, turn=238)


def _hose_end(pen: Pen) -> None:
    pen.oval(320, 266, 45, 15, INK)
    pen.box(274, 206, 366, 228, STEEL.base, 5)
    pen.box(274, 206, 366, 212, STEEL.light, 3)
    pen.box(352, 200, 378, 234, STEEL.dark, 5)
    pen.box(275, 228, 365, 266, RUBBER.base)
    pen.oval(320, 266, 45, 16, RUBBER.light)
    pen.oval(320, 266, 33, 10, INK)


def expansion_tank(pen: Pen) -> None:
    pen.tube(196, 72, 288, 132, BLUE, 12)
    for x in range(202, 284, 14):
        pen.box(x, 76, x + 5, 128, BLUE.dark)
    pen.box(212, 128, 272, 152, CHALK.dark)
    pen.box(142, 144, 498, 384, CHALK.base, 56)
    pen.box(158, 250, 482, 370, "#8fcaa3", 44)
    pen.box(158, 250, 482, 300, "#8fcaa3")
    pen.box(158, 246, 482, 254, "#b9e2c6")
    for x in (262, 372):
        pen.box(x, 148, x + 6, 380, CHALK.dark)
    for y in (236, 276):
        pen.box(414, y, 472, y + 7, INK, 3)
    pen.box(176, 166, 188, 230, WHITE, 6)
    pen.rod(490, 188, 556, 216, CHALK, 6)
    pen.tube(228, 380, 268, 424, CHALK, 6)


def ac_compressor(pen: Pen) -> None:
    pen.box(360, 104, 470, 160, STEEL.dark, 10)
    for port in (390, 440):
        pen.disc(port, 128, 17, INK)
    pen.rod(232, 144, 530, 342, STEEL, 22)
    for rib in (300, 380, 460):
        pen.box(rib, 140, rib + 16, 346, STEEL.dark, 4)
        pen.box(rib, 140, rib + 6, 346, STEEL.light, 3)
    for lug in (270, 490):
        pen.box(lug - 20, 332, lug + 20, 382, STEEL.base, 8)
        pen.disc(lug, 362, 10, CLEAR)
    pen.disc(226, 242, 128, INK)
    for radius, fill in ((120, IRON.light), (112, IRON.dark), (104, IRON.light), (96, IRON.dark)):
        pen.disc(226, 242, radius, fill)
    pen.disc(226, 242, 84, STEEL.base)
    for x, y in around(226, 242, 54, 3):
        pen.disc(x, y, 15, STEEL.dark)
        pen.disc(x, y, 8, STEEL.light)
    pen.bolt(226, 242, 24)


def gas_cylinder(pen: Pen) -> None:
    pen.ring(320, 138, 84, 16, STEEL.dark)
    pen.box(226, 148, 414, 230, CLEAR)
    pen.tube(304, 92, 336, 166, STEEL, 5)
    pen.box(282, 74, 358, 100, RED.base, 10)
    pen.tube(214, 146, 426, 412, BLUE, 62)
    pen.box(214, 232, 426, 338, WHITE)
    pen.box(375, 232, 426, 338, CHALK.dark)
    for turn in (0, 60, 120):
        pen.stamp(_frost, right=-28, down=45, turn=turn)
    pen.box(226, 398, 414, 424, IRON.base, 8)


def _frost(pen: Pen) -> None:
    pen.line([(320, 200), (320, 280)], BLUE.base, 8)


def radiator_cap(pen: Pen) -> None:
    pen.gear(320, 240, 176, 160, 22, STEEL.dark)
    pen.disc(320, 240, 158, STEEL.base)
    for x in (146, 494):
        pen.disc(x, 240, 34, STEEL.base)
    pen.disc(320, 240, 140, STEEL.light)
    pen.disc(320, 240, 112, STEEL.base)
    pen.disc(320, 240, 104, YELLOW.base)
    pen.shape(around(320, 244, 78, 3), INK)
    pen.shape(around(320, 244, 62, 3), YELLOW.light)
    pen.box(314, 206, 326, 254, INK, 5)
    pen.disc(320, 266, 7, INK)


DRAWINGS: dict[str, Drawing] = {
    "radiator": radiator,
    "radiator-fan": radiator_fan,
    "blower-motor": blower_motor,
    "water-pump": water_pump,
    "thermostat": thermostat,
    "radiator-hose": radiator_hose,
    "expansion-tank": expansion_tank,
    "ac-compressor": ac_compressor,
    "gas-cylinder": gas_cylinder,
    "radiator-cap": radiator_cap,
}
