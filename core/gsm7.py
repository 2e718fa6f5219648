"""The alphabet of telephones: what fits into GSM-7, how long it is there, and how to write the rest.

3GPP TS 23.038, default alphabet and extension table: a character of the extension takes two septets.
"""

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
ALPHABET = BASIC | EXTENSION

# (alone, each part of several), in septets and in UTF-16 units: a long message spends six octets on a header.
_GSM_PART, _UCS2_PART = (160, 153), (70, 67)

_SPELT = str.maketrans(
    {
        "₦": "NGN",
        "₵": "GHS",
        "’": "'",
        "‘": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "•": "-",
        "·": "-",
        "…": "...",
        "×": "x",
        "÷": "/",
        "\u2044": "/",
        "°": " deg",
        "\t": " ",
        "\u00a0": " ",
        "Đ": "D",
        "đ": "d",
        "Ł": "L",
        "ł": "l",
        "ı": "i",
        "Œ": "OE",
        "œ": "oe",
        "Ɛ": "E",
        "ɛ": "e",
        "Ɔ": "O",
        "ɔ": "o",
        "Ŋ": "Ng",
        "ŋ": "ng",
        "Ɓ": "B",
        "ɓ": "b",
        "Ɗ": "D",
        "ɗ": "d",
        "Ƙ": "K",
        "ƙ": "k",
        "Ɣ": "G",
        "ɣ": "g",
        "Ʋ": "V",
        "ʋ": "v",
        "ƒ": "f",
        "Ƒ": "F",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
    }
)


def is_gsm7(text: str) -> bool:
    """Whether every character is in the default alphabet or its extension."""
    return ALPHABET.issuperset(text)


def length(text: str) -> int:
    """Septets that a GSM-7 text takes."""
    return len(text) + sum(map(text.count, EXTENSION))


def segments(text: str) -> int:
    """Parts in which a text message travels; GSM-7 where it can, else UCS-2. No character is cut in two."""
    if is_gsm7(text):
        sizes, (alone, part) = [2 if c in EXTENSION else 1 for c in text], _GSM_PART
    else:
        sizes, (alone, part) = [2 if ord(c) > 0xFFFF else 1 for c in text], _UCS2_PART
    if sum(sizes) <= alone:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts


def transliterate(text: str) -> str:
    """The text in GSM-7: accents the alphabet lacks fall off, signs are spelt out, pictures are left out.

    A letter of another script becomes a question mark, so that nobody takes the rest for the whole.
    """
    if is_gsm7(text):
        return text
    return "".join(_written(c) for c in unicodedata.normalize("NFC", text).translate(_SPELT))


def _written(character: str) -> str:
    if character in ALPHABET:
        return character
    parts = unicodedata.normalize("NFKD", character).translate(_SPELT)
    plain = "".join(c for c in parts if c in ALPHABET)
    if plain:
        return plain
    return "?" if unicodedata.category(character)[0] in "LN" else ""


def cut(text: str, septets: int) -> str:
    """As much of a GSM-7 text as fits into so many septets; `..` shows that there was more.

    Where hardly a letter would be left, nothing is.
    """
    if length(text) <= septets:
        return text
    if septets < 3:
        return ""
    end, room = "..", septets - 2
    kept = ""
    for character in text:
        room -= 2 if character in EXTENSION else 1
        if room < 0:
            break
        kept += character
    return kept.rstrip() + end
