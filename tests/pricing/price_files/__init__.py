"""Price files of made-up hospitals: read in every shape, kept, flagged and asked."""
