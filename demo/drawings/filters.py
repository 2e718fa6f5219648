"""Filters for oil, air, cabin and fuel."""

from drawings.pen import AMBER, BLUE, CHALK, CREAM, GREEN, IRON, RED, RUBBER, STEEL, WHITE, Drawing, Pen, Tone

BACKGROUND = Tone("#6f8a5f", "#dfe9d3", "#edf3e5")


def oil_filter(pen: Pen) -> None:
    pen.tube(228, 104, 412, 372, BLUE, 26)
    for x in range(238, 412, 22):
        pen.box(x, 104, x + 7, 152, BLUE.dark, 3)
    pen.box(228, 206, 412, 300, WHITE)
    pen.box(368, 206, 412, 300, CHALK.dark)
    pen.disc(306, 253, 28, AMBER.base)
    pen.shape([(306, 228), (324, 262), (288, 262)], AMBER.base)
    pen.disc(306, 258, 15, WHITE)
    pen.box(214, 362, 426, 386, STEEL.base, 8)
    pen.box(222, 384, 418, 398, RUBBER.base, 6)


def air_filter(pen: Pen) -> None:
    pen.tilt = 9
    pen.box(130, 122, 510, 358, RUBBER.base, 26)
    pen.box(130, 122, 510, 346, RUBBER.light, 26)
    pen.box(154, 144, 486, 326, CREAM.dark, 8)
    for x in range(156, 480, 22):
        pen.box(x, 144, x + 13, 326, CREAM.light)
        pen.box(x + 9, 144, x + 13, 326, CREAM.base)
    for y in (202, 262):
        pen.box(154, y, 486, y + 6, WHITE)


def cabin_filter(pen: Pen) -> None:
    pen.shape([(170, 130), (520, 130), (470, 350), (120, 350)], CHALK.dark)
    pen.shape([(120, 350), (470, 350), (470, 386), (120, 386)], CHALK.base)
    pen.shape([(520, 130), (520, 166), (470, 386), (470, 350)], "#aab5ba")
    for step in range(12):
        x = 176 + step * 28
        pen.shape([(x, 136), (x + 13, 136), (x - 37, 346), (x - 50, 346)], WHITE)
        pen.shape([(x + 13, 136), (x + 17, 136), (x - 33, 346), (x - 37, 346)], IRON.light)
    pen.shape([(262, 360), (318, 360), (318, 376), (262, 376)], GREEN.base)
    pen.shape([(318, 352), (342, 368), (318, 384)], GREEN.base)


def fuel_filter(pen: Pen) -> None:
    pen.tilt = 24
    pen.rod(92, 226, 200, 254, STEEL, 8)
    pen.rod(440, 226, 548, 254, STEEL, 8)
    for x in (104, 126, 500, 522):
        pen.box(x, 220, x + 10, 260, STEEL.light, 4)
    pen.rod(176, 164, 464, 316, STEEL, 36)
    pen.box(206, 160, 220, 320, STEEL.dark, 4)
    pen.box(420, 160, 434, 320, STEEL.dark, 4)
    pen.box(250, 176, 390, 288, WHITE, 6)
    pen.shape([(270, 222), (330, 222), (330, 204), (368, 232), (330, 260), (330, 242), (270, 242)], RED.base)


DRAWINGS: dict[str, Drawing] = {
    "oil-filter": oil_filter,
    "air-filter": air_filter,
    "cabin-filter": cabin_filter,
    "fuel-filter": fuel_filter,
}
