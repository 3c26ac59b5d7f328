//! Did a change of the code make anything slower?
//!
//! Base and head are built: two builds of `breakeven` from one source folder ([`revision`], [`build`]), or two checkouts of
//! any other project ([`project`]). Three workers of equal standing are started
//! on one processor, of the base, of the base again (the A/A control) and of the head, and are visited in turns
//! ([`pairing`]). A first stage screens all rows, and a second one with new processes decides on what the first
//! suspected ([`judge`]). What comes of it is a [`judgement`], also for CI servers ([`junit`]). docs/gate.md has the
//! method.

pub mod build;
pub mod confirmation;
pub mod environment;
pub mod error;
pub mod gate;
pub mod instructions;
pub mod judge;
pub mod judgement;
pub mod junit;
pub mod lock;
pub mod pairing;
pub mod project;
pub mod revision;
pub mod roster;
pub mod rows;
pub mod samples;
pub mod side;
pub mod workers;
