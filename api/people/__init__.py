"""People: users of organisations, how they show who they are, and what lets them stay."""
