//! Decides what a name of the language is: letters and digits of any script by Unicode's annex 31, `_`, and inside of it `-`.

/// Whether a name can begin with it.
pub(super) fn is_ident_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c)
}

/// Whether it can stand within a name.
pub(super) fn is_ident_continue(c: char) -> bool {
    c == '-' || unicode_ident::is_xid_continue(c)
}

/// Whether the text is a name of the language.
pub(crate) fn is_identifier(text: &str) -> bool {
    text.starts_with(is_ident_start) && text.chars().all(is_ident_continue)
}
