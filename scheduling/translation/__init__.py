"""The bridge to the optimizer: a supply written as a problem document, and a choice read back."""
