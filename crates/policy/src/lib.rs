//! Selects one image tag by policy, as Flux and Fleet do, and says why.
