"""Hospital price files: the machine-readable files of 45 CFR 180."""
