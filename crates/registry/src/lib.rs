//! Lists the tags of an image in an OCI registry.
