"""The worker brings deliveries about: claimed and sent by `deliverer`, which asks `reaching` where somebody is, `places`
whether there is room there, `settling` to write down what came of it, and `alive` whether it is still taken for alive."""
