"""Coverage policies and decisions."""
