"""The frozen itinerary on paper and screen: words, timeline, route map, PDF and JSON.

Each module turns an ``Itinerary`` into one form and adds nothing to it.
"""
