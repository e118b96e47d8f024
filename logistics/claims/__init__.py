"""Claims: what a member spent, under which policy it is decided, and what is still missing."""
