"""Hospital price files measured: how fast they are imported and asked, in how much memory."""
