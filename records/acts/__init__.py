"""Acts on what is kept for the person. One file for each noun."""
