"""Any travel policy, decided to the cent."""
