//! Decides what a client token means: the first answer again for the same request, a refusal for
//! another one, a refusal for one that has failed, and nothing once all that it made is gone. Which actions take a token is decided by
//! `ecs-api`. Tokens count per action and region; how long the service keeps them is documented
//! nowhere, here it is a day.

use ecs_api::{ApiError, Operation, to_params};

use crate::ids::hash;
use crate::refuse;
use crate::time::Moment;
use crate::world::{Context, Outcome, Token, World};

const KEPT_MS: i64 = 24 * 3600 * 1000;

/// Actions that are safe to repeat by nature, and take a token all the same.
const ALSO_TAKE_TOKENS: [&str; 4] = [
    "DeleteInstances",
    "DeleteVpc",
    "RevokeSecurityGroup",
    "RevokeSecurityGroupEgress",
];

/// A request that carries a token.
#[derive(Debug)]
pub(crate) struct Ticket {
    id: String,
    digest: u64,
}

impl Ticket {
    /// The ticket of a request, if it has a token.
    pub(crate) fn of<O: Operation>(
        operation: &O,
        context: &Context,
        params: &[(String, String)],
    ) -> Option<Self> {
        let sent = || {
            let also = ALSO_TAKE_TOKENS.contains(&O::ACTION);
            params
                .iter()
                .find(|(name, _)| also && name == "ClientToken")
                .map(|(_, v)| v.as_str())
        };
        let token = operation
            .client_token()
            .or_else(sent)
            .filter(|token| !token.is_empty())?;
        let mut text = String::new();
        for (name, value) in to_params(operation) {
            if name != "ClientToken" {
                text.push_str(&name);
                text.push('\u{1}');
                text.push_str(&value);
                text.push('\u{2}');
            }
        }
        let id = format!("{} {} {token}", O::ACTION, context.region);
        Some(Self {
            id,
            digest: hash(&text),
        })
    }
}

impl World {
    /// The answer that the token has already got, as JSON; `None` when it is new.
    ///
    /// # Errors
    /// The token belongs to another request, or to one that failed.
    pub(crate) fn redeem(&self, ticket: &Ticket) -> Result<Option<String>, ApiError> {
        let Some(used) = self.tables.tokens.get(&ticket.id) else {
            return Ok(None);
        };
        if used.digest != ticket.digest {
            return Err(refuse::bad(
                "IdempotentParameterMismatch",
                "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical.",
            ));
        }
        match &used.outcome {
            // What it made has been deleted since: a script that is run again and again with the
            // same token in its text gets something new.
            Outcome::Done(answer) if self.is_all_gone(answer) => Ok(None),
            Outcome::Done(answer) => Ok(Some(answer.clone())),
            Outcome::Failed => Err(refuse::bad(
                "IdempotentFailed",
                "The request with this client token has failed. Use a new client token.",
            )),
        }
    }

    /// Whether an answer names things, and none of them exists any more.
    fn is_all_gone(&self, answer: &str) -> bool {
        let exists = |id: &str| {
            let tables = &self.tables;
            tables.instances.contains(id)
                || tables.vpcs.contains(id)
                || tables.vswitches.contains(id)
                || tables.security_groups.contains(id)
        };
        let mut named = answer
            .split('"')
            .filter(|text| {
                ["i-", "vpc-", "vsw-", "sg-"]
                    .iter()
                    .any(|p| text.starts_with(p))
            })
            .peekable();
        named.peek().is_some() && !named.any(exists)
    }

    /// Notes what the token got.
    pub(crate) fn spend(&mut self, ticket: Ticket, outcome: Outcome, now: Moment) {
        self.tables.tokens.insert(Token {
            id: ticket.id,
            digest: ticket.digest,
            used: now,
            outcome,
        });
    }

    /// Forgets tokens that are too old.
    pub(crate) fn forget_tokens(&mut self, now: Moment) {
        while let Some(oldest) = self.tables.tokens.oldest() {
            if now.as_millis() - oldest.used.as_millis() < KEPT_MS {
                break;
            }
            let id = oldest.id.clone();
            self.tables.tokens.remove(&id);
        }
    }
}
