"""A difference for people and for machines: what is said of it, and the forms in which that is printed. Decides
nothing."""
