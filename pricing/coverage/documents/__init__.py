"""The documents of coverage as they are written, and every fault in them with its line."""
