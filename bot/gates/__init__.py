"""May the story go on? One gate a file; each answers Pass, Wait or Block with a whole sentence."""
