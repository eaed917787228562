"""What is shown: one module and one picture of the same name for each idea."""
