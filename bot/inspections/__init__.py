"""Is this diff good? One inspection a file; whatever stands here is found and asked by itself."""
