"""The worker brings deliveries about.

`deliverer` claims and sends them. It asks `reaching` where somebody is, `places` whether there is room there, and
`alive` whether it is still taken for alive; `settling` writes down what came of it.
"""
