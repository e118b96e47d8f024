"""Documents in YAML as they are written: every value with its line, every fault with its place."""
