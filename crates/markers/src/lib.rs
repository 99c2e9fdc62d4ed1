//! Finds marker comments in YAML and rewrites the marked scalars, byte for byte.
