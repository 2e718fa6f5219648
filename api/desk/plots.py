"""Small plots, drawn on the server as SVG: each has its numbers in words for whoever can't see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT, FOOT = 560, 120, 22


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of a plot: what stands below it, and how it is said."""

    value: int
    label: str
    words: str


def bars(marks: Sequence[Mark], title: str) -> Markup:
    """A bar for each value, the last one stronger: it is today's. Labels stand below the first, the middle and the last."""
    top, step = _top(marks), WIDTH / max(len(marks), 1)
    parts = []
    for n, mark in enumerate(marks):
        height = max(round(mark.value / top * HEIGHT, 1), 1.5 if mark.value else 0)
        place = Markup(
            '<rect class="bar{}" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}</title></rect>'
        )
        last = " last" if n == len(marks) - 1 else ""
        parts.append(
            place.format(
                last, round(n * step + 2, 1), HEIGHT - height, round(step - 4, 1), height, mark.words
            )
        )
    return _drawn(parts, marks, title)


def line(marks: Sequence[Mark], title: str) -> Markup:
    """A line through the values."""
    top, step = _top(marks), WIDTH / max(len(marks) - 1, 1)
    points = " ".join(
        f"{round(n * step, 1)},{round(HEIGHT - mark.value / top * (HEIGHT - 4), 1)}"
        for n, mark in enumerate(marks)
    )
    return _drawn([Markup('<polyline class="path" points="{}"/>').format(points)], marks, title)


def _top(marks: Sequence[Mark]) -> int:
    return max([1, *(mark.value for mark in marks)])


def _drawn(parts: list[Markup], marks: Sequence[Mark], title: str) -> Markup:
    told = "; ".join(mark.words for mark in marks)
    places = [(0, "start"), (len(marks) // 2, "middle"), (len(marks) - 1, "end")] if len(marks) > 2 else []
    labels = [
        Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
            {"start": 2, "middle": WIDTH // 2, "end": WIDTH - 2}[anchor],
            HEIGHT + FOOT - 4,
            anchor,
            marks[n].label,
        )
        for n, anchor in places
    ]
    return Markup(
        '<svg class="plot" viewBox="0 0 {w} {h}" role="img" aria-label="{title}: {told}">{parts}'
        '<line class="base" x1="0" x2="{w}" y1="{base}" y2="{base}"/>{labels}</svg>'
    ).format(
        w=WIDTH,
        h=HEIGHT + FOOT,
        base=HEIGHT,
        title=title,
        told=told,
        parts=Markup().join(parts),
        labels=Markup().join(labels),
    )
