"""The desk in the browser: the pages at `/admin` that people of staff and sellers work with."""

from api.desk.door import add_desk

__all__ = ["add_desk"]
