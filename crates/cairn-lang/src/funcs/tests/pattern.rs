//! Tests of the functions of patterns, which are of the RE2 kind.

use super::functions;

functions! {
    regex "regex" (r#""[a-z]+""#, r#""53453453.345345aaabbbccc23454""#) |t| {
        t.is_ordinary().gives(&[
            (r#"regex("[a-z]+", "53453453.345345aaabbbccc23454")"#, r#""aaabbbccc""#),
            (r#"regex("(\\d\\d\\d\\d)-(\\d\\d)-(\\d\\d)", "2019-02-01")"#, r#"["2019", "02", "01"]"#),
            (r#"regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/")"#, r#"{ authority = "terraform.io", scheme = "https" }"#),
            (r#"regex("(a)|(b)", "b")"#, r#"[tostring(null), "b"]"#),
            (r#"regex("[[]x{,3}", "[x{,3}")"#, r#""[x{,3}""#),
            (r#"regex("\\Qa.b\\E", "xa.b")"#, r#""a.b""#),
            (r#"regex("(?i)HE(?-i)l", "hel")"#, r#""hel""#),
            (r#"regex("(?s)a.b", "a\nb")"#, r#""a\nb""#),
            (r#"regex("a+?", "aaa")"#, r#""a""#),
            (r#"regex("(?U)a+", "aaa")"#, r#""a""#),
            (r#"regex("\\pL+\\x41\\x{42}\\101", "éABA")"#, r#""éABA""#),
            (r#"regex("[[:alpha:]]+[^[:space:]]", "ab1 ")"#, r#""ab1""#),
            (r#"regex("[\\d\\-a-c]+", "x1-b")"#, r#""1-b""#),
            (r#"regex("(?P<n>a)(?P<n>b)", "ab")"#, r#"{ n = "b" }"#),
            (r#"regex("\\<\\>", "a<>")"#, r#""<>""#),
            (r#"regex("\\p{Greek}\\p{^L}", "αβ1")"#, r#""β1""#),
            (r#"regex("[]a]+", "x]a")"#, r#""]a""#),
        ]).refuses(&[
            (r#"regex("[a-z]+", "1")"#, "did not match"),
            (r#"regex("(", "a")"#, "invalid regexp pattern"),
            (r#"regex("a(?=b)", "ab")"#, "unsupported Perl syntax"),
            (r#"regex("(?<!a)b", "ab")"#, "unsupported Perl syntax"),
            (r#"regex("a**", "a")"#, "nested repetition"),
            (r#"regex("a{1001}", "a")"#, "invalid repeat count"),
            (r#"regex("(?P<a>x)(y)", "xy")"#, "both named and unnamed"),
            (r#"regex("\\1", "a")"#, "invalid escape sequence"),
            (r#"regex("[z-a]", "a")"#, "invalid"),
            (r#"regex("\\", "a")"#, "trailing backslash"),
            (r#"regex("(a{10}){200}", "a")"#, "invalid repeat count"),
            (r#"regex("(?P<é>a)", "a")"#, "invalid named capture"),
            (r#"regex("[[:foo:]]", "a")"#, "invalid character class range"),
            (r#"regex("\\p{Nope}", "a")"#, "invalid regexp pattern"),
            (r#"regex("\\C", "a")"#, "invalid escape sequence"),
            (r#"regex("(?x)a", "a")"#, "unsupported Perl syntax"),
            (r#"regex("*", "a")"#, "repetition"),
        ]);
    }
    regexall "regexall" (r#""[a-z]+""#, r#""1234abcd5678efgh9""#) |t| {
        t.is_ordinary().gives(&[
            (r#"regexall("[a-z]+", "1234abcd5678efgh9")"#, r#"tolist(["abcd", "efgh"])"#),
            (r#"length(regexall("[a-z]+", "1234"))"#, "0"),
            (r#"regexall("(\\w)=(\\d)", "a=1,b=2")"#, r#"tolist([["a", "1"], ["b", "2"]])"#),
            (r#"regexall("(?P<k>\\w)=", "a=1,b=2")"#, r#"tolist([{ k = "a" }, { k = "b" }])"#),
            (r#"regexall("x*", "axb")"#, r#"tolist(["", "x", ""])"#),
        ]).refuses(&[(r#"regexall("[", "a")"#, "invalid regexp pattern")]);
    }
    replace "replace" (r#""1 + 2 + 3""#, r#""+""#, r#""-""#) |t| {
        t.is_ordinary().gives(&[
            (r#"replace("1 + 2 + 3", "+", "-")"#, r#""1 - 2 - 3""#),
            (r#"replace("hello world", "/w.*d/", "everybody")"#, r#""hello everybody""#),
            (r#"replace("a-b", "/(\\w)-(\\w)/", "$2-$1")"#, r#""b-a""#),
            (r#"replace("ab", "/(?P<x>a)/", "<$${x}>")"#, r#""<a>b""#),
            (r#"replace("a", "/a/", "$$")"#, r#""$""#),
            (r#"replace("abc", "", "-")"#, r#""-a-b-c-""#),
            (r#"replace("a/b", "/", "x")"#, r#""axb""#),
            (r#"replace("ab", "/(?P<n>x)|(?P<n>a)/", "<$${n}>$-")"#, r#""<a>$-b""#),
            (r#"replace("ab", "/(a)/", "$1é$01")"#, r#""b""#),
            (r#"replace("ab", "/b/", "$1x")"#, r#""a""#),
        ]).refuses(&[(r#"replace("a", "/(/", "")"#, "invalid regexp pattern")]);
    }
}
