//! Tests of the functions of files and paths.

use super::functions;

functions! {
    abspath "abspath" (r#""a/../b""#) |t| {
        t.is_ordinary().gives(&[
            (r#"abspath("a/../b")"#, r#""/srv/b""#),
            (r#"abspath("/x/./y/")"#, r#""/x/y""#),
            (r#"abspath("")"#, r#""/srv""#),
        ]);
    }
    basename "basename" (r#""foo/bar.txt""#) |t| {
        t.is_ordinary().gives(&[
            (r#"basename("foo/bar/baz.txt")"#, r#""baz.txt""#),
            (r#"basename("foo/")"#, r#""foo""#),
            (r#"basename("/")"#, r#""/""#),
            (r#"basename("")"#, r#"".""#),
        ]);
    }
    dirname "dirname" (r#""foo/bar.txt""#) |t| {
        t.is_ordinary().gives(&[
            (r#"dirname("foo/bar/baz.txt")"#, r#""foo/bar""#),
            (r#"dirname("foo")"#, r#"".""#),
            (r#"dirname("/foo")"#, r#""/""#),
            (r#"dirname("a/b/")"#, r#""a/b""#),
            (r#"dirname("")"#, r#"".""#),
        ]);
    }
    pathexpand "pathexpand" (r#""~/x""#) |t| {
        t.is_ordinary().gives(&[
            (r#"pathexpand("~/.ssh/id_rsa")"#, r#""/home/user/.ssh/id_rsa""#),
            (r#"pathexpand("~")"#, r#""/home/user""#),
            (r#"pathexpand("/etc/resolv.conf")"#, r#""/etc/resolv.conf""#),
            (r#"pathexpand("a/~")"#, r#""a/~""#),
        ]);
    }
    file "file" (r#""hello.txt""#) |t| {
        t.is_ordinary().gives(&[
            (r#"file("hello.txt")"#, r#""hello""#),
            (r#"file("./sub/a.txt")"#, r#""a""#),
            (r#"file("${path.module}/hello.txt")"#, r#""hello""#),
        ]).refuses(&[(r#"file("none.txt")"#, "no file exists")]);
    }
    filebase64 "filebase64" (r#""hello.txt""#) |t| {
        t.is_ordinary().gives(&[(r#"filebase64("hello.txt")"#, r#""aGVsbG8=""#)])
            .refuses(&[(r#"filebase64("none.txt")"#, "no file exists")]);
    }
    fileexists "fileexists" (r#""hello.txt""#) |t| {
        t.is_ordinary().gives(&[
            (r#"fileexists("hello.txt")"#, "true"),
            (r#"fileexists("none.txt")"#, "false"),
        ]);
    }
    fileset "fileset" (r#""sub""#, r#""*.txt""#) |t| {
        t.is_ordinary().gives(&[
            (r#"fileset("sub", "*.txt")"#, r#"toset(["a.txt"])"#),
            (r#"fileset(".", "{hello,none}.txt")"#, r#"toset(["hello.txt"])"#),
            (r#"fileset(".", "sub/**")"#, r#"toset(["sub/a.txt", "sub/deep/b.txt", "sub/deep/c.md"])"#),
            (r#"fileset("sub", "**/*.txt")"#, r#"toset(["a.txt", "deep/b.txt"])"#),
            (r#"fileset("sub/deep", "[a-b].*")"#, r#"toset(["b.txt"])"#),
            (r#"fileset("sub/deep", "?.md")"#, r#"toset(["c.md"])"#),
            (r#"length(fileset(".", "*.none"))"#, "0"),
        ]).refuses(&[(r#"fileset(".", "[")"#, "syntax error in pattern")]);
    }
    filemd5 "filemd5" (r#""hello.txt""#) |t| {
        t.is_ordinary().gives(&[(r#"filemd5("hello.txt")"#, r#"md5("hello")"#)])
            .refuses(&[(r#"filemd5("none.txt")"#, "no file exists")]);
    }
    filesha1 "filesha1" (r#""hello.txt""#) |t| {
        t.is_ordinary().gives(&[(r#"filesha1("hello.txt")"#, r#"sha1("hello")"#)])
            .refuses(&[(r#"filesha1("none.txt")"#, "no file exists")]);
    }
    filesha256 "filesha256" (r#""hello.txt""#) |t| {
        t.is_ordinary().gives(&[(r#"filesha256("hello.txt")"#, r#"sha256("hello")"#)])
            .refuses(&[(r#"filesha256("none.txt")"#, "no file exists")]);
    }
    filesha512 "filesha512" (r#""hello.txt""#) |t| {
        t.is_ordinary().gives(&[(r#"filesha512("hello.txt")"#, r#"sha512("hello")"#)])
            .refuses(&[(r#"filesha512("none.txt")"#, "no file exists")]);
    }
    filebase64sha256 "filebase64sha256" (r#""hello.txt""#) |t| {
        t.is_ordinary().gives(&[(r#"filebase64sha256("hello.txt")"#, r#"base64sha256("hello")"#)])
            .refuses(&[(r#"filebase64sha256("none.txt")"#, "no file exists")]);
    }
    filebase64sha512 "filebase64sha512" (r#""hello.txt""#) |t| {
        t.is_ordinary().gives(&[(r#"filebase64sha512("hello.txt")"#, r#"base64sha512("hello")"#)])
            .refuses(&[(r#"filebase64sha512("none.txt")"#, "no file exists")]);
    }
    templatefile "templatefile" (r#""t.tftpl""#, r#"{ names = ["a"] }"#) |t| {
        t.is_ordinary().gives(&[
            (r#"templatefile("t.tftpl", { names = ["a", "b"] })"#, r#""<a><b>""#),
            (r#"templatefile("t.tftpl", { names = toset(["b", "a"]), unused = 1 })"#, r#""<a><b>""#),
            (r#"templatefile("hello.txt", {})"#, r#""hello""#),
        ]).refuses(&[
            (r#"templatefile("t.tftpl", {})"#, "t.tftpl:1,"),
            (r#"templatefile("self.tftpl", {})"#, "renders itself"),
            (r#"templatefile("none.tftpl", {})"#, "no file exists"),
            (r#"templatefile("t.tftpl", "x")"#, "a map or object is required"),
            (r#"templatefile("t.tftpl", { "1a" = 1 })"#, "valid name"),
        ]);
    }
}
