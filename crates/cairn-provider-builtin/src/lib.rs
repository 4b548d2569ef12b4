//! The builtin provider: terraform_data.
