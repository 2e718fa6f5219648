"""The OpenAPI document as a file, to see that it doesn't drift unnoticed."""

import sys
from pathlib import Path

import orjson

from api.rest.openapi import document

if __name__ == "__main__":
    # python -m api.rest.snapshot docs/schemas/rest.json
    text = orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    Path(sys.argv[1]).write_bytes(text)
