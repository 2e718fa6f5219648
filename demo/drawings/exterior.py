"""What is fitted outside: wipers, bars, covers and guards."""

from drawings.pen import (
    AMBER,
    BLUE,
    CHALK,
    CLEAR,
    COPPER,
    GLASS,
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
)

BACKGROUND = Tone("#9a6a76", "#f1d8de", "#f9e9ec")


def wiper_blade(pen: Pen) -> None:
    pen.tilt = 24
    pen.sector(320, 1040, 812, 790, -108, -72, INK)
    pen.sector(320, 1040, 836, 806, -107, -73, RUBBER.base)
    pen.sector(320, 1040, 836, 828, -107, -73, RUBBER.light)
    pen.box(262, 184, 378, 240, RUBBER.dark, 14)
    pen.box(272, 190, 368, 210, RUBBER.light, 8)
    pen.line([(320, 196), (350, 150), (520, 118)], STEEL.dark, 18)
    pen.line([(320, 193), (350, 147), (520, 115)], STEEL.light, 9)


def mud_flaps(pen: Pen) -> None:
    for right in (-104, 104):
        pen.stamp(_mud_flap, right=right, turn=right / 18)


def _mud_flap(pen: Pen) -> None:
    pen.shape([(238, 84), (402, 84), (420, 360), (388, 400), (252, 400), (220, 360)], RUBBER.dark)
    pen.shape([(246, 84), (394, 84), (410, 352), (382, 386), (258, 386), (230, 352)], RUBBER.base)
    pen.box(238, 78, 402, 124, RUBBER.light, 10)
    for x in (262, 320, 378):
        pen.bolt(x, 101, 10)
    for y in range(168, 350, 30):
        pen.box(258, y, 382, y + 9, RUBBER.light, 4)


def door_visors(pen: Pen) -> None:
    for down, tone in ((-70, IRON.base), (40, RUBBER.base)):
        pen.shape(
            [
                (90, 262 + down),
                (230, 176 + down),
                (420, 156 + down),
                (556, 190 + down),
                (556, 230 + down),
                (418, 196 + down),
                (240, 214 + down),
                (112, 290 + down),
            ],
            tone,
        )
        pen.line([(112, 268 + down), (234, 190 + down), (420, 170 + down), (540, 200 + down)], GLASS.dark, 7)
    pen.line([(122, 316), (240, 244), (418, 226), (546, 258)], RED.base, 5)


def side_steps(pen: Pen) -> None:
    pen.tilt = 12
    for down in (-76, 84):
        for x in (180, 430):
            pen.box(x, 160 + down, x + 26, 240 + down, IRON.base, 5)
        pen.rod(76, 212 + down, 564, 270 + down, STEEL, 28)
        for x in (150, 360):
            pen.box(x, 216 + down, x + 130, 246 + down, INK, 12)
            for dot in range(6):
                pen.box(x + 12 + dot * 19, 222 + down, x + 21 + dot * 19, 240 + down, IRON.light, 3)


def roof_rack(pen: Pen) -> None:
    for down in (-98, 82):
        for x in (128, 444):
            pen.shape(
                [(x, 236 + down), (x + 68, 236 + down), (x + 82, 320 + down), (x - 14, 320 + down)],
                RUBBER.base,
            )
            pen.box(x - 22, 312 + down, x + 90, 332 + down, INK, 8)
            pen.disc(x + 34, 276 + down, 12, STEEL.light)
            pen.box(x + 31, 268 + down, x + 37, 282 + down, INK, 2)
        pen.rod(64, 196 + down, 576, 244 + down, STEEL, 22)


def roof_box(pen: Pen) -> None:
    for x in (190, 430):
        pen.box(x - 26, 320, x + 26, 362, RUBBER.base, 6)
    pen.rod(70, 350, 570, 378, STEEL, 10)
    pen.shape([(60, 250), (140, 170), (470, 140), (580, 220), (584, 262), (60, 262)], IRON.base)
    pen.shape([(140, 170), (470, 140), (540, 192), (120, 214)], IRON.light)
    pen.shape([(60, 262), (584, 262), (560, 324), (110, 324)], IRON.dark)
    pen.box(56, 254, 588, 270, INK, 8)
    for x in (190, 430):
        pen.box(x - 14, 250, x + 14, 284, STEEL.light, 5)
        pen.disc(x, 272, 4, INK)


def tow_bar(pen: Pen) -> None:
    pen.box(76, 92, 564, 142, IRON.dark, 10)
    pen.box(76, 92, 564, 130, IRON.base, 10)
    for x in (104, 536):
        pen.box(x - 22, 64, x + 22, 170, IRON.light, 6)
        for y in (82, 152):
            pen.bolt(x, y, 11)
    pen.curve((320, 130), (320, 330), (350, 380), (450, 350), IRON.dark, 46)
    pen.curve((316, 130), (316, 326), (346, 372), (446, 342), IRON.light, 10)
    pen.tube(440, 268, 472, 366, STEEL, 6)
    pen.disc(456, 254, 46, STEEL.dark)
    pen.disc(456, 251, 41, STEEL.base)
    pen.disc(442, 238, 14, STEEL.light)
    pen.disc(220, 186, 38, INK)
    pen.disc(220, 186, 28, RUBBER.light)
    pen.disc(220, 186, 9, AMBER.base)


def tow_rope(pen: Pen) -> None:
    for width, fill in ((28, AMBER.dark), (18, AMBER.base)):
        pen.curve((150, 160), (620, 40), (620, 300), (320, 280), fill, width)
        pen.curve((320, 280), (20, 250), (60, 460), (480, 330), fill, width)
    for x, y, turn in ((-196, -78, 240), (186, 96, 62)):
        pen.stamp(_hook, right=x, down=y, turn=turn, scale=0.62)
    pen.shape([(320, 262), (408, 236), (408, 316)], RED.base)


def _hook(pen: Pen) -> None:
    pen.sector(320, 290, 96, 52, -60, 200, STEEL.dark)
    pen.sector(320, 284, 92, 56, -60, 200, STEEL.base)
    pen.line([(362, 214), (320, 166)], STEEL.base, 40)
    pen.line([(258, 300), (338, 196)], IRON.base, 12)
    pen.disc(320, 150, 48, STEEL.dark)
    pen.disc(320, 148, 43, STEEL.light)
    pen.disc(320, 148, 21, CLEAR)


def car_cover(pen: Pen) -> None:
    pen.shape(
        [(60, 350), (76, 266), (176, 232), (238, 146), (414, 146), (492, 232), (562, 262), (582, 350)],
        STEEL.base,
    )
    pen.shape([(238, 146), (414, 146), (440, 176), (216, 176)], STEEL.light)
    pen.shape([(76, 266), (176, 232), (492, 232), (562, 262), (560, 276), (78, 280)], STEEL.light)
    for top, bottom in ((206, 150), (326, 326), (446, 500)):
        pen.line([(top, 250), (bottom, 340)], STEEL.dark, 4)
    for x in range(68, 578, 24):
        pen.disc(x + 12, 352, 14, STEEL.base)
    for x in (176, 466):
        pen.disc(x, 358, 46, INK)
        pen.disc(x, 358, 26, STEEL.light)
        pen.shape([(x - 60, 330), (x + 60, 330), (x + 48, 346), (x - 48, 346)], STEEL.base)


def number_plate(pen: Pen) -> None:
    for top, plate in ((92, WHITE), (256, YELLOW.base)):
        pen.box(76, top, 564, top + 136, INK, 18)
        pen.box(94, top + 16, 546, top + 112, plate, 8)
        for x in (116, 524):
            pen.bolt(x, top + 64, 10)
        for step in range(6):
            x = 156 + step * 57
            pen.box(x, top + 40, x + 40, top + 88, RUBBER.base, 6)


def window_film(pen: Pen) -> None:
    pen.shape([(150, 196), (540, 196), (540, 392), (110, 392)], IRON.base)
    pen.shape([(190, 196), (260, 196), (170, 392), (112, 392)], IRON.light)
    pen.shape([(310, 196), (336, 196), (246, 392), (220, 392)], IRON.light)
    pen.rod(112, 110, 560, 204, RUBBER, 44)
    pen.oval(556, 157, 28, 47, RUBBER.dark)
    pen.oval(556, 157, 18, 32, COPPER.light)
    pen.oval(556, 157, 11, 20, INK)
    pen.stamp(_squeegee, right=-120, down=90, turn=24, scale=0.62)


def _squeegee(pen: Pen) -> None:
    pen.shape([(190, 220), (450, 220), (410, 320), (230, 320)], BLUE.base)
    pen.box(176, 196, 464, 228, CHALK.base, 8)
    pen.tube(280, 316, 360, 440, BLUE, 18)


DRAWINGS: dict[str, Drawing] = {
    "wiper-blade": wiper_blade,
    "mud-flaps": mud_flaps,
    "door-visors": door_visors,
    "side-steps": side_steps,
    "roof-rack": roof_rack,
    "roof-box": roof_box,
    "tow-bar": tow_bar,
    "tow-rope": tow_rope,
    "car-cover": car_cover,
    "number-plate": number_plate,
    "window-film": window_film,
}
