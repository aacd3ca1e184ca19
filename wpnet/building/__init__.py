"""A build, one city tree at a time: what is to do, who does it, what is kept, how tables grow."""
