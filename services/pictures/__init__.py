"""Pictures from strangers: judged before they are decoded, and redrawn small for showing."""

from services.pictures.drawing import Drawn, draw
from services.pictures.judging import Judged, judge, sniff

__all__ = ["Drawn", "Judged", "draw", "judge", "sniff"]
