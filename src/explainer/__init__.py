"""How ketamine works, explained by models that move."""
