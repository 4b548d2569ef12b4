//! Decides which handler an action goes to, and what happens around every handler: parameters are
//! read and checked, tokens redeemed and spent, the answer gets its request id. The list of actions
//! is that of `ecs-api`: an action added there does not compile here until it has a handler.

use ecs_api::{
    ApiError, ApiResponse as _, Operation, ParamError, Product, encode_response, from_params, ops,
};

use crate::idempotency::Ticket;
use crate::refuse;
use crate::request::Call;
use crate::world::{Context, Outcome, World};

/// A handler of one action.
pub(crate) trait Serve<O: Operation> {
    /// Checks the parameters as far as a single request goes.
    ///
    /// # Errors
    /// The refusal of the first rule that is broken.
    fn check(&self, _context: &Context, operation: &O) -> Result<(), ApiError> {
        operation.validate().map_err(|error| error.to_api_error())
    }

    /// Carries the action out. Its parameters have been checked.
    ///
    /// # Errors
    /// The service's refusal; nothing has been changed then.
    fn serve(&mut self, context: &Context, operation: O) -> Result<O::Response, ApiError>;

    /// Writes what `serve` answered.
    ///
    /// # Errors
    /// Never in practice: answers hold strings, numbers and lists only.
    fn encode(&mut self, _context: &Context, response: O::Response) -> Result<Vec<u8>, ApiError> {
        encode_response(&response).map_err(|error| internal(&error))
    }
}

type Run = fn(&mut World, &Context, &[(String, String)], &str) -> Result<Vec<u8>, ApiError>;

struct Route {
    product: Product,
    action: &'static str,
    run: Run,
}

macro_rules! dispatch {
    ($($operation:ident),* $(,)?) => {
        const ROUTES: &[Route] = &[$(Route {
            product: <ops::$operation as Operation>::PRODUCT,
            action: <ops::$operation as Operation>::ACTION,
            run: run::<ops::$operation>,
        }),*];
    };
}
ecs_api::for_each_operation!(dispatch);

fn find(product: Product, action: &str) -> Option<&'static Route> {
    ROUTES
        .iter()
        .find(|route| route.product == product && route.action.eq_ignore_ascii_case(action))
}

/// The product that a call is for.
///
/// # Errors
/// It names no action, no version, or one that does not exist.
pub(crate) fn route(call: &Call) -> Result<Product, ApiError> {
    if call.action.is_empty() {
        return Err(refuse::missing("Action"));
    }
    if call.version.is_empty() {
        return Err(refuse::missing("Version"));
    }
    let product = Product::from_version(&call.version).ok_or_else(|| {
        refuse::bad(
            "InvalidVersion",
            "Specified parameter Version is not valid.",
        )
    })?;
    if find(product, &call.action).is_none() {
        return Err(no_action());
    }
    Ok(product)
}

/// The action as the API spells it.
pub(crate) fn spelling(product: Product, action: &str) -> Option<&'static str> {
    find(product, action).map(|route| route.action)
}

fn no_action() -> ApiError {
    refuse::not_found(
        "InvalidAction.NotFound",
        "Specified api is not found, please check your url and method.",
    )
}

/// Carries out an action: parameters in, JSON body out.
///
/// # Errors
/// The service's refusal.
pub(crate) fn perform(
    world: &mut World,
    context: &Context,
    product: Product,
    action: &str,
    params: &[(String, String)],
    request_id: &str,
) -> Result<Vec<u8>, ApiError> {
    let route = find(product, action).ok_or_else(no_action)?;
    (route.run)(world, context, params, request_id)
}

fn run<O: Operation>(
    world: &mut World,
    context: &Context,
    params: &[(String, String)],
    request_id: &str,
) -> Result<Vec<u8>, ApiError>
where
    World: Serve<O>,
{
    let operation: O =
        from_params(params).map_err(|error| ParamError::from(&error).to_api_error())?;
    world.check(context, &operation)?;
    if !context.region.is_empty() && world.catalogue.region(&context.region).is_none() {
        return Err(refuse::no_region());
    }
    let dry_run = params
        .iter()
        .any(|(name, value)| name == "DryRun" && value.eq_ignore_ascii_case("true"));
    let ticket = if dry_run {
        None
    } else {
        Ticket::of(&operation, context, params)
    };
    if let Some(ticket) = &ticket
        && let Some(answer) = world.redeem(ticket)?
    {
        let answer = serde_json::from_str(&answer).map_err(|error| internal(&error))?;
        return finish::<O>(world, context, answer, request_id);
    }
    let result = world.serve(context, operation);
    if let Some(ticket) = ticket {
        let outcome = match &result {
            Ok(response) => {
                Outcome::Done(serde_json::to_string(response).map_err(|error| internal(&error))?)
            }
            Err(_) => Outcome::Failed,
        };
        world.spend(ticket, outcome, context.now);
    }
    finish::<O>(world, context, result?, request_id)
}

fn finish<O: Operation>(
    world: &mut World,
    context: &Context,
    mut response: O::Response,
    request_id: &str,
) -> Result<Vec<u8>, ApiError>
where
    World: Serve<O>,
{
    response.set_request_id(request_id.to_owned());
    world.encode(context, response)
}

pub(crate) fn internal(error: &serde_json::Error) -> ApiError {
    ApiError::new(
        500,
        "InternalError",
        format!("The emulator could not write its answer: {error}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_one_route() {
        assert_eq!(ROUTES.len(), ecs_api::OPERATIONS.len());
        for info in ecs_api::OPERATIONS {
            let route = find(info.product, info.action).unwrap();
            assert_eq!(route.action, info.action);
        }
    }
    #[test]
    fn the_page_on_the_emulator_names_every_action_and_no_other() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/emulator.md");
        let page = std::fs::read_to_string(page).unwrap();
        for product in Product::ALL {
            let heading = format!("**{product:?} ").to_lowercase();
            let named: std::collections::BTreeSet<&str> = page
                .split("\n\n")
                .find(|paragraph| paragraph.to_lowercase().starts_with(&heading))
                .unwrap()
                .split('`')
                .skip(1)
                .step_by(2)
                .collect();
            let served = ROUTES
                .iter()
                .filter(|route| route.product == product)
                .map(|route| route.action)
                .collect();
            assert_eq!(named, served);
        }
    }
}
