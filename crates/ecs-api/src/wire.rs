//! The notation in which request and response structs are written down: three macros that add the
//! derives, the wire names and the trait impls. It does not decide any field.
//!
//! A field is `name: Type`; its wire name is the name in PascalCase unless `as "Name"` says
//! otherwise. In requests a `String` is a required parameter, an `Option` an optional one, a `Vec` a
//! numbered list (`Name.1`, `Name.2`), a struct a prefix (`SystemDisk.Size`).

/// Plain objects inside requests and responses.
macro_rules! wire {
    ($(
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$fmeta:meta])* $field:ident $(as $wire:literal)? : $ty:ty ),* $(,)?
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub struct $name {
            $( $(#[$fmeta])* $(#[serde(rename = $wire)])? pub $field: $ty, )*
        }
    )*};
}

/// Response bodies: `RequestId` first, then the fields given.
macro_rules! responses {
    ($(
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$fmeta:meta])* $field:ident $(as $wire:literal)? : $ty:ty ),* $(,)?
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub struct $name {
            /// The service's id of the request.
            pub request_id: String,
            $( $(#[$fmeta])* $(#[serde(rename = $wire)])? pub $field: $ty, )*
        }

        impl $crate::operation::ApiResponse for $name {
            fn request_id(&self) -> &str {
                &self.request_id
            }

            fn set_request_id(&mut self, id: String) {
                self.request_id = id;
            }
        }
    )*};
}

/// Request structs: `Action(Product, Retry) -> Response { fields }`, each of them an
/// [`Operation`](crate::Operation). `named "X"` gives an action name that differs from the struct's,
/// `check f` a further check after the required parameters.
macro_rules! operations {
    ($(
        $(#[$meta:meta])*
        $name:ident $(named $action:literal)? ($product:ident, $retry:ident) -> $response:ty
        $(, check $check:path)?
        {
            $( $(#[$fmeta:meta])* $field:ident $(as $wire:literal)? : $ty:ty ),* $(,)?
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub struct $name {
            $( $(#[$fmeta])* $(#[serde(rename = $wire)])? pub $field: $ty, )*
        }

        impl $crate::operation::Operation for $name {
            const ACTION: &'static str = action_name!($name $($action)?);
            const PRODUCT: $crate::operation::Product = $crate::operation::Product::$product;
            const RETRY: $crate::operation::Retry = $crate::operation::Retry::$retry;
            type Response = $response;

            fn validate(&self) -> Result<(), $crate::error::ParamError> {
                $(
                    if $crate::operation::Required::is_missing(&self.$field) {
                        return Err($crate::error::ParamError::missing(
                            wire_name!($field $($wire)?),
                        ));
                    }
                )*
                $( $check(self)?; )?
                Ok(())
            }

            token_methods!($retry);
        }
    )*};
}

macro_rules! action_name {
    ($name:ident) => {
        stringify!($name)
    };
    ($name:ident $action:literal) => {
        $action
    };
}

/// What the error of a missing parameter calls it; see `ParamError::missing`, which turns a Rust
/// field name into PascalCase.
macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

/// Operations that are made safe to repeat by a client token have a field for it.
macro_rules! token_methods {
    (ByToken) => {
        fn client_token(&self) -> Option<&str> {
            self.client_token.as_deref()
        }

        fn set_client_token(&mut self, token: String) {
            self.client_token = Some(token);
        }
    };
    ($other:ident) => {};
}
