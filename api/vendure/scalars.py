"""The scalars of this dialect: those of every schema, and Upload."""

from typing import Any

from tartiflette import Scalar
from tartiflette.constants import UNDEFINED_VALUE

from api.graphql import scalars
from api.graphql.uploads import Upload as File

SDL = (
    scalars.SDL
    + '''"""A file of a multipart request (the GraphQL multipart request specification), at most 10 MiB."""
scalar Upload
'''
)


class Upload:
    """A file that the handler has put in its place."""

    def coerce_output(self, _: Any) -> Any:
        raise TypeError("A file is never an answer.")

    def coerce_input(self, value: Any) -> File:
        if not isinstance(value, File):
            raise TypeError("Upload is a file of a multipart request, named by its map.")
        return value

    def parse_literal(self, _: Any) -> Any:
        return UNDEFINED_VALUE


def bake(schema_name: str, config: Any = None) -> str:
    """Register the scalars under `schema_name`; their SDL."""
    scalars.bake(schema_name, config)
    Scalar("Upload", schema_name=schema_name)(Upload())
    return SDL
