//! An OCI registry and Git servers for the tests of tagwright.
