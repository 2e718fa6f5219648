"""The Terminal Africa twin."""

from providers.twins.terminal.api import create_terminal
from providers.twins.terminal.book import Book
from providers.twins.terminal.control import Control

__all__ = ["Book", "Control", "create_terminal"]
