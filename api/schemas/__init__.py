"""What goes in and out as JSON: the models that check requests and describe answers."""
