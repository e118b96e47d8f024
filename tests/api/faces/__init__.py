"""The faces: pages, REST and command line, through the application as a whole."""
