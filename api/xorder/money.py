"""MoneyType and CurrencyType: amounts as each culture writes them, by CLDR."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_name, get_currency_symbol

from api.xorder.shaping import Fields, Shaped, always, nothing
from core.errors import InvalidInput
from core.languages import BY_CLDR
from core.money import precision, to_decimal

ENGLISH = "en"
LONGEST_CULTURE = 20


@lru_cache(maxsize=1_000)
def _locale(culture: str) -> Locale | None:
    try:
        return Locale.parse(culture.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def checked_culture(culture: str | None, country: str) -> str:
    """The culture that was asked for, such as en-GH; without one English as it is written in the country.

    Raises `InvalidInput` for one that nobody has.
    """
    if culture is None:
        usual = f"{ENGLISH}-{country}"
        return usual if _locale(usual) else ENGLISH
    if len(culture) > LONGEST_CULTURE or not culture.isascii() or _locale(culture) is None:
        raise InvalidInput("There is no such culture: one is written like en-GH.", field="cultureName")
    return culture


def locale_of(culture: str) -> Locale:
    """The locale of a checked culture."""
    locale = _locale(culture)
    assert locale is not None
    return locale


def language_of(culture: str) -> str:
    """The language of a checked culture, as the market's catalogues name it."""
    language: str = locale_of(culture).language
    return BY_CLDR.get(language, language)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units."""

    amount: Decimal
    currency: str
    culture: str

    def written(self, pattern: str | None = None) -> str:
        """The amount in its culture; by another pattern of CLDR, where one is given."""
        return str(
            format_currency(
                self.amount,
                self.currency,
                pattern,
                locale=locale_of(self.culture),
                currency_digits=pattern is None,
            )
        )


@cache
def _patterns(culture: str, currency: str) -> tuple[str, str, str]:
    """How the culture writes amounts: without the currency, without what is behind the point, without both."""
    with_sign: str = locale_of(culture).currency_formats["standard"].pattern.split(";")[0]
    bare = with_sign.replace("¤", "").strip("\xa0 ")
    whole, _, behind = bare.partition(".")
    exact = f"{whole}.{'0' * precision(currency)}" if precision(currency) else whole
    short = with_sign.replace(f".{behind}", "") if behind else with_sign
    return exact, short, whole


CURRENCY: Fields = {
    "code": lambda c: c[0],
    "cultureName": lambda c: c[1],
    "customFormatting": nothing,
    "englishName": lambda c: get_currency_name(c[0], locale=ENGLISH),
    # A shop has one currency.
    "exchangeRate": always(1),
    "name": lambda c: get_currency_name(c[0], locale=locale_of(c[1])),
    "symbol": lambda c: get_currency_symbol(c[0], locale=locale_of(c[1])),
}


@cache
def currency_shape(code: str, culture: str) -> Shaped:
    """A CurrencyType."""
    return Shaped(CURRENCY, (code, culture))


MONEY: Fields = {
    "amount": lambda m: m.amount,
    "currency": lambda m: currency_shape(m.currency, m.culture),
    "decimalDigits": lambda m: precision(m.currency),
    "formattedAmount": lambda m: m.written(),
    "formattedAmountWithoutCurrency": lambda m: m.written(_patterns(m.culture, m.currency)[0]).strip(),
    "formattedAmountWithoutPoint": lambda m: m.written(_patterns(m.culture, m.currency)[1]).strip(),
    "formattedAmountWithoutPointAndCurrency": lambda m: m.written(
        _patterns(m.culture, m.currency)[2]
    ).strip(),
}


def money_shape(minor: int, currency: str, culture: str) -> Shaped:
    """A MoneyType of an amount in minor units."""
    return Shaped(MONEY, Money(to_decimal(minor, currency), currency, culture))


def share_shape(basis_points: int, currency: str, culture: str) -> Shaped:
    """A MoneyType that holds a share, as the dialect has it of the rate of a tax."""
    return Shaped(MONEY, Money(Decimal(basis_points) / 10_000, currency, culture))
