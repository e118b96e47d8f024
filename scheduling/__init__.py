"""Putting it on one timeline: slots, visits, itineraries, and the search for the best plan.

The third floor: it imports logistics and pricing. Its optimizer imports nothing of ours.
"""
