"""The itinerary in other people's calendar programs."""
