//! What the report says of records whose times are written down.

mod accuracy;
mod anatomy;
mod answer;
mod browser;
mod choice;
mod claims;
mod comparison;
mod elsewhere;
mod figures;
mod full;
mod golden;
mod history;
mod hostile;
mod json;
mod ladder;
mod made;
mod ownership;
mod page;
mod records;
mod repeated;
mod texts;
