"""Before every request: who asks, what for, may they, and how much of the database they see."""
