//! Objects as YAML, in the form in which Flux's own tools print them.

mod ambiguous;
mod duration;
mod emit;
mod fleet;
mod flux;
mod order;
mod receiver;
mod scalar;
mod secret;
mod tree;

use emit::document;
