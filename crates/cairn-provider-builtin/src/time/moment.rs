//! Decides what the types about moments have in common: the attributes that spell a moment out, and their checks.

use cairn_model::AttributeSchema;
use cairn_provider::Problem;
use cairn_value::{Name, Object, Path, Type, Value};

use super::calendar::Moment;
use crate::kit::{computed, is_set, text, whole, wrong};

/// The parts of a moment.
const PARTS: [(&str, &str); 7] = [
    ("year", "The moment's year."),
    ("month", "The moment's month, from 1."),
    ("day", "The moment's day of the month."),
    ("hour", "The moment's hour."),
    ("minute", "The moment's minute."),
    ("second", "The moment's second."),
    ("unix", "The moment in seconds since 1970-01-01T00:00:00Z."),
];

/// Their attributes.
pub(super) fn parts() -> Vec<(Name, AttributeSchema)> {
    PARTS
        .map(|(n, about)| computed(n, Type::Number, about))
        .into()
}

/// Says that the parts are not known yet.
pub(super) fn open_parts(object: &mut Object) {
    for (n, _) in PARTS {
        object.set(n, Value::unknown_not_null(Type::Number));
    }
}

/// Spells a moment out.
pub(super) fn set_parts(object: &mut Object, moment: Moment) {
    let c = moment.civil();
    let parts = [
        c.year,
        c.month,
        c.day,
        c.hour,
        c.minute,
        c.second,
        moment.unix,
    ];
    for ((n, _), part) in PARTS.into_iter().zip(parts) {
        object.set(n, Value::int(part));
    }
}

/// A moment as a value.
pub(super) fn value(moment: Moment) -> Value {
    Value::string(moment.rfc3339())
}

/// The moment that an attribute says.
pub(super) fn of(object: &Object, n: &str) -> Option<Moment> {
    Moment::parse(text(object, n)?)
}

/// Checks that an attribute says a moment.
pub(super) fn check(config: &Object, n: &str) -> Option<Problem> {
    let given = text(config, n)?;
    Moment::parse(given).is_none().then(|| {
        wrong(
            n,
            format!("The attribute {n} must be a moment as RFC 3339 has it, such as 2020-02-12T06:36:13Z, but it is {given:?}."),
        )
    })
}

/// Checks that one of the attributes is set.
pub(super) fn check_any(config: &Object, names: &[&str]) -> Option<Problem> {
    (!names.iter().any(|n| is_set(config, n))).then(|| {
        Problem::error(
            "missing-attribute",
            "Missing attribute",
            format!("At least one of {} must be set.", names.join(", ")),
        )
    })
}

/// The moment that lies apart from a base by the attributes `<prefix>_days` and so on. They do not add up: where several are
/// set, years count before seconds, these before months, minutes, hours and days, as in HashiCorp's provider.
///
/// # Errors
/// The attribute that leads beyond the year 9999.
pub(super) fn apart(
    object: &Object,
    prefix: &str,
    base: Moment,
) -> Result<Option<Moment>, Problem> {
    for unit in ["years", "seconds", "months", "minutes", "hours", "days"] {
        let attribute = format!("{prefix}_{unit}");
        let Some(n) = whole(object, &attribute).filter(|n| *n != 0) else {
            continue;
        };
        let seconds = |each: i64| n.checked_mul(each).and_then(|s| base.plus_seconds(s));
        let moved = match unit {
            "years" => base.plus_date(n, 0, 0),
            "months" => base.plus_date(0, n, 0),
            "days" => base.plus_date(0, 0, n),
            "hours" => seconds(3600),
            "minutes" => seconds(60),
            _ => seconds(1),
        };
        return moved.map(Some).ok_or_else(|| {
            Problem::error(
                "moment-out-of-range",
                "Moment out of range",
                format!(
                    "{attribute} = {n} leads from {} to a year before 0 or after 9999.",
                    base.rfc3339()
                ),
            )
            .at(Path::attr(attribute))
        });
    }
    Ok(None)
}
