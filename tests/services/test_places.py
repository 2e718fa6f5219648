"""Addresses as people write them become places that a carrier finds."""

import pytest

from models import PickupLocation
from services.delivery.places import normalised, read_place
from services.delivery.regions import REGIONS, state_for

LAGOS = PickupLocation(city="Lagos", state="Lagos", country="NG")
ACCRA = PickupLocation(city="Accra", state="Greater Accra", country="GH")


@pytest.mark.parametrize(
    ("location", "text", "place"),
    [
        (
            LAGOS,
            "123 Main Street, Victoria Island, Lagos",
            ("123 Main Street", "Victoria Island", "Lagos", "NG"),
        ),
        (LAGOS, "5 Zoo Road, Kano, Kano State, Nigeria", ("5 Zoo Road", "Kano", "Kano", "NG")),
        (LAGOS, "5 Aba Road, Port Harcourt", ("5 Aba Road", "Port Harcourt", "Rivers", "NG")),
        (LAGOS, "7 Aba Road, Diobu, rivers state", ("7 Aba Road", "Diobu", "Rivers", "NG")),
        (LAGOS, "Plot 9, Aminu Kano Crescent, Wuse, FCT", ("Plot 9, Aminu Kano Crescent, Wuse", "FCT", "Abuja", "NG")),
        (LAGOS, "12 Allen Avenue Ikeja Lagos", ("12 Allen Avenue Ikeja Lagos", "Lagos", "Lagos", "NG")),
        (LAGOS, "Lagos, 12 Marina Road", ("12 Marina Road", "Lagos", "Lagos", "NG")),
        (LAGOS, "No 4 Nowhere Lane, Oke Odo", ("No 4 Nowhere Lane", "Oke Odo", "Lagos", "NG")),
        (LAGOS, "12 Ring Road, Osu, Accra, Ghana", ("12 Ring Road, Osu", "Accra", "Greater Accra", "GH")),
        (ACCRA, "House 3, Adum, Kumasi, Ashanti Region", ("House 3, Adum", "Kumasi", "Ashanti", "GH")),
        (ACCRA, "12 Ring Road Central, Osu, Accra", ("12 Ring Road Central, Osu", "Accra", "Greater Accra", "GH")),
        (ACCRA, "behind the big mosque", ("behind the big mosque", "Accra", "Greater Accra", "GH")),
    ],
)  # fmt: skip
def test_street_town_and_state_are_told_apart(location, text, place):
    read = read_place(text, location)
    assert (read.line1, read.city, read.state, read.country) == place


def test_a_postcode_is_not_a_town():
    read = read_place("1 Broad Street, Ikeja, Lagos, 100001, Nigeria", LAGOS)
    assert (read.line1, read.city, read.state, read.zip) == ("1 Broad Street", "Ikeja", "Lagos", "100001")


def test_spelling_alone_makes_no_other_address():
    assert normalised(" 1 Broad  Street,IKEJA . Lagos") == normalised("1 broad street, Ikeja, Lagos\n")
    assert normalised("1 Broad Street, Ikeja") != normalised("11 Broad Street, Ikeja")


def test_every_state_is_known_with_its_capital_territory():
    assert (len(REGIONS["NG"]), len(REGIONS["GH"])) == (37, 16)
    assert state_for("NG", "Federal Capital Territory") == "Abuja"
    assert state_for("NG", "Cross-River State") == "Cross River"
    assert state_for("GH", "Nowhere") == "Nowhere"
