"""Travel suppliers: the port every supplier fills, and the suppliers that do."""
