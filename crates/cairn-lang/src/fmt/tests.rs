//! The rules of the formatter, one by one.

use cairn_diag::FileId;

use super::format;

#[track_caller]
fn becomes(text: &str, want: &str) {
    assert_eq!(format(FileId(0), text).expect("no errors"), want);
}

#[test]
fn gaps() {
    becomes("a=f (x,- 1 ) [0]\n", "a = f(x, -1)[0]\n");
}
