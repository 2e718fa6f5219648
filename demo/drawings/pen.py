"""A pen that draws flat shapes on a large transparent sheet and gives back a small finished picture."""

from collections.abc import Callable, Sequence
from math import cos, radians, sin
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 640, 480
FINER = 4  # drawn this much larger, then reduced, so that edges come out smooth
COLOURS = 64

Point = tuple[float, float]


class Tone(NamedTuple):
    """One material in three lights, as CSS colours."""

    dark: str
    base: str
    light: str


CLEAR = "#00000000"
INK = "#27313a"
WHITE = "#fbfbf8"
STEEL = Tone("#6f7d88", "#9ba8b2", "#d3dbe1")
IRON = Tone("#3f4a53", "#5d6a75", "#8593a0")
RUBBER = Tone("#22292f", "#343d45", "#57636e")
CHALK = Tone("#c3ccd0", "#e6ebec", "#fafcfc")
CREAM = Tone("#d3bd8e", "#f0dfb8", "#fbf3dd")
BRASS = Tone("#9a7228", "#cda149", "#efd492")
COPPER = Tone("#8a4a28", "#bb6f42", "#e3a57c")
RED = Tone("#96302c", "#cb4b41", "#ea8a7b")
AMBER = Tone("#bf6f16", "#eca03a", "#fbd08a")
YELLOW = Tone("#c49a1d", "#f0c843", "#fbe79b")
GREEN = Tone("#3d7350", "#5fa476", "#a4d2b2")
BLUE = Tone("#2c5580", "#4a80b4", "#9cc3e4")
GLASS = Tone("#8fb6c6", "#bcdce6", "#eaf6f9")


def around(x: float, y: float, radius: float, count: int, start: float = -90) -> list[Point]:
    """`count` points evenly on a circle; `start` in degrees, clockwise from three o'clock."""
    angles = [radians(start + 360 * step / count) for step in range(count)]
    return [(x + radius * cos(angle), y + radius * sin(angle)) for angle in angles]


class Pen:
    """Draws in picture pixels (640 x 480, origin at the top left); later shapes lie above earlier ones."""

    def __init__(self) -> None:
        self.sheet = Image.new("RGBA", (WIDTH * FINER, HEIGHT * FINER), CLEAR)
        self.draw = ImageDraw.Draw(self.sheet)
        self.tilt = 0.0  # degrees counter-clockwise, applied to the finished drawing

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        self.oval(x, y, radius, radius, fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        self.draw.ellipse(_finer(x - rx, y - ry, x + rx, y + ry), fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: str) -> None:
        """A circle line whose outer edge has the given radius."""
        box = _finer(x - radius, y - radius, x + radius, y + radius)
        self.draw.ellipse(box, outline=fill, width=round(width * FINER))

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, corner: float = 0) -> None:
        self.draw.rounded_rectangle(_finer(left, top, right, bottom), corner * FINER, fill)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self.draw.polygon([(x * FINER, y * FINER) for x, y in points], fill)

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        """A line with round ends and joints."""
        for x, y in points:
            self.disc(x, y, width / 2, fill)
        fine = [(x * FINER, y * FINER) for x, y in points]
        self.draw.line(fine, fill, round(width * FINER))

    def curve(self, start: Point, pull: Point, pull_back: Point, end: Point, fill: str, width: float) -> None:
        """A cubic Bezier line."""
        steps = [step / 40 for step in range(41)]
        weights = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in steps]
        corners = (start, pull, pull_back, end)
        points = [
            (
                sum(part * corner[0] for part, corner in zip(weight, corners, strict=True)),
                sum(part * corner[1] for part, corner in zip(weight, corners, strict=True)),
            )
            for weight in weights
        ]
        self.line(points, fill, width)

    def sector(
        self, x: float, y: float, outer: float, inner: float, start: float, end: float, fill: str
    ) -> None:
        """A piece of a ring; angles in degrees, clockwise from three o'clock."""
        angles = [radians(start + (end - start) * step / 60) for step in range(61)]
        rim = [(x + outer * cos(angle), y + outer * sin(angle)) for angle in angles]
        hole = [(x + inner * cos(angle), y + inner * sin(angle)) for angle in reversed(angles)]
        self.shape(rim + hole, fill)

    def gear(self, x: float, y: float, outer: float, inner: float, teeth: int, fill: str) -> None:
        step = 360 / teeth
        corners = [(outer, -0.32), (outer, 0.02), (inner, 0.18), (inner, 0.52)]
        self.shape(
            [
                (x + r * cos(radians((t + part) * step)), y + r * sin(radians((t + part) * step)))
                for t in range(teeth)
                for r, part in corners
            ],
            fill,
        )

    def tube(
        self, left: float, top: float, right: float, bottom: float, tone: Tone, corner: float = 0
    ) -> None:
        """An upright cylinder: shadow along the right edge, shine left of the middle."""
        width = right - left
        self.box(left, top, right, bottom, tone.base, corner)
        self.box(right - width * 0.24, top, right, bottom, tone.dark, corner)
        self.box(right - width * 0.24, top, right - width * 0.12, bottom, tone.dark)
        self.box(left + width * 0.14, top + corner, left + width * 0.26, bottom - corner, tone.light)

    def rod(
        self, left: float, top: float, right: float, bottom: float, tone: Tone, corner: float = 0
    ) -> None:
        """A lying cylinder: shadow along the lower edge, shine above the middle."""
        height = bottom - top
        self.box(left, top, right, bottom, tone.base, corner)
        self.box(left, bottom - height * 0.24, right, bottom, tone.dark, corner)
        self.box(left, bottom - height * 0.24, right, bottom - height * 0.12, tone.dark)
        self.box(left + corner, top + height * 0.14, right - corner, top + height * 0.26, tone.light)

    def bolt(self, x: float, y: float, radius: float, tone: Tone = STEEL) -> None:
        """A hexagon head seen from above."""
        self.disc(x, y, radius, tone.dark)
        self.shape(around(x, y, radius * 0.82, 6), tone.light)
        self.disc(x, y, radius * 0.42, tone.base)

    def stamp(
        self, drawing: "Drawing", right: float = 0, down: float = 0, turn: float = 0, scale: float = 1
    ) -> None:
        """Draws another drawing moved, turned (degrees counter-clockwise) and scaled about the centre."""
        other = Pen()
        drawing(other)
        sheet = other.sheet.rotate(turn, Image.Resampling.BICUBIC)
        size = (round(sheet.width * scale), round(sheet.height * scale))
        sheet = sheet.resize(size, Image.Resampling.BICUBIC)
        moved = Image.new("RGBA", self.sheet.size, CLEAR)
        left = (self.sheet.width - size[0]) // 2 + round(right * FINER)
        top = (self.sheet.height - size[1]) // 2 + round(down * FINER)
        moved.paste(sheet, (left, top))
        self.sheet.alpha_composite(moved)

    def picture(self, background: Tone) -> Image.Image:
        """The finished picture, 640 x 480 in a palette of at most 64 colours."""
        sheet = self.sheet.rotate(self.tilt, Image.Resampling.BICUBIC) if self.tilt else self.sheet
        sheet = sheet.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        backdrop = _backdrop(background)
        veil = sheet.getchannel("A").transform(sheet.size, Image.Transform.AFFINE, (1, 0, -8, 0, 1, -14))
        veil = veil.filter(ImageFilter.GaussianBlur(9)).point([alpha // 24 * 11 for alpha in range(256)])
        backdrop.paste(background.dark, (0, 0), veil)
        backdrop.paste(sheet, (0, 0), sheet)
        return backdrop.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


Drawing = Callable[[Pen], None]


def _finer(*numbers: float) -> list[float]:
    return [number * FINER for number in numbers]


def _backdrop(background: Tone) -> Image.Image:
    fine = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), background.base)
    x, y, radius = WIDTH / 2, HEIGHT / 2, 214
    ImageDraw.Draw(fine).ellipse(_finer(x - radius, y - radius, x + radius, y + radius), background.light)
    return fine.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
