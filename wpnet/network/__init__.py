"""What the field asks of a network of duties, beside what plain networkx answers."""
