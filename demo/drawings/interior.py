"""What is fitted or used inside the car."""

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
)

BACKGROUND = Tone("#5f8a86", "#cfe6e3", "#e2f1ef")
PORCELAIN = Tone(CHALK.dark, CHALK.light, WHITE)
NIGHT = Tone("#161c21", INK, "#4a5660")


def floor_mats(pen: Pen) -> None:
    for right, down, turn, scale in (
        (-92, -66, 6, 0.74),
        (96, -60, -6, 0.74),
        (-88, 118, 4, 0.56),
        (92, 120, -4, 0.56),
    ):
        pen.stamp(_mat, right=right, down=down, turn=turn, scale=scale)


def _mat(pen: Pen) -> None:
    pen.shape(
        [(220, 110), (420, 110), (452, 150), (440, 366), (406, 392), (234, 392), (200, 366), (188, 150)], INK
    )
    pen.shape(
        [(226, 122), (414, 122), (438, 154), (428, 358), (400, 380), (240, 380), (212, 358), (202, 154)],
        RUBBER.light,
    )
    pen.shape(
        [(234, 138), (406, 138), (422, 160), (414, 350), (392, 364), (248, 364), (226, 350), (218, 160)],
        RUBBER.base,
    )
    for y in range(170, 350, 26):
        pen.box(240, y, 400, y + 11, RUBBER.dark, 5)


def seat_cover(pen: Pen) -> None:
    pen.box(266, 46, 374, 126, INK, 26)
    pen.box(290, 120, 300, 150, STEEL.base)
    pen.box(340, 120, 350, 150, STEEL.base)
    pen.shape([(222, 172), (256, 136), (384, 136), (418, 172), (436, 336), (204, 336)], INK)
    pen.shape([(262, 150), (378, 150), (394, 330), (246, 330)], RED.base)
    pen.line([(320, 152), (320, 328)], RED.dark, 4)
    for y in (196, 244, 292):
        pen.line([(258, y), (382, y)], RED.dark, 4)
    pen.box(190, 318, 450, 400, INK, 34)
    pen.box(234, 326, 406, 388, RED.base, 20)
    pen.line([(320, 330), (320, 384)], RED.dark, 4)
    pen.box(216, 396, 424, 418, IRON.base, 6)


def steering_cover(pen: Pen) -> None:
    pen.ring(320, 240, 180, 46, INK)
    pen.ring(320, 240, 174, 34, RUBBER.base)
    for start in (200, 20):
        pen.sector(320, 240, 174, 140, start, start + 70, "#6d4a36")
    for angle in range(0, 360, 6):
        pen.sector(320, 240, 144, 138, angle, angle + 3, AMBER.base)
    pen.sector(320, 240, 168, 163, 215, 250, RUBBER.light)


def sunshade(pen: Pen) -> None:
    folds = 8
    for fold in range(folds):
        left, right = 72 + fold * 62, 72 + (fold + 1) * 62
        rise, fall = (0, 18) if fold % 2 else (18, 0)
        tone = STEEL.light if fold % 2 else CHALK.light
        pen.shape([(left, 130 + rise), (right, 130 + fall), (right, 346 + fall), (left, 346 + rise)], tone)
        pen.line([(left, 130 + rise), (left, 346 + rise)], STEEL.base, 3)
    pen.box(288, 110, 352, 190, BACKGROUND.light, 10)
    for angle in range(0, 360, 45):
        pen.sector(190, 250, 72, 52, angle - 6, angle + 6, AMBER.base)
    pen.disc(190, 250, 40, AMBER.base)
    pen.disc(182, 242, 18, AMBER.light)


def phone_holder(pen: Pen) -> None:
    pen.box(290, 372, 350, 426, RUBBER.base, 8)
    pen.disc(320, 372, 30, INK)
    pen.box(198, 150, 442, 186, RUBBER.light, 12)
    pen.box(198, 268, 442, 304, RUBBER.light, 12)
    pen.box(236, 52, 404, 372, INK, 24)
    pen.box(246, 66, 394, 358, GLASS.base, 12)
    pen.shape([(246, 150), (394, 90), (394, 210), (246, 290)], GLASS.light)
    pen.line([(272, 320), (300, 250), (340, 232), (362, 150)], BLUE.base, 9)
    pen.disc(362, 140, 17, RED.base)
    pen.disc(362, 140, 7, WHITE)
    for x in (196, 404):
        pen.box(x, 148, x + 40, 306, RUBBER.base, 12)
    pen.box(270, 350, 370, 384, RUBBER.base, 8)


def car_charger(pen: Pen) -> None:
    pen.tilt = -20
    pen.tube(256, 66, 384, 190, RUBBER, 22)
    pen.oval(320, 84, 58, 22, IRON.light)
    for x in (274, 330):
        pen.box(x, 76, x + 36, 92, INK, 3)
        pen.box(x + 4, 84, x + 32, 90, BLUE.base)
    pen.shape([(262, 186), (378, 186), (364, 226), (276, 226)], IRON.base)
    pen.tube(276, 222, 364, 372, NIGHT, 6)
    for x in (262, 364):
        pen.box(x, 262, x + 14, 322, STEEL.light, 6)
    pen.shape([(276, 370), (364, 370), (346, 400), (294, 400)], IRON.base)
    pen.tube(304, 398, 336, 430, BRASS, 10)
    pen.box(258, 150, 382, 158, BLUE.base)


def reverse_camera(pen: Pen) -> None:
    pen.curve((330, 300), (330, 440), (520, 330), (540, 410), INK, 12)
    pen.box(516, 396, 572, 432, YELLOW.base, 8)
    pen.shape([(170, 96), (470, 96), (448, 150), (192, 150)], RUBBER.light)
    for x in (210, 430):
        pen.disc(x, 118, 9, CLEAR)
    pen.box(196, 140, 444, 330, INK, 40)
    pen.box(196, 140, 444, 316, RUBBER.base, 40)
    pen.disc(320, 230, 84, INK)
    pen.disc(320, 230, 74, IRON.dark)
    pen.disc(320, 230, 56, INK)
    pen.disc(320, 230, 44, BLUE.dark)
    pen.disc(320, 230, 26, BLUE.base)
    pen.disc(302, 212, 13, WHITE)
    for x in (222, 418):
        for y in (190, 270):
            pen.disc(x, y, 8, CHALK.light)


def car_radio(pen: Pen) -> None:
    pen.box(72, 146, 568, 352, INK, 18)
    pen.box(82, 152, 558, 336, RUBBER.base, 14)
    pen.disc(164, 244, 66, INK)
    pen.disc(164, 242, 58, STEEL.base)
    pen.disc(164, 242, 44, IRON.base)
    pen.box(160, 200, 168, 226, WHITE, 4)
    pen.box(250, 172, 536, 262, "#16303f", 8)
    for step, rise in enumerate((22, 40, 58, 34, 64, 48, 28, 52, 36, 18)):
        pen.box(268 + step * 26, 252 - rise, 284 + step * 26, 252, BLUE.light if rise > 45 else BLUE.base, 2)
    for step in range(6):
        pen.box(250 + step * 40, 282, 282 + step * 40, 312, RUBBER.light, 6)
    pen.box(494, 284, 536, 308, INK, 4)
    pen.box(500, 294, 530, 302, STEEL.light)


def speaker(pen: Pen) -> None:
    for x in (196, 444):
        for y in (116, 364):
            pen.disc(x, y, 32, RUBBER.base)
            pen.disc(x, y, 12, CLEAR)
    pen.disc(320, 240, 180, RUBBER.base)
    pen.disc(320, 240, 158, INK)
    pen.disc(320, 240, 146, RUBBER.light)
    pen.disc(320, 240, 128, IRON.dark)
    for radius in (112, 94, 76):
        pen.ring(320, 240, radius, 5, IRON.base)
    pen.disc(320, 240, 54, INK)
    pen.disc(320, 240, 44, AMBER.base)
    pen.sector(320, 240, 36, 24, 190, 280, AMBER.light)


def car_care(pen: Pen) -> None:
    pen.tube(192, 84, 252, 130, PORCELAIN, 8)
    pen.shape([(190, 128), (254, 128), (300, 184), (144, 184)], BLUE.base)
    pen.tube(144, 176, 300, 410, BLUE, 24)
    pen.box(144, 230, 300, 352, WHITE)
    pen.shape(
        [(160, 318), (170, 292), (196, 286), (208, 264), (248, 264), (262, 286), (284, 292), (286, 318)],
        RED.base,
    )
    for x in (188, 260):
        pen.disc(x, 320, 13, INK)
    pen.box(326, 270, 512, 396, YELLOW.base, 30)
    pen.box(326, 350, 512, 396, YELLOW.dark, 26)
    pen.box(326, 350, 512, 368, YELLOW.dark)
    for x, y, radius in ((366, 306, 12), (420, 320, 9), (470, 300, 13), (396, 338, 7), (452, 334, 8)):
        pen.disc(x, y, radius, YELLOW.dark)
    for x, y, radius in (
        (350, 236, 34),
        (404, 218, 44),
        (464, 236, 34),
        (430, 150, 22),
        (370, 156, 13),
        (484, 172, 14),
    ):
        pen.disc(x, y, radius, GLASS.base)
        pen.disc(x - radius * 0.2, y - radius * 0.2, radius * 0.66, GLASS.light)


def air_freshener(pen: Pen) -> None:
    pen.curve((320, 92), (270, 20), (370, 20), (320, 92), RED.base, 5)
    pen.box(296, 360, 344, 418, GREEN.dark, 4)
    for top, bottom, reach in ((84, 196, 92), (150, 284, 124), (226, 372, 156)):
        pen.shape([(320, top), (320 + reach, bottom), (320 - reach, bottom)], GREEN.dark)
        pen.shape([(320, top), (320 + reach - 18, bottom - 10), (320 - reach, bottom - 10)], GREEN.base)
        pen.shape([(318, top + 14), (300, bottom - 24), (332 - reach, bottom - 18)], GREEN.light)
    pen.disc(320, 104, 9, WHITE)


DRAWINGS: dict[str, Drawing] = {
    "floor-mats": floor_mats,
    "seat-cover": seat_cover,
    "steering-cover": steering_cover,
    "sunshade": sunshade,
    "phone-holder": phone_holder,
    "car-charger": car_charger,
    "reverse-camera": reverse_camera,
    "car-radio": car_radio,
    "speaker": speaker,
    "car-care": car_care,
    "air-freshener": air_freshener,
}
