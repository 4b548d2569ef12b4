//! Decides how an answer looks in XML: the members of the JSON form as elements, a list as its
//! element as many times as it has entries, all inside `ActionResponse`. Errors have no XML form.

use serde_json::Value;

/// Writes a JSON body as a document.
///
/// # Errors
/// The body is no JSON.
pub(crate) fn document(action: &str, json: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let body: Value = serde_json::from_slice(json)?;
    let mut out = String::with_capacity(json.len() * 2);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(&mut out, &format!("{action}Response"), &body);
    out.push('\n');
    Ok(out.into_bytes())
}

fn element(out: &mut String, name: &str, value: &Value) {
    if let Value::Array(items) = value {
        for item in items {
            element(out, name, item);
        }
        return;
    }
    out.push('<');
    out.push_str(name);
    out.push('>');
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                element(out, name, value);
            }
        }
        Value::String(text) => escape(out, text),
        Value::Null | Value::Array(_) => {}
        Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Writes text as content of an element or an attribute; what XML cannot hold becomes U+FFFD.
pub(crate) fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader would make a line feed of it.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(character),
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(json: &Value) -> String {
        let bytes = document("Do", json.to_string().as_bytes()).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let text = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        text.unwrap().trim_end().to_owned()
    }

    #[test]
    fn members_become_elements_and_lists_repeat_theirs() {
        let json = serde_json::json!({
            "A": {"B": [{"C": "x"}, {"C": 1}]},
            "D": {"E": ["i-1", "i-2"]},
            "F": {"G": []},
            "H": true,
            "I": 0.25,
            "J": null,
        });
        assert_eq!(
            written(&json),
            "<DoResponse><A><B><C>x</C></B><B><C>1</C></B></A><D><E>i-1</E><E>i-2</E></D>\
             <F></F><H>true</H><I>0.25</I><J></J></DoResponse>"
        );
    }

    #[test]
    fn text_is_escaped() {
        let json = serde_json::json!({"A": "<&>\"\u{1}\r\n\u{ffff}名"});
        assert_eq!(
            written(&json),
            "<DoResponse><A>&lt;&amp;&gt;&quot;\u{fffd}&#13;\n\u{fffd}名</A></DoResponse>"
        );
    }
}
