"""From values to the plain dicts that templates show."""
