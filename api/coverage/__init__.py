"""Policies tried at the faces: documents checked and decided in time, in a process of their own."""
