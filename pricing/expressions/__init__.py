"""The little language of documents: words, tree, types, exact values, arithmetic as text."""
