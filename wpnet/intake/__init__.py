"""The way of files into the raw folder: checked one by one or by the hundred, added if sound."""
