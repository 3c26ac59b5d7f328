//! Is every structure of this crate right, on everything that is hard for one?

mod cliffs;
mod integers;
mod joined;
mod moments;
mod series;
mod sliding;
