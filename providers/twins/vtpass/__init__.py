"""The VTpass twin."""

from providers.twins.vtpass.api import create_vtpass
from providers.twins.vtpass.counter import Counter

__all__ = ["Counter", "create_vtpass"]
