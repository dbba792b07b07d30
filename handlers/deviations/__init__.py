"""Deviations (samhandlingsavvik): reported with `/avvik`, handled on the other side, answered, learnt from."""
