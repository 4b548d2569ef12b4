//! Decides what the functions of lists, sets, maps, tuples and objects give; each file one kind of question.

mod choose;
mod mapping;
mod search;
mod sequence;
mod sets;

use cairn_value::Type;

use super::{Function, Kind};

/// The functions of all files.
pub(super) const TABLES: [&[Function]; 5] = [
    choose::FUNCTIONS,
    mapping::FUNCTIONS,
    search::FUNCTIONS,
    sequence::FUNCTIONS,
    sets::FUNCTIONS,
];

const ANY: &Kind = &Kind::Any;

fn is_sequence(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
}
