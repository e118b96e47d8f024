"""The access matrix: every route, asked by everybody."""
