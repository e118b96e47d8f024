"""The optimizer: from a problem document to the plan proven best; it imports nothing of ours.

Reading order: problem, choice, check, rules, costs, solve. docs/optimizer.md has words and proofs.
"""
