"""The little language of policy documents: words, tree, types, exact values, arithmetic as text."""
