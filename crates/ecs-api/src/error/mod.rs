//! What can go wrong: a parameter that breaks a documented rule before anything is sent, and an
//! error answer of the service with its class and whether asking again makes sense. It does not
//! wait or retry, and it knows no attribute of any configuration.

mod class;
mod rows;
mod table;

use serde::{Deserialize, Serialize};

pub use class::{ErrorClass, RetryAdvice};
pub use rows::{COMMON_ERRORS, RUN_INSTANCES_ERRORS};
pub use table::ErrorRow;

/// An error answer, as its JSON body has it, with the HTTP status beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "PascalCase", default)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The HTTP status; not part of the body.
    #[serde(skip)]
    pub status: u16,
    /// The service's id of the request.
    pub request_id: String,
    /// The host that answered.
    pub host_id: String,
    /// The error code, such as `InvalidInstanceType.ValueNotSupported`.
    pub code: String,
    /// The service's own words.
    pub message: String,
    /// A link to the service's error page.
    pub recommend: String,
}

impl ApiError {
    /// An error with a message of its own.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            ..Self::default()
        }
    }

    /// The error of a table row, in the service's words.
    pub fn from_row(row: &ErrorRow) -> Self {
        Self::new(row.http, row.code, row.message)
    }

    /// The error of a code that is in the tables, in the service's words; of several rows the
    /// first. `None` for an unknown code.
    pub fn known(code: &str) -> Option<Self> {
        ErrorRow::of_code(code).next().map(Self::from_row)
    }

    /// Reads an error body. Whatever comes (HTML of a gateway, XML, nothing), the answer has a
    /// code: that of the body, else one made of the HTTP status (`HTTP502`).
    pub fn from_body(status: u16, body: &[u8]) -> Self {
        let json: Option<Self> = crate::operation::drop_nulls_and_parse(body);
        let mut error = json
            .filter(|error| !error.code.is_empty())
            .unwrap_or_else(|| {
                let text = String::from_utf8_lossy(body);
                let element = |name: &str| {
                    let (_, rest) = text.split_once(&format!("<{name}>"))?;
                    let (value, _) = rest.split_once(&format!("</{name}>"))?;
                    Some(value.to_owned())
                };
                match element("Code") {
                    Some(code) if !code.is_empty() => Self {
                        code,
                        message: element("Message").unwrap_or_default(),
                        request_id: element("RequestId").unwrap_or_default(),
                        host_id: element("HostId").unwrap_or_default(),
                        ..Self::default()
                    },
                    _ => Self {
                        code: format!("HTTP{status}"),
                        message: "The answer is not an error body of the service.".to_owned(),
                        ..Self::default()
                    },
                }
            });
        error.status = status;
        error
    }

    /// The JSON body.
    pub fn to_body(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a struct of strings is always JSON")
    }

    /// The row of the tables that describes this error, by code, status and message.
    pub fn row(&self) -> Option<&'static ErrorRow> {
        ErrorRow::find(&self.code, self.status, &self.message)
    }

    /// What kind of trouble it is; codes beyond the tables by their form and status.
    pub fn class(&self) -> ErrorClass {
        self.row().map_or_else(
            || class::class_beyond(&self.code, self.status),
            |row| row.class,
        )
    }

    /// Whether asking again makes sense, and how.
    pub fn retry(&self) -> RetryAdvice {
        self.row().map_or_else(
            || class::retry_beyond(&self.code, self.status),
            |row| row.retry,
        )
    }

    /// The parameters that the error is about, such as `DataDisk.n.Size`; empty if none is known.
    pub fn parameters(&self) -> &'static [&'static str] {
        self.row().map_or(&[], |row| row.parameters)
    }

    /// The parameter that the message itself names, as in `The input parameter "VSwitchId" that is
    /// mandatory …` or `The specified parameter Amount is not valid.`
    pub fn named_parameter(&self) -> Option<&str> {
        let mut words = self.message.split_whitespace().map(|word| {
            word.trim_matches(|mark: char| !(mark.is_ascii_alphanumeric() || mark == '.'))
                .trim_end_matches('.')
        });
        words.find(|word| word.eq_ignore_ascii_case("parameter"))?;
        words
            .next()
            .filter(|word| word.starts_with(|first: char| first.is_ascii_uppercase()))
    }

    /// The parameter that the code itself names, as in `InvalidParameter.HostName` or `InvalidHostName.Malformed`. It need not
    /// be one: `InvalidParameter.Conflict` names none.
    pub fn parameter_of_code(&self) -> Option<&str> {
        let named = self
            .code
            .strip_prefix("InvalidParameter.")
            .or_else(|| self.code.strip_prefix("MissingParameter."))
            .or_else(|| self.code.strip_prefix("Invalid")?.split('.').next());
        named.filter(|name| {
            name.starts_with(|first: char| first.is_ascii_uppercase()) && *name != "Parameter"
        })
    }

    /// The parameters that the error is about: those of its row, else the one that its message or its code names.
    pub fn concerned_parameters(&self) -> Vec<String> {
        let known = self.parameters();
        if known.is_empty() {
            let named = self.named_parameter().into_iter();
            named
                .chain(self.parameter_of_code())
                .map(str::to_owned)
                .collect()
        } else {
            known.iter().map(|name| (*name).to_owned()).collect()
        }
    }

    /// Whether it says that the thing asked about does not exist.
    pub fn is_not_found(&self) -> bool {
        self.code.ends_with(".NotFound")
            || self.code.ends_with(".Notfound")
            || self.code == "NotFound"
            || self.code == "InvalidSecurityGroupId"
            || self.code == "Forbidden.InstanceNotFound"
    }

    /// Whether it is the answer to a dry run that would have passed.
    pub fn is_dry_run_pass(&self) -> bool {
        self.code == "DryRunOperation"
    }

    /// Whether the client token cannot be used any more: the request it stood for has failed.
    pub fn is_token_spent(&self) -> bool {
        self.code == "IdempotentFailed"
    }

    /// Whether the first request with this client token is still being worked on.
    pub fn is_token_in_progress(&self) -> bool {
        matches!(
            self.code.as_str(),
            "IdempotentProcessing"
                | "LastTokenProcessing"
                | "Idempotence.Processing"
                | "OperationFailed.IdempotentTokenProcessing"
                | "OperationFailed.LastTokenProcessing"
        )
    }
}

/// A parameter that breaks a documented rule of a single request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {message}")]
pub struct ParamError {
    /// The parameter's full name, such as `DataDisk.2.Size`.
    pub parameter: String,
    /// The rule, in kebab-case, such as `data-disk-size`; stable.
    pub rule: &'static str,
    /// The code with which the service refuses it.
    pub code: &'static str,
    /// The HTTP status of that answer.
    pub http: u16,
    /// What is allowed, in plain words: a sentence without the parameter's name, and without the
    /// value if that is a secret.
    pub message: String,
}

impl ParamError {
    /// A required parameter that was not given. A Rust field name is turned into a wire name.
    pub fn missing(parameter: &str) -> Self {
        let parameter = if parameter.starts_with(|first: char| first.is_ascii_lowercase()) {
            pascal_case(parameter)
        } else {
            parameter.to_owned()
        };
        Self {
            parameter,
            rule: "required",
            code: "MissingParameter",
            http: 400,
            message: "It is required and was not given.".to_owned(),
        }
    }

    /// The answer with which a server refuses the request.
    pub fn to_api_error(&self) -> ApiError {
        if self.code == "MissingParameter" {
            return ApiError::new(
                self.http,
                self.code,
                format!(
                    "The input parameter \"{}\" that is mandatory for processing this request is not supplied.",
                    self.parameter
                ),
            );
        }
        let message = ErrorRow::of_code(self.code)
            .find(|row| row.http == self.http && row.concerns(&self.parameter))
            .or_else(|| ErrorRow::of_code(self.code).find(|row| row.http == self.http))
            .map_or_else(
                || format!("The specified parameter {} is not valid.", self.parameter),
                |row| row.message.to_owned(),
            );
        ApiError::new(self.http, self.code, message)
    }
}

fn pascal_case(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    let mut upper = true;
    for character in field.chars() {
        if character == '_' {
            upper = true;
        } else if upper {
            name.push(character.to_ascii_uppercase());
            upper = false;
        } else {
            name.push(character);
        }
    }
    name
}

#[cfg(test)]
mod tests;
