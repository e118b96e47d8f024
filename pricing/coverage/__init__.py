"""Coverage: any travel policy as a document, decided to the cent, with the reason of every step."""
