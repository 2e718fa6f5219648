"""Every refusal of the house has a code of this dialect, and no two refusals share one by mistake."""

from api.xorder.errors import as_told, code_of
from core.errors import Forbidden, IllegalTransition, InvalidInput, NotSignedIn, all_error_classes


def test_every_refusal_has_a_code_in_the_dialect_s_spelling() -> None:
    codes = {each.code: code_of(each.__new__(each)) for each in all_error_classes()}
    assert all(code.isalpha() and code[0].isupper() for code in codes.values())
    assert len(set(codes.values())) == len(codes)


def test_what_a_refusal_tells_beside_its_code() -> None:
    assert (code_of(NotSignedIn()), code_of(Forbidden())) == ("Unauthorized", "Forbidden")
    told = as_told(InvalidInput("That is no sum.", field="payment.sum"))
    assert (told.message, told.extensions) == (
        "That is no sum.",
        {"code": "InvalidInput", "field": "payment.sum"},
    )
    told = as_told(IllegalTransition("New", "Completed", ("Cancelled", "Approved")))
    assert told.extensions["allowed"] == ["Approved", "Cancelled"]
