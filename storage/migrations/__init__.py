"""The database's history, one file per change, named `NNNN_what_it_does.py`; never changed once it is released.

There is no way back by program: a database from before a change is in the backup from before it.
"""
