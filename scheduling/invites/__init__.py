"""The itinerary in the traveller's own calendar: iCalendar feeds, cancellations, time zones."""
