"""What a facility and a payer agreed for care: terms as a document, priced on a claim to the cent.

A claim's lines are taken by terms in the order written (each line by one term), a term prices its
lines by a *rate* (a small tree: amounts, shares, schedules, lesser of …) followed by *steps*, and
the claim's own steps (stop-loss, floors, discounts) come last. Every amount is exact until the
document's rounding rule makes it whole minor units, and says how it came about.

Coordination of benefits and the calculation of a patient's share are no part of it: the share is
taken as the claim states it.
"""
