"""What somebody means who writes no command: slips, plain sentences, references."""
