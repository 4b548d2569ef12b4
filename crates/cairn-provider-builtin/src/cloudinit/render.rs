//! Decides how the parts become one MIME document, as Go's library writes it: the headers of a part in alphabetical order, the
//! document packed and in base64 where that is asked for.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// One part.
pub(super) struct Part<'p> {
    pub(super) content_type: &'p str,
    pub(super) content: &'p str,
    pub(super) filename: &'p str,
    pub(super) merge_type: &'p str,
}

/// Whether a text can stand between the parts (RFC 2046, section 5.1.1).
pub(super) fn is_boundary(text: &str) -> bool {
    (1..=70).contains(&text.len())
        && !text.ends_with(' ')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "'()+_,-./:=? ".contains(c))
}

/// The document.
pub(super) fn document(parts: &[Part<'_>], boundary: &str) -> String {
    let mut out = format!(
        "Content-Type: multipart/mixed; boundary=\"{boundary}\"\nMIME-Version: 1.0\r\n\r\n"
    );
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out += "\r\n";
        }
        out += &format!("--{boundary}\r\n");
        if !part.filename.is_empty() {
            out += &format!(
                "Content-Disposition: attachment; filename=\"{}\"\r\n",
                part.filename
            );
        }
        out += "Content-Transfer-Encoding: 7bit\r\n";
        out += &format!(
            "Content-Type: {}\r\nMime-Version: 1.0\r\n",
            part.content_type
        );
        if !part.merge_type.is_empty() {
            out += &format!("X-Merge-Type: {}\r\n", part.merge_type);
        }
        out += "\r\n";
        out += part.content;
    }
    out + &format!("\r\n--{boundary}--\r\n")
}

/// The document as it is handed on.
pub(super) fn encoded(document: &str, gzip: bool, base64: bool) -> String {
    match (gzip, base64) {
        (true, _) => BASE64_STANDARD.encode(cairn_lang::gzip(document.as_bytes())),
        (false, true) => BASE64_STANDARD.encode(document),
        (false, false) => document.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part<'p>(content_type: &'p str, content: &'p str) -> Part<'p> {
        Part {
            content_type,
            content,
            filename: "",
            merge_type: "",
        }
    }

    #[test]
    fn parts_stand_between_boundaries() {
        let full = Part {
            filename: "a.sh",
            merge_type: "list()+dict()",
            ..part("text/x-shellscript", "one")
        };
        assert_eq!(
            document(&[full, part("text/plain", "")], "//"),
            "Content-Type: multipart/mixed; boundary=\"//\"\nMIME-Version: 1.0\r\n\r\n\
             --//\r\nContent-Disposition: attachment; filename=\"a.sh\"\r\n\
             Content-Transfer-Encoding: 7bit\r\nContent-Type: text/x-shellscript\r\n\
             Mime-Version: 1.0\r\nX-Merge-Type: list()+dict()\r\n\r\none\r\n\
             --//\r\nContent-Transfer-Encoding: 7bit\r\nContent-Type: text/plain\r\n\
             Mime-Version: 1.0\r\n\r\n\r\n--//--\r\n"
        );
    }

    #[test]
    fn the_packed_bytes_are_those_of_go() {
        let one = document(&[part("text/x-shellscript", "heythere")], "MIMEBOUNDARY");
        assert_eq!(
            encoded(&one, true, true),
            "H4sIAAAAAAAA/2TNuwrCQBCF4X5h32FJP0YrIWLhJYVFFEQFy1xGM5DMhtkJJG8vWkjQ8sDP+XaeFVnhMnaYuLZvlLpcNG5pwGrlCt9zlcu4jrJDlm5P1+N+c75H5r3ghhLIc+IWs7k11gBMI2u+35JzeKBAyqWviJ+JWxakk+CDKw4aDxBqbJpQCnVqTUYt/jk1jlqj4K8IYM0rAAD//0u6BO3QAAAA"
        );
        let empty = document(&[part("text/plain", "")], "MIMEBOUNDARY");
        assert_eq!(
            encoded(&empty, true, true),
            "H4sIAAAAAAAA/3LOzytJzSvRDaksSLVSyC3NKcksSCwq0c/NrEhNsVZIyi/NS0ksqrRV8vX0dXXyD/VzcQyKVOIC8XTDUouKM/PzrBQM9Qx4uXi5dHWRFfFywc0uSswrTkst0nXNS85PycxLt1IwT8osQVIAtrwktaJEvyAnMTOPl8s3MzcVw3x0G3R1ebkAAQAA///dakG4wAAAAA=="
        );
        assert!(encoded(&one, false, true).starts_with("Q29udGVudC1UeXBlOiBtdWx0aXBhcnQv"));
        assert_eq!(encoded(&one, false, false), one);
    }

    #[test]
    fn boundaries_are_of_plain_characters() {
        for good in ["MIMEBOUNDARY", "//", "a b", "'()+_,-./:=?"] {
            assert!(is_boundary(good), "{good}");
        }
        for bad in ["", "a ", "a\"b", "ä", "a\r\nb", &"x".repeat(71)] {
            assert!(!is_boundary(bad), "{bad:?}");
        }
    }
}
