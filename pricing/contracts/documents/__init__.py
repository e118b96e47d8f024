"""Terms, claims and expected stays as they are written, and every fault in them with its line."""
