"""The faces of what care costs."""
