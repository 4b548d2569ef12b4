//! Tests of the functions of digests, of what is random, and of secrets.

use crate::eval::tests::Setup;

use super::functions;

functions! {
    base64sha256 "base64sha256" (r#""hello world""#) |t| {
        t.is_ordinary().gives(&[
            (r#"base64sha256("hello world")"#, r#""uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=""#),
            (r#"base64sha256("")"#, r#""47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=""#),
        ]);
    }
    base64sha512 "base64sha512" (r#""hello world""#) |t| {
        t.is_ordinary().gives(&[
            (r#"base64sha512("hello world")"#, r#""MJ7MSJwS1utMxA9QyQLytNDtd+5RGnx6m808qG1M2G+YndNbxf9JlnDaNCVbRbDP2DDoH2Bdz33FVC6TrpzXbw==""#),
        ]);
    }
    bcrypt "bcrypt" (r#""pw""#, "4") |t| {
        t.refuses_null().gives(&[
            (r#"issensitive(bcrypt(sensitive("pw")))"#, "true"),
        ]).refuses(&[(r#"bcrypt(["pw"])"#, "string")]);
        let mut later = super::setup();
        assert!(later.value(r#"bcrypt("pw", 4)"#).is_unknown());
        assert_eq!(at_apply(&mut later, r#"substr(bcrypt("pw", 4), 0, 7)"#), r#""$2a$04$""#);
        assert_eq!(at_apply(&mut later, r#"length(bcrypt("pw", 5))"#), "60");
    }
    md5 "md5" (r#""hello world""#) |t| {
        t.is_ordinary().gives(&[(r#"md5("hello world")"#, r#""5eb63bbbe01eeed093cb22bb8f5acdc3""#)]);
    }
    rsadecrypt "rsadecrypt" () |t| {
        t.refuses(&[
            (r#"rsadecrypt("AAAA", "x")"#, "invalid private key"),
            (r#"rsadecrypt("?", "x")"#, "must be base64-encoded"),
            (r#"rsadecrypt(null, "x")"#, "must not be null"),
        ]);
    }
    sha1 "sha1" (r#""hello world""#) |t| {
        t.is_ordinary().gives(&[(r#"sha1("hello world")"#, r#""2aae6c35c94fcfb415dbe95f408b9ce91ee846ed""#)]);
    }
    sha256 "sha256" (r#""hello world""#) |t| {
        t.is_ordinary().gives(&[
            (r#"sha256("hello world")"#, r#""b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9""#),
            (r#"sha256("é")"#, r#""4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c""#),
        ]);
    }
    sha512 "sha512" (r#""hello world""#) |t| {
        t.is_ordinary().gives(&[
            (r#"sha512("hello world")"#, r#""309ecc489c12d6eb4cc40f50c902f2b4d0ed77ee511a7c7a9bcd3ca86d4cd86f989dd35bc5ff499670da34255b45b0cfd830e81f605dcf7dc5542e93ae9cd76f""#),
        ]);
    }
    uuid "uuid" () |t| {
        t.refuses(&[(r#"uuid("x")"#, "takes no argument")]);
        let mut later = super::setup();
        assert!(later.value("uuid()").is_unknown());
        assert_eq!(at_apply(&mut later, "uuid() == uuid()"), "false");
        assert_eq!(at_apply(&mut later, r#"length(regex("^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", uuid()))"#), "36");
    }
    uuidv5 "uuidv5" (r#""dns""#, r#""www.terraform.io""#) |t| {
        t.is_ordinary().gives(&[
            (r#"uuidv5("dns", "www.terraform.io")"#, r#""a5008fae-b28c-5ba5-96cd-82b4c53552d6""#),
            (r#"uuidv5("url", "https://www.terraform.io/")"#, r#""9db6f67c-dd95-5ea0-aa5b-e70e5c5f7cf5""#),
            (r#"uuidv5("oid", "1.3.6.1.4")"#, r#""af9d40a5-7a36-5c07-b23a-851cd99fbfa5""#),
            (r#"uuidv5("x500", "CN=Example,C=GB")"#, r#""84e09961-4aa4-57f8-95b7-03edb1073253""#),
            (r#"uuidv5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.terraform.io")"#, r#""a5008fae-b28c-5ba5-96cd-82b4c53552d6""#),
            (r#"uuidv5("6ba7b8109dad11d180b400c04fd430c8", "www.terraform.io")"#, r#""a5008fae-b28c-5ba5-96cd-82b4c53552d6""#),
            (r#"uuidv5("{6BA7B810-9dad-11d1-80b4-00c04fd430c8}", "www.terraform.io")"#, r#""a5008fae-b28c-5ba5-96cd-82b4c53552d6""#),
            (r#"uuidv5("URN:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.terraform.io")"#, r#""a5008fae-b28c-5ba5-96cd-82b4c53552d6""#),
        ]).refuses(&[
            (r#"uuidv5("x", "y")"#, "must be dns, url"),
            (r#"uuidv5("uri:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "y")"#, "must be dns, url"),
            (r#"uuidv5("é6ba7b810-9dad-11d1-80b4-00c04fd430", "y")"#, "must be dns, url"),
        ]);
    }
}

/// What an expression comes to in the apply, as JSON.
fn at_apply(setup: &mut Setup, text: &str) -> String {
    let file = setup.sources.add("present", text);
    let expr = crate::parse_expression(file, text).unwrap();
    let present = crate::Present {
        timestamp: "2026-02-03T04:05:06Z".to_owned(),
        seed: [7; 16],
    };
    let root = cairn_model::ModuleInstance::root();
    let mut evaluator = setup.evaluator().at(present);
    let value = evaluator.expression(&root, &expr, &setup.table).value;
    cairn_value::json::to_text(&value).unwrap()
}

#[test]
fn the_time_is_that_of_the_apply() {
    assert_eq!(
        at_apply(&mut super::setup(), "timestamp()"),
        r#""2026-02-03T04:05:06Z""#
    );
}
