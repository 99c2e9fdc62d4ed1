//! Keeps the image references in a Git repository up to date.
