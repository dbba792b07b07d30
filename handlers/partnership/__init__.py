"""The partnership (helsefellesskap) as its coordinator writes it down: who takes part, committees, the meeting plan."""
