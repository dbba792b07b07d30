"""When and where a meeting is, said by whoever plans it: moved, cancelled, held after all, or made."""
