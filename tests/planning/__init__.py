"""The year's meeting plan: checked, shown, stored."""
