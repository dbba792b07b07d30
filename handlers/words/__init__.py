"""Norwegian words as people search for them: inflections, Bokmål and Nynorsk, compounds. Pure."""
