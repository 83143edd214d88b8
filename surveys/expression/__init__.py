"""One expression language, as XLSForm writes it: parsed once into a small closed tree, and total."""
