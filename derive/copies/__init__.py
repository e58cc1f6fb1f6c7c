"""Making the sheets and keys of a class: who gets which copy, the files, and the answers of all."""
