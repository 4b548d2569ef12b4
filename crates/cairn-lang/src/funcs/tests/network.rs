//! Tests of the functions of networks.

use super::functions;

functions! {
    cidrhost "cidrhost" (r#""10.12.112.0/20""#, "16") |t| {
        t.is_ordinary().gives(&[
            (r#"cidrhost("10.12.112.0/20", 16)"#, r#""10.12.112.16""#),
            (r#"cidrhost("10.12.112.0/20", 268)"#, r#""10.12.113.12""#),
            (r#"cidrhost("fd00:fd12:3456:7890:00a2::/72", 34)"#, r#""fd00:fd12:3456:7890::22""#),
            (r#"cidrhost("10.0.0.0/24", -2)"#, r#""10.0.0.254""#),
            (r#"cidrhost("10.0.0.77/24", 1)"#, r#""10.0.0.1""#),
            (r#"cidrhost("10.012.0.0/16", 1)"#, r#""10.12.0.1""#),
            (r#"cidrhost("10.0.0.1/32", 0)"#, r#""10.0.0.1""#),
        ]).refuses(&[
            (r#"cidrhost("10.0.0.0", 1)"#, "invalid CIDR"),
            (r#"cidrhost("10.0.0.0/30", 4)"#, "does not accommodate"),
            (r#"cidrhost("10.0.0.0/30", -5)"#, "does not accommodate"),
            (r#"cidrhost("10.0.0.0/33", 0)"#, "invalid CIDR"),
        ]);
    }
    cidrnetmask "cidrnetmask" (r#""172.16.0.0/12""#) |t| {
        t.is_ordinary().gives(&[
            (r#"cidrnetmask("172.16.0.0/12")"#, r#""255.240.0.0""#),
            (r#"cidrnetmask("0.0.0.0/0")"#, r#""0.0.0.0""#),
            (r#"cidrnetmask("10.0.0.1/32")"#, r#""255.255.255.255""#),
        ]).refuses(&[(r#"cidrnetmask("fd00::/8")"#, "IPv6"), (r#"cidrnetmask("x")"#, "invalid CIDR")]);
    }
    cidrsubnet "cidrsubnet" (r#""172.16.0.0/12""#, "4", "2") |t| {
        t.is_ordinary().gives(&[
            (r#"cidrsubnet("172.16.0.0/12", 4, 2)"#, r#""172.18.0.0/16""#),
            (r#"cidrsubnet("10.1.2.0/24", 4, 15)"#, r#""10.1.2.240/28""#),
            (r#"cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162)"#, r#""fd00:fd12:3456:7800:a200::/72""#),
            (r#"cidrsubnet("10.0.0.0/8", 0, 0)"#, r#""10.0.0.0/8""#),
            (r#"cidrsubnet("10.1.2.0/24", -2, 255)"#, r#""10.3.254.0/22""#),
            (r#"cidrsubnet("fd00::/16", 112, 1)"#, r#""fd00::1/128""#),
            (r#"cidrsubnet("::ffff:10.0.0.0/104", 8, 1)"#, r#""10.1.0.0/16""#),
        ]).refuses(&[
            (r#"cidrsubnet("10.0.0.0/30", 3, 0)"#, "insufficient address space"),
            (r#"cidrsubnet("10.0.0.0/24", 2, 4)"#, "does not accommodate a subnet"),
            (r#"cidrsubnet("10.0.0.0/24", 0.5, 0)"#, "whole number"),
        ]);
    }
    cidrsubnets "cidrsubnets" (r#""10.1.0.0/16""#, "4", "8") |t| {
        t.is_ordinary().gives(&[
            (r#"cidrsubnets("10.1.0.0/16", 4, 4, 8, 4)"#, r#"tolist(["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24", "10.1.48.0/20"])"#),
            (r#"cidrsubnets("fd00:fd12:3456:7890::/56", 16, 16, 16, 32)"#, r#"tolist(["fd00:fd12:3456:7800::/72", "fd00:fd12:3456:7800:100::/72", "fd00:fd12:3456:7800:200::/72", "fd00:fd12:3456:7800:300::/88"])"#),
            (r#"length(cidrsubnets("10.0.0.0/8"))"#, "0"),
        ]).refuses(&[
            (r#"cidrsubnets("10.0.0.0/24", 0)"#, "at least one bit"),
            (r#"cidrsubnets("10.0.0.0/24", 1, 1, 1)"#, "not enough remaining address space"),
            (r#"cidrsubnets("10.0.0.0/24", 9)"#, "not enough remaining address space"),
            (r#"cidrsubnets("fd00::/8", 33)"#, "more than 32 bits"),
        ]);
    }
    cidrcontains "cidrcontains" (r#""192.168.2.0/20""#, r#""192.168.2.1""#) |t| {
        t.is_ordinary().gives(&[
            (r#"cidrcontains("192.168.2.0/20", "192.168.2.1")"#, "true"),
            (r#"cidrcontains("192.168.2.0/20", "192.168.2.0/22")"#, "true"),
            (r#"cidrcontains("192.168.2.0/20", "192.126.2.1")"#, "false"),
            (r#"cidrcontains("10.0.0.0/16", "10.0.0.0/8")"#, "false"),
            (r#"cidrcontains("fe80::/48", "fe80::1")"#, "true"),
        ]).refuses(&[
            (r#"cidrcontains("10.0.0.0/8", "fd00::1")"#, "same kind"),
            (r#"cidrcontains("10.0.0.0/8", "x")"#, "invalid IP address or prefix"),
            (r#"cidrcontains("10.0.0.0", "10.0.0.1")"#, "invalid CIDR"),
        ]);
    }
}
