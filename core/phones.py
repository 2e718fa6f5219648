"""Phone numbers: parsed once at the door, E.164 everywhere behind it."""

import phonenumbers

from core.errors import InvalidInput


def parse_phone(text: str, region: str, field: str = "phone") -> str:
    """The number in E.164 (`+233246215478`), read as a person in `region` (ISO-2) would write it.

    Raises `InvalidInput` where it can't be a number that takes messages.
    """
    if len(text) > 32:
        raise InvalidInput("That is not a phone number.", field=field)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise InvalidInput("That is not a phone number.", field=field) from None
    # "Possible", not "valid": new ranges are assigned faster than a library is updated.
    if not phonenumbers.is_possible_number(number) or number.country_code is None:
        raise InvalidInput("That is not a phone number.", field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(phone: str) -> str:
    """An E.164 number as people at home write it, without spaces: `0246215478`."""
    number = phonenumbers.parse(phone, None)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(c for c in written if c.isdigit())


def region_of(phone: str) -> str | None:
    """The ISO-2 country of an E.164 number, where it has one."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(phone, None))


def is_number_of(region: str, text: str) -> bool:
    """Whether `text` is a number that is assigned in `region` (ISO-2), as it is dialled there or from abroad."""
    if len(text) > 32 or not text.startswith(("+", "0")):
        return False
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number_for_region(number, region)
