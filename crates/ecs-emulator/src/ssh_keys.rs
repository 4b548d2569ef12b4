//! Decides the form of SSH keys: public ones as they are imported, new ones in the form of OpenSSH,
//! and the fingerprint of both. The keys that it makes follow from a seed and open nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use ring::signature::{Ed25519KeyPair, KeyPair as _};

const ED25519: &str = "ssh-ed25519";
const KINDS: [&str; 6] = [
    ED25519,
    "ssh-rsa",
    "ssh-dss",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
];

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    kind: String,
    /// The key as SSH sends it; begins with its kind.
    blob: Vec<u8>,
    comment: String,
}

/// A new key pair.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) public: PublicKey,
    /// In PEM.
    pub(crate) private: String,
}

impl PublicKey {
    /// Reads a line as it stands in `id_rsa.pub`; `None` if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let kind = words.next().filter(|kind| KINDS.contains(kind))?;
        let blob = STANDARD.decode(words.next()?).ok()?;
        let mut head = Vec::new();
        put(&mut head, kind.as_bytes());
        let rest = blob.strip_prefix(head.as_slice())?;
        if rest.len() < 16 {
            return None;
        }
        Some(Self {
            kind: kind.to_owned(),
            comment: words.collect::<Vec<_>>().join(" "),
            blob,
        })
    }

    /// The line of it.
    pub(crate) fn text(&self) -> String {
        let line = format!(
            "{} {} {}",
            self.kind,
            STANDARD.encode(&self.blob),
            self.comment
        );
        line.trim_end().to_owned()
    }

    /// MD5 of the key: sixteen bytes in lower-case hexadecimal.
    pub(crate) fn fingerprint(&self) -> String {
        Md5::digest(&self.blob)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Makes an Ed25519 pair out of the seed.
pub(crate) fn generate(seed: [u64; 4], comment: &str) -> Made {
    let seed: Vec<u8> = seed.iter().flat_map(|word| word.to_be_bytes()).collect();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed of 32 bytes is taken");
    let point = pair.public_key().as_ref();
    let mut blob = Vec::new();
    put(&mut blob, ED25519.as_bytes());
    put(&mut blob, point);
    let public = PublicKey {
        kind: ED25519.to_owned(),
        blob,
        comment: comment.to_owned(),
    };
    let private = private(&seed, point, &public);
    Made { public, private }
}

/// OpenSSH's own container, without encryption.
fn private(seed: &[u8], point: &[u8], public: &PublicKey) -> String {
    let check = &seed[..4];
    let mut inner = [check, check].concat();
    inner.extend_from_slice(&public.blob);
    put(&mut inner, &[seed, point].concat());
    put(&mut inner, public.comment.as_bytes());
    for pad in 1.. {
        if inner.len() % 8 == 0 {
            break;
        }
        inner.push(pad);
    }
    let mut outer = b"openssh-key-v1\0".to_vec();
    put(&mut outer, b"none");
    put(&mut outer, b"none");
    put(&mut outer, b"");
    outer.extend_from_slice(&1_u32.to_be_bytes());
    put(&mut outer, &public.blob);
    put(&mut outer, &inner);
    let mut text = "-----BEGIN OPENSSH PRIVATE KEY-----\n".to_owned();
    for line in STANDARD.encode(outer).as_bytes().chunks(70) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str("-----END OPENSSH PRIVATE KEY-----\n");
    text
}

/// A string as SSH writes it: its length, then its bytes.
fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_keys_follow_from_the_seed_and_read_back() {
        let made = generate([1, 2, 3, 4], "web");
        assert_eq!(made.private, generate([1, 2, 3, 4], "web").private);
        assert_ne!(made.private, generate([1, 2, 3, 5], "web").private);
        let read = PublicKey::parse(&made.public.text()).unwrap();
        assert_eq!(read, made.public);
        assert_eq!(read.fingerprint().len(), 32);
        let body: String = made
            .private
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        let body = STANDARD.decode(body).unwrap();
        let public_inside = body
            .windows(made.public.blob.len())
            .filter(|part| *part == made.public.blob)
            .count();
        assert_eq!(public_inside, 2, "once in the open, once beside the secret");
    }

    #[test]
    fn what_is_no_public_key_is_not_taken() {
        let good = generate([5; 4], "").public.text();
        assert!(PublicKey::parse(&format!("{good} me@here now")).is_some());
        let body = good.split(' ').nth(1).unwrap();
        for bad in [
            "",
            "ssh-rsa",
            "ssh-rsa AAAA",
            &format!("ssh-rsa {body}"),
            body,
            "ssh-ed25519 !!!",
            "-----BEGIN PUBLIC KEY-----",
        ] {
            assert!(PublicKey::parse(bad).is_none(), "{bad}");
        }
    }
}
