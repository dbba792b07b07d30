"""What is looked at in a meeting plan before it is stored, and afterwards: pure rules, each finding one sentence."""
