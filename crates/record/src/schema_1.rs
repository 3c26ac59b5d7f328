//! How is a record of schema 1 read? It has the same shape as this version's, under some older words.

use serde_json::Value;

use crate::contender_id::{AA_CONTROL, REFERENCE};

/// The older schema.
pub(crate) const SCHEMA: &str = "breakeven.record/1";

/// The words of schema 1 for fields, and those of this version.
const FIELDS: [(&str, &str); 6] = [
    ("looks", "stages"),
    ("looked", "completed_stages"),
    ("times", "count"),
    ("ruler_loops", "reference_loops"),
    ("ruler_before_ns", "reference_before_ns"),
    ("ruler_after_ns", "reference_after_ns"),
];

/// The words of schema 1 for values, and those of this version.
const VALUES: [(&str, &str); 4] = [
    (SCHEMA, crate::SCHEMA),
    ("slow", "single_calls"),
    ("control/twin", AA_CONTROL),
    ("control/ruler", REFERENCE),
];

/// Gives every field and value of a record the word that this version has for it. What was measured stays as it is, and
/// so do texts for readers: the label and the command.
pub(crate) fn upgrade(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (old, new) in FIELDS {
                if let Some(moved) = fields.remove(old) {
                    fields.insert(new.to_owned(), moved);
                }
            }
            let is_coded = |name: &str| !matches!(name, "label" | "command" | "facts" | "context");
            fields.iter_mut().filter(|(name, _)| is_coded(name)).for_each(|(_, field)| upgrade(field));
        }
        Value::Array(items) => items.iter_mut().for_each(upgrade),
        Value::String(word) => {
            if let Some((_, new)) = VALUES.iter().find(|(old, _)| old == word) {
                *word = (*new).to_owned();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
