"""What `./run bench` measures; never a timed test."""
