"""The register of decisions (vedtak), and what becomes of them."""
