"""Pads, discs, drums and the hydraulics that press them."""

from drawings.pen import BRASS, CHALK, CLEAR, INK, IRON, RED, RUBBER, STEEL, Drawing, Pen, Tone, around

BACKGROUND = Tone("#a8685c", "#f3d9d2", "#fae9e4")
LINING = Tone("#3d3531", "#5a4d46", "#7b6c63")


def brake_pads(pen: Pen) -> None:
    pen.stamp(_brake_pad, right=26, down=-62, turn=6)
    pen.stamp(_brake_pad, right=-26, down=72, turn=-6)


def _brake_pad(pen: Pen) -> None:
    pen.box(128, 226, 190, 268, IRON.base, 8)
    pen.box(450, 226, 512, 268, IRON.base, 8)
    pen.sector(320, 560, 402, 256, -113, -67, IRON.dark)
    pen.sector(320, 560, 398, 264, -112, -68, IRON.base)
    pen.sector(320, 560, 388, 280, -110, -91, LINING.base)
    pen.sector(320, 560, 388, 280, -89, -70, LINING.base)
    pen.sector(320, 560, 388, 374, -110, -91, LINING.light)
    pen.sector(320, 560, 388, 374, -89, -70, LINING.light)


def brake_disc(pen: Pen) -> None:
    pen.disc(320, 240, 178, STEEL.dark)
    pen.disc(320, 240, 172, STEEL.light)
    for turn in range(0, 360, 30):
        for step, radius in enumerate((112, 132, 152)):
            pen.disc(*around(320, 240, radius, 1, turn + 8 * step)[0], 6, STEEL.dark)
    pen.disc(320, 240, 92, IRON.dark)
    pen.disc(320, 240, 86, STEEL.base)
    pen.disc(320, 240, 70, STEEL.light)
    for x, y in around(320, 240, 50, 5):
        pen.disc(x, y, 11, STEEL.dark)
        pen.disc(x, y, 8, CLEAR)
    pen.disc(320, 240, 30, STEEL.dark)
    pen.disc(320, 240, 26, CLEAR)


def brake_drum(pen: Pen) -> None:
    pen.disc(320, 240, 178, IRON.dark)
    pen.disc(320, 240, 168, IRON.base)
    pen.disc(320, 240, 150, IRON.light)
    pen.disc(320, 240, 138, IRON.base)
    pen.ring(320, 240, 112, 5, IRON.dark)
    pen.disc(320, 240, 84, IRON.light)
    for x, y in around(320, 240, 58, 5):
        pen.disc(x, y, 12, CLEAR)
    pen.disc(320, 240, 33, IRON.dark)
    pen.disc(320, 240, 28, CLEAR)
    for x, y in around(320, 240, 125, 2, 20):
        pen.disc(x, y, 7, IRON.dark)


def brake_shoes(pen: Pen) -> None:
    for side, start in ((-22, 105), (22, -75)):
        pen.sector(320 + side, 240, 150, 106, start, start + 150, IRON.base)
        pen.sector(320 + side, 240, 128, 96, start + 8, start + 142, IRON.dark)
        pen.sector(320 + side, 240, 182, 146, start + 12, start + 138, LINING.base)
        pen.sector(320 + side, 240, 182, 174, start + 12, start + 138, LINING.light)
        pen.sector(320 + side, 240, 184, 144, start + 73, start + 77, LINING.dark)
        for x, y in around(320 + side, 240, 112, 1, start + 75):
            pen.disc(x, y, 9, CLEAR)
    for y in (130, 350):
        coil = [(252 + step * 8, y + (9 if step % 2 else -9)) for step in range(18)]
        pen.line(coil, RED.base, 4)
    pen.box(268, 225, 372, 255, STEEL.dark, 6)
    pen.gear(320, 240, 26, 20, 18, STEEL.light)


def brake_caliper(pen: Pen) -> None:
    pen.box(132, 300, 508, 352, IRON.base, 18)
    pen.box(132, 336, 508, 352, IRON.dark, 8)
    for x in (156, 484):
        pen.bolt(x, 326, 17)
    pen.shape([(178, 300), (196, 168), (240, 122), (400, 122), (444, 168), (462, 300)], RED.dark)
    pen.shape([(178, 288), (196, 162), (240, 116), (400, 116), (444, 162), (462, 288)], RED.base)
    pen.shape([(214, 168), (246, 132), (394, 132), (426, 168)], RED.light)
    for x in (262, 378):
        pen.disc(x, 226, 46, RED.dark)
        pen.disc(x, 226, 38, STEEL.dark)
        pen.disc(x, 226, 32, STEEL.light)
        pen.disc(x, 226, 20, STEEL.base)
    pen.tube(312, 84, 328, 118, BRASS, 4)
    pen.disc(320, 84, 10, RUBBER.base)


def brake_cylinder(pen: Pen) -> None:
    pen.box(200, 118, 420, 214, CHALK.base, 16)
    pen.box(200, 168, 420, 214, CHALK.dark, 16)
    pen.box(216, 178, 404, 204, "#d9b45c", 8)
    pen.tube(252, 84, 330, 122, RUBBER, 8)
    for x in (240, 360):
        pen.tube(x, 208, x + 34, 246, RUBBER)
    pen.rod(130, 236, 470, 322, STEEL, 16)
    pen.box(424, 204, 452, 354, IRON.base, 8)
    pen.rod(452, 262, 540, 296, IRON, 10)
    for x in (206, 322):
        pen.tube(x, 312, x + 30, 350, BRASS, 4)
    for y in (222, 336):
        pen.disc(438, y, 8, INK)


def brake_hose(pen: Pen) -> None:
    pen.curve((150, 352), (150, 60), (330, 90), (330, 230), RUBBER.dark, 30)
    pen.curve((330, 230), (330, 400), (490, 420), (490, 150), RUBBER.dark, 30)
    pen.curve((146, 352), (146, 56), (326, 86), (326, 230), RUBBER.light, 6)
    pen.curve((326, 230), (326, 396), (486, 416), (486, 150), RUBBER.light, 6)
    pen.tube(130, 336, 170, 392, STEEL, 4)
    pen.tube(138, 388, 162, 420, BRASS, 3)
    pen.tube(470, 96, 510, 160, STEEL, 4)
    pen.disc(490, 84, 30, BRASS.base)
    pen.disc(490, 84, 13, CLEAR)
    pen.tube(306, 206, 354, 250, STEEL, 6)


DRAWINGS: dict[str, Drawing] = {
    "brake-pads": brake_pads,
    "brake-disc": brake_disc,
    "brake-drum": brake_drum,
    "brake-shoes": brake_shoes,
    "brake-caliper": brake_caliper,
    "brake-cylinder": brake_cylinder,
    "brake-hose": brake_hose,
}
