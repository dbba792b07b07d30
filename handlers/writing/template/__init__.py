"""Word templates (maler): a committee's own document with fields in it, filled in.

A field is written `{{ utvalg }}`, a loop over rows of a table `{%tr for sak in saker %}` … `{%tr endfor %}`, each in a
row of its own, one over paragraphs with `p` instead of `tr`.

A template is a stranger's. It runs in Jinja's sandbox, and knows nothing but its fields, loops, conditions and a few
filters; `check` says in plain words what is wrong with one that cannot be used.
"""
