//! Changes files in a remote Git repository without a clone.
