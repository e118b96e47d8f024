"""The itinerary as drawing, PDF and JSON."""
