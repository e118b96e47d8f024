"""The case: who is ill, which service level applies, and what visit is wished for."""
