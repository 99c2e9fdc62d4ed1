//! Reads the objects of Flux and Fleet that describe image updates.
