"""What is done to the service as a whole, or to everything about one person."""
