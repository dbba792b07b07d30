"""The year's meeting plan (møteplan): read from whatever it stands in, checked, shown, and stored."""
