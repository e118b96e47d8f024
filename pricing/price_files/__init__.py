"""Hospital price files: read as they come, kept as one Parquet dataset each, asked for evidence."""
