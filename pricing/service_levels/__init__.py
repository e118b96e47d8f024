"""Coverage: policy documents in, a decision for every line out, to the cent and with reasons."""
