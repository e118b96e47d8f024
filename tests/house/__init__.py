"""The structure of the house: sizes, names, cleanliness, architecture, run script, wheel."""
