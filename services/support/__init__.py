"""Handing over to a person of staff: the customer writes, staff read and answer, in one thread."""
