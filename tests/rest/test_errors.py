"""Every refusal of the services has its status at the REST door."""

from api.rest.errors import STATUS
from core.errors import all_error_classes


def test_every_error_class_has_a_status_that_says_who_can_mend_it() -> None:
    assert set(STATUS) == set(all_error_classes())
    assert all(400 <= status < 500 or status == 503 for status in STATUS.values())
