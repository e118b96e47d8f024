"""The little language of policy documents."""
