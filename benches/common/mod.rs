//! Inputs of the benches: the same in every run, on every machine, and for the Go peers.

// Each bench compiles this folder for itself and uses a part of it.
#![allow(dead_code)]

pub(crate) mod folder;
pub(crate) mod objects;
pub(crate) mod parser;
pub(crate) mod repository;
pub(crate) mod rng;
pub(crate) mod tags;
pub(crate) mod tree;
