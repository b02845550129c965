//! The Kolada API: what is public, to anybody, in the forms that Kolada's clients read.

mod calls;
mod catalogue;
mod clients;
mod contracts;
mod publishing;
mod world;
