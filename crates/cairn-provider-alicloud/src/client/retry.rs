//! Decides whether a request is sent again, when, and whether with a new client token: pure, so that it can be tested without
//! waiting. Which class an error is of is decided in `ecs-api`.

use std::time::Duration;

use cairn_provider::Problem;
use ecs_api::{ApiError, ErrorClass, Retry, RetryAdvice};

/// What a request may cost before it is given up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// How long an error that passes by itself is waited out, from the first attempt.
    pub(crate) patience: Duration,
    /// How often a request is sent again after a failure of service or connection, or when throttled.
    pub(crate) attempts: u32,
    /// The first pause; each further one is twice as long.
    pub(crate) first_pause: Duration,
    /// The longest pause.
    pub(crate) longest_pause: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(300),
            attempts: 10,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
        }
    }
}

/// How an attempt failed.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The service answered with an error, and perhaps with how long to wait.
    Refused(Box<ApiError>, Option<Duration>),
    /// The request certainly never arrived.
    NotSent(String),
    /// It was sent, and what became of it is unknown.
    Lost(String),
    /// It was not sent, since there are no keys to sign it with.
    NoKeys(Box<Problem>),
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Send the same again after a pause.
    Same(Duration),
    /// Send it again after a pause, with a new client token: the old one stands for a request that has failed.
    NewToken(Duration),
    /// Give up.
    GiveUp,
}

/// Decides after the `attempt`-th attempt (from 1), `elapsed` after the first one. `jitter` is between 0 and 1.
pub(crate) fn decide(
    policy: &Policy,
    retry: Retry,
    failure: &Failure,
    attempt: u32,
    elapsed: Duration,
    jitter: f64,
) -> Decision {
    if elapsed >= policy.patience {
        return Decision::GiveUp;
    }
    let backoff = || {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1).min(16));
        let full = policy
            .first_pause
            .saturating_mul(factor)
            .min(policy.longest_pause);
        // Half of the pause is certain, half is chance: many clients do not come back at one time.
        full.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    };
    match failure {
        Failure::NotSent(_) if attempt < policy.attempts.min(5) => Decision::Same(backoff()),
        Failure::Lost(_) if retry != Retry::Never && attempt < policy.attempts.min(6) => {
            Decision::Same(backoff())
        }
        Failure::NotSent(_) | Failure::Lost(_) | Failure::NoKeys(_) => Decision::GiveUp,
        Failure::Refused(error, wait) => {
            let pause = |own: Duration| wait.map_or(own, |w| w.min(Duration::from_secs(60)));
            if error.is_token_in_progress() {
                return Decision::Same(pause(Duration::from_secs(1).mul_f64(1.0 + jitter)));
            }
            if error.is_token_spent() && attempt < policy.attempts {
                return Decision::NewToken(pause(backoff()));
            }
            match error.retry() {
                RetryAdvice::Backoff if attempt < policy.attempts => match error.class() {
                    // It was turned away before it was looked at; or it may have been done.
                    ErrorClass::Throttling => Decision::Same(pause(backoff())),
                    _ if retry == Retry::Never && error.status >= 500 => Decision::GiveUp,
                    _ => Decision::Same(pause(backoff())),
                },
                // A dependency goes when its holder goes: how long to wait for that is the caller's to say.
                // Another creation that is under way holds nothing.
                RetryAdvice::WaitThenRetry
                    if error.class() == ErrorClass::TransientRetry
                        || error.code == "OperationDenied" =>
                {
                    Decision::NewToken(pause(
                        Duration::from_millis(500 * u64::from(attempt.min(8)))
                            .mul_f64(1.0 + jitter / 2.0),
                    ))
                }
                _ => Decision::GiveUp,
            }
        }
    }
}

/// The client token of a further attempt: the base with the attempt's number, within the 64 characters that tokens may have.
pub(crate) fn token_for(base: &str, generation: u32) -> String {
    if generation == 0 {
        return base.to_owned();
    }
    let suffix = format!("-{generation}");
    let keep = 64 - suffix.len();
    format!("{}{suffix}", &base[..base.len().min(keep)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(retry: Retry, failure: &Failure, attempt: u32) -> Decision {
        decide(
            &Policy::default(),
            retry,
            failure,
            attempt,
            Duration::ZERO,
            1.0,
        )
    }

    fn refused(status: u16, code: &str) -> Failure {
        Failure::Refused(Box::new(ApiError::new(status, code, "")), None)
    }

    #[test]
    fn a_lost_answer_is_asked_for_again_only_where_that_is_safe() {
        let lost = Failure::Lost("reset".to_owned());
        assert!(matches!(judge(Retry::ByToken, &lost, 1), Decision::Same(_)));
        assert!(matches!(
            judge(Retry::ByNature, &lost, 1),
            Decision::Same(_)
        ));
        assert_eq!(judge(Retry::Never, &lost, 1), Decision::GiveUp);
        let not_sent = Failure::NotSent("refused".to_owned());
        assert!(matches!(
            judge(Retry::Never, &not_sent, 1),
            Decision::Same(_)
        ));
        assert_eq!(judge(Retry::ByNature, &not_sent, 5), Decision::GiveUp);
    }

    #[test]
    fn pauses_grow_and_end() {
        let throttled = refused(400, "Throttling.User");
        assert_eq!(
            judge(Retry::ByToken, &throttled, 1),
            Decision::Same(Duration::from_millis(500))
        );
        assert_eq!(
            judge(Retry::ByToken, &throttled, 3),
            Decision::Same(Duration::from_secs(2))
        );
        assert_eq!(judge(Retry::ByToken, &throttled, 10), Decision::GiveUp);
        let told = Failure::Refused(
            Box::new(ApiError::new(400, "Throttling.User", "")),
            Some(Duration::from_millis(50)),
        );
        assert_eq!(
            judge(Retry::ByToken, &told, 3),
            Decision::Same(Duration::from_millis(50))
        );
    }

    #[test]
    fn a_spent_token_is_replaced_and_one_in_use_is_waited_for() {
        assert!(matches!(
            judge(Retry::ByToken, &refused(403, "IdempotentFailed"), 1),
            Decision::NewToken(_)
        ));
        assert!(matches!(
            judge(Retry::ByToken, &refused(403, "IdempotentProcessing"), 9),
            Decision::Same(_)
        ));
    }

    #[test]
    fn refusals_are_final() {
        for (status, code) in [
            (400, "InvalidInstanceName.Malformed"),
            (403, "Forbidden.RAM"),
            (400, "QuotaExceed.Instance"),
            (403, "OperationDenied.NoStock"),
        ] {
            assert_eq!(
                judge(Retry::ByToken, &refused(status, code), 1),
                Decision::GiveUp,
                "{code}"
            );
        }
    }

    #[test]
    fn patience_ends() {
        let decision = decide(
            &Policy::default(),
            Retry::ByNature,
            &refused(400, "Throttling"),
            2,
            Duration::from_secs(301),
            0.0,
        );
        assert_eq!(decision, Decision::GiveUp);
    }

    #[test]
    fn tokens_stay_within_their_length() {
        assert_eq!(token_for("abc", 0), "abc");
        assert_eq!(token_for("abc", 2), "abc-2");
        let long = "x".repeat(64);
        assert_eq!(token_for(&long, 12).len(), 64);
        assert!(token_for(&long, 12).ends_with("-12"));
    }
}
