"""The cases, facilities and specialists in the database: values in, values out, rows never."""
