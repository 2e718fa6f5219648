"""Names: one full name is kept; where only first and last are asked for, its end is the last."""

from core.errors import InvalidInput

LONGEST = 200


def split_name(full_name: str, last_name: str = "") -> tuple[str, str]:
    """First and last name. `last_name` is where the full one was put together from both, and still ends so."""
    if last_name and full_name.endswith(f" {last_name}"):
        return full_name.removesuffix(f" {last_name}"), last_name
    first, _, last = full_name.rpartition(" ")
    return (first, last) if first else (last, "")


def full_name_of(first_name: str, last_name: str) -> str:
    """Both names as one. Raises `InvalidInput` where they are too long together."""
    full = f"{first_name} {last_name}".strip()
    if len(full) > LONGEST:
        raise InvalidInput(f"Both names together have at most {LONGEST - 1} characters.", field="lastName")
    return full
