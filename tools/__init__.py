"""What is run from the repository: fitting, tables of the READMEs, documentation, notebooks."""
