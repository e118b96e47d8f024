"""Documents of coverage: what is refused, on which line, in which words."""
