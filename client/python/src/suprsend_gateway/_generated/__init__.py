"""Made by generate.sh; not for direct use."""
