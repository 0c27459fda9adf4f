"""What the holder of a receipt can prove with it: the codes, what checks them, and the program that needs nobody."""
