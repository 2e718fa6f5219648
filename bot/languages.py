"""The languages that can be chosen: code -> its own name, in letters of GSM-7."""

LANGUAGES = {
    "en": "English",
    "pcm": "Pidgin",
    "fr": "Francais",
    "tw": "Twi",
    "ha": "Hausa",
    "yo": "Yoruba",
    "ig": "Igbo",
}
DEFAULT = "en"
