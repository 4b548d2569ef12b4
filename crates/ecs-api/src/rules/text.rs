//! Single values that people write: names, descriptions, passwords, host names, tags, user data. The
//! functions serve resources of every kind; the table of RunInstances uses the tests beneath them.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::engine::generic;
use super::{Os, Profile, RuleContext};
use crate::error::ParamError;
use crate::names::Sequence;
use crate::types::Tag;

pub(super) const HTTP: &[&str] = &["http://", "https://"];

fn refused(
    parameter: &str,
    rule: &'static str,
    code: &'static str,
    message: impl Into<String>,
) -> ParamError {
    ParamError {
        parameter: parameter.to_owned(),
        rule,
        code,
        http: 400,
        message: message.into(),
    }
}

/// A RunInstances parameter's own rules, under the name that the caller has for it.
fn by_table(
    parameter: &str,
    table_parameter: &str,
    value: &str,
    profile: Profile,
    os: Option<Os>,
) -> Result<(), ParamError> {
    let context = RuleContext {
        profile,
        now: None,
        os,
    };
    match super::check_value(table_parameter, value, &context)
        .into_iter()
        .next()
    {
        None => Ok(()),
        Some(error) => Err(ParamError {
            parameter: parameter.to_owned(),
            ..error
        }),
    }
}

/// An instance's name, or a pattern for sequential ones.
///
/// # Errors
/// The first rule that is broken.
pub fn instance_name(parameter: &str, value: &str, profile: Profile) -> Result<(), ParamError> {
    by_table(parameter, "InstanceName", value, profile, None)
}

/// An instance's description.
///
/// # Errors
/// The first rule that is broken.
pub fn description(parameter: &str, value: &str, profile: Profile) -> Result<(), ParamError> {
    by_table(parameter, "Description", value, profile, None)
}

/// A host name, of a known or unknown system.
///
/// # Errors
/// The first rule that is broken.
pub fn host_name(
    parameter: &str,
    value: &str,
    os: Option<Os>,
    profile: Profile,
) -> Result<(), ParamError> {
    by_table(parameter, "HostName", value, profile, os)
}

/// A password. The message never holds it.
///
/// # Errors
/// The first rule that is broken.
pub fn password(
    parameter: &str,
    value: &str,
    os: Option<Os>,
    profile: Profile,
) -> Result<(), ParamError> {
    by_table(parameter, "Password", value, profile, os)
}

/// A disk's name.
///
/// # Errors
/// The first rule that is broken.
pub fn disk_name(parameter: &str, value: &str, profile: Profile) -> Result<(), ParamError> {
    by_table(parameter, "SystemDisk.DiskName", value, profile, None)
}

/// A disk's description.
///
/// # Errors
/// The first rule that is broken.
pub fn disk_description(parameter: &str, value: &str, profile: Profile) -> Result<(), ParamError> {
    by_table(parameter, "SystemDisk.Description", value, profile, None)
}

/// User data in Base64.
///
/// # Errors
/// The first rule that is broken.
pub fn user_data(parameter: &str, value: &str, profile: Profile) -> Result<(), ParamError> {
    by_table(parameter, "UserData", value, profile, None)
}

/// A client token.
///
/// # Errors
/// The first rule that is broken.
pub fn client_token(parameter: &str, value: &str) -> Result<(), ParamError> {
    by_table(parameter, "ClientToken", value, Profile::Current, None)
}

/// A tag's key.
///
/// # Errors
/// The first rule that is broken.
pub fn tag_key(parameter: &str, value: &str, profile: Profile) -> Result<(), ParamError> {
    by_table(parameter, "Tag.n.Key", value, profile, None)
}

/// A tag's value.
///
/// # Errors
/// The first rule that is broken.
pub fn tag_value(parameter: &str, value: &str, profile: Profile) -> Result<(), ParamError> {
    by_table(parameter, "Tag.n.Value", value, profile, None)
}

/// All tags of a request: their number, each key and value, no key twice. The parameters are called
/// `Tag.1.Key` and so on.
pub fn check_tags(tags: &[Tag], profile: Profile) -> Vec<ParamError> {
    let mut errors = Vec::new();
    if tags.len() > 20 {
        errors.push(refused(
            "Tag.21.Key",
            "tag-count",
            "InvalidTagCount",
            format!(
                "There must be at most 20 tags, and there are {}.",
                tags.len()
            ),
        ));
    }
    let mut seen = BTreeSet::new();
    for (index, tag) in tags.iter().enumerate() {
        let (key, value) = (
            format!("Tag.{}.Key", index + 1),
            format!("Tag.{}.Value", index + 1),
        );
        errors.extend(tag_key(&key, &tag.key, profile).err());
        errors.extend(tag_value(&value, &tag.value, profile).err());
        if !seen.insert(tag.key.as_str()) {
            errors.push(refused(
                &key,
                "tag-key-unique",
                "Duplicate.TagKey",
                "Every tag key must occur once.",
            ));
        }
    }
    errors
}

fn plain_text(
    parameter: &str,
    value: &str,
    range: (usize, usize),
    code: &'static str,
) -> Result<(), ParamError> {
    let (min, max) = range;
    if !(min..=max).contains(&value.chars().count()) {
        return Err(refused(
            parameter,
            "length",
            code,
            format!("It must be {min} to {max} characters long."),
        ));
    }
    if HTTP.iter().any(|prefix| value.starts_with(prefix)) {
        return Err(refused(
            parameter,
            "prefix",
            code,
            "It must not begin with http:// or https://.",
        ));
    }
    Ok(())
}

/// The name of a VPC or vSwitch.
///
/// # Errors
/// Length or prefix.
pub fn vpc_name(parameter: &str, value: &str) -> Result<(), ParamError> {
    let code = match generic(parameter).as_str() {
        "VSwitchName" => "InvalidVSwitchName.Malformed",
        _ => "InvalidVpcName.Malformed",
    };
    plain_text(parameter, value, (1, 128), code)
}

/// The description of a VPC or vSwitch.
///
/// # Errors
/// Length or prefix.
pub fn vpc_description(parameter: &str, value: &str) -> Result<(), ParamError> {
    plain_text(parameter, value, (1, 256), "InvalidDescription.Malformed")
}

/// The name of a security group.
///
/// # Errors
/// Length, prefix, or a first character that is no letter.
pub fn security_group_name(parameter: &str, value: &str) -> Result<(), ParamError> {
    const CODE: &str = "InvalidSecurityGroupName.Malformed";
    plain_text(parameter, value, (2, 128), CODE)?;
    if value.chars().next().is_some_and(char::is_alphabetic) {
        Ok(())
    } else {
        Err(refused(
            parameter,
            "first-character",
            CODE,
            "It must begin with a letter.",
        ))
    }
}

/// A letter as the profile has it: English and Chinese in 2019, of any script today.
fn is_letter(character: char, profile: Profile) -> bool {
    match profile {
        Profile::Reference2019 => {
            character.is_ascii_alphabetic() || ('\u{4e00}'..='\u{9fff}').contains(&character)
        }
        Profile::Current => character.is_alphabetic(),
    }
}

fn is_digit(character: char, profile: Profile) -> bool {
    match profile {
        Profile::Reference2019 => character.is_ascii_digit(),
        Profile::Current => character.is_numeric(),
    }
}

/// The name without its number, if the profile has sequential names and it is one.
fn without_number(name: &str, profile: Profile) -> String {
    match Sequence::parse(name) {
        Some(sequence) if profile == Profile::Current => {
            format!("{}0{}", sequence.prefix, sequence.suffix)
        }
        _ => name.to_owned(),
    }
}

/// The length of a name: of a pattern, that of the names it makes.
pub(super) fn has_name_length(name: &str, context: &RuleContext) -> bool {
    let length = match Sequence::parse(name) {
        Some(sequence) if context.profile == Profile::Current => sequence.name(0).chars().count(),
        _ => name.chars().count(),
    };
    (2..=128).contains(&length)
}

pub(super) fn begins_with_letter(name: &str, context: &RuleContext) -> bool {
    name.chars()
        .next()
        .is_none_or(|first| is_letter(first, context.profile))
}

fn has_only(name: &str, marks: &str, profile: Profile) -> bool {
    name.chars().all(|character| {
        is_letter(character, profile) || is_digit(character, profile) || marks.contains(character)
    })
}

pub(super) fn has_instance_name_characters(name: &str, context: &RuleContext) -> bool {
    has_only(
        &without_number(name, context.profile),
        ".:_-",
        context.profile,
    )
}

pub(super) fn has_disk_name_characters(name: &str, context: &RuleContext) -> bool {
    let marks = match context.profile {
        Profile::Reference2019 => ":_-",
        Profile::Current => ".:_-",
    };
    has_only(name, marks, context.profile)
}

/// Stands for the id where a host name has the placeholder of the documents.
const INSTANCE_ID: &str = "${instance_id}";

fn real_host_name(name: &str, profile: Profile) -> String {
    match (profile, Sequence::parse(name)) {
        (Profile::Reference2019, _) => name.to_owned(),
        (Profile::Current, Some(sequence)) => sequence.name(0),
        (Profile::Current, None) => name.replace(INSTANCE_ID, "i-0"),
    }
}

pub(super) fn has_host_name_length(name: &str, context: &RuleContext) -> bool {
    let max = match (context.os, context.profile) {
        (Some(Os::Windows), _) => 15,
        (_, Profile::Reference2019) => 128,
        (_, Profile::Current) => 64,
    };
    (2..=max).contains(&real_host_name(name, context.profile).chars().count())
}

pub(super) fn has_host_name_characters(name: &str, context: &RuleContext) -> bool {
    let period = context.os != Some(Os::Windows) || context.profile == Profile::Reference2019;
    real_host_name(name, context.profile)
        .chars()
        .all(|character| {
            character.is_ascii_alphanumeric() || character == '-' || (character == '.' && period)
        })
}

pub(super) fn has_host_name_form(name: &str, context: &RuleContext) -> bool {
    let name = real_host_name(name, context.profile);
    let bytes = name.as_bytes();
    let mark = |byte: &u8| matches!(byte, b'.' | b'-');
    let digits_only = bytes.iter().all(u8::is_ascii_digit);
    let outer = bytes.first().is_some_and(mark) || bytes.last().is_some_and(mark);
    let row = bytes
        .windows(2)
        .any(|pair| mark(&pair[0]) && mark(&pair[1]));
    let forbidden_digits = context.os == Some(Os::Windows) && digits_only;
    !(outer || row || forbidden_digits)
}

fn is_password_mark(character: char, profile: Profile) -> bool {
    "()`~!@#$%^&*-+=|{}[]:;'<>,.?/".contains(character)
        || (profile == Profile::Current && "_\\\"".contains(character))
}

pub(super) fn has_password_characters(password: &str, context: &RuleContext) -> bool {
    password.chars().all(|character| {
        character.is_ascii_alphanumeric() || is_password_mark(character, context.profile)
    })
}

pub(super) fn has_password_classes(password: &str, context: &RuleContext) -> bool {
    let has = |class: fn(&char) -> bool| password.chars().any(|character| class(&character));
    let upper = has(char::is_ascii_uppercase);
    let lower = has(char::is_ascii_lowercase);
    let digit = has(char::is_ascii_digit);
    let mark = password
        .chars()
        .any(|character| is_password_mark(character, context.profile));
    match context.profile {
        Profile::Reference2019 => upper && lower && digit,
        Profile::Current => {
            [upper, lower, digit, mark]
                .iter()
                .filter(|class| **class)
                .count()
                >= 3
        }
    }
}

pub(super) fn has_no_windows_slash(password: &str, context: &RuleContext) -> bool {
    context.os != Some(Os::Windows) || !password.starts_with('/')
}

pub(super) fn is_base64(text: &str, _: &RuleContext) -> bool {
    BASE64.decode(text).is_ok()
}

pub(super) fn has_user_data_size(text: &str, context: &RuleContext) -> bool {
    let max = match context.profile {
        Profile::Reference2019 => 16 * 1024,
        Profile::Current => 32 * 1024,
    };
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    (text.len() - padding) * 3 / 4 <= max
}

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
