"""The languages to choose from: code -> what its speakers call it."""

from core.languages import LANGUAGES

__all__ = ["LANGUAGES"]
