"""Slots, appointments, plans and itineraries in the database: values in, values out."""
