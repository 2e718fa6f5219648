"""Ways to every screen, as one types them from the menu on; a name in braces is something that only its customer knows.

What is chosen has the same digits on every channel.
"""

from collections.abc import Iterator

# A customer with a past (`wandering.customer_with_a_past`), in this order: the cart is filled first.
OF_A_CUSTOMER = [
    "1|1|corolla brake pads|1|2|0|3|0|4|1|2|2",
    "2|5|AKWAABA10",
    "2|5|1",
    "2|5|2",
    "item {several}|1|1",
    "1|2|1|1|1",
    "2|2|1|1",
    "2|3",
    "2|4|1",
    "2|1|1|Accra|12 Ring Road|1|1",
    "2|1|1",
    "2|1|3",
    "2|1|4|2|Kumasi|14 Market Road",
    "2|1|3|1|2|4|0201234567|1",
    "item {on_terms}|1|1|1",
    "2|2|2|3",
    "3|1|1|1",
    "3|1|1|3",
    "3|2",
    "3|3|{receipt}",
    "4|1|5|1",
    "4|2",
    "4|3|1|1|1|1",
    "4|3|1|2|20|2|1|1",
    "4|3|1|3",
    "4|3|1|5",
    "pay 30",
    "4|4|1|5|2|0201234567|2|1",
    "4|4|1|5|1|1",
    "4|4|2|1",
    "4|4|3|2",
    "4|4|5|1",
    "4|4|5|2|1|2",
    "4|4|5|2|1|3",
    "4|4|5|3",
    "5|1",
    "5|2|1|{pin}|2345",
    "5|2|2",
    "5|3",
    "5|4",
    "5|5|1|2",
    "5|5|1|3",
    "5|5|1|4|ama.mensah@makola.test|{pin}",
    "5|5|2|1",
    "5|5|3|1",
    "5|5|4|1",
    "5|5|5",
    "2|1|!leave",
]
# Somebody with much on the card: a deposit is paid, and the order called off.
OF_ONE_WHO_OWES = ["item {on_terms}|1|1|2|1|3|1|1|1|{pin}", "4|3|4", "4|3|4|1"]
# Somebody whom nobody knows. What a channel asks besides is in `PROOFS`.
OF_A_GUEST = ["5|5|3|2", "5|1{before}|Ama Mensah{after}|{pin}"]
# Who signed out of a number that has an account; whose number an account states; who may be another one by now.
OF_ONE_SIGNED_OUT = ["5|5|5|1|5|1"]
OF_ONE_CLAIMED = ["5|1{before}"]
OF_ONE_IN_DOUBT = ["4{before}"]
OF_ONE_FLAGGED = ["4"]
# What a channel asks before the name, and after it.
PROOFS = {"telegram": ("|!contact", ""), "sms": ("", "|!code"), "ussd": ("", "")}

# Screens that are never shown.
NEVER_SHOWN = {
    "bills.repeat": "leads on to what was bought last, or back",
    "coupon.taken": "leads on to the cart",
    "buying.wanted": "leads on to what is still to be asked of a sentence",
}
# Screens that a channel has no use for.
NOT_ON = {
    "ussd": {"signup.contact": "the network says the number", "signup.code": "and vouches for it"},
    "sms": {"signup.contact": "the network says the number"},
    "telegram": {"signup.code": "a shared number is proven"},
}


def steps(way: str, **known: object) -> Iterator[str]:
    """What is typed, step by step; `!contact` shares the number, `!code` is the last one-time code, `!leave` goes away
    and comes back.
    """
    yield from way.format(**known).split("|")
