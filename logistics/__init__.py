"""The case, the people, how to get there and where to sleep.

The second floor: places, people, facilities, offers and their suppliers. It imports pricing only.
"""
