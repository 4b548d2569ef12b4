//! Decides what the emulator shows to clients that speak TLS: a certificate of its own making, kept in a folder so that clients which
//! have been told to trust it need not be told again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

const CERTIFICATE: &str = "cert.pem";
const KEY: &str = "key.pem";
/// Whom the certificate speaks for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// A certificate and what is needed to show it.
pub(crate) struct Identity {
    pub(crate) acceptor: TlsAcceptor,
    /// The certificate in PEM, for clients to trust: absolute.
    pub(crate) certificate: PathBuf,
}

/// The identity that lies in the folder; it is made when none does, or when half of it is missing.
///
/// # Errors
/// The folder cannot be written, or what lies there is no certificate with its key.
pub(crate) fn identity(folder: &Path) -> io::Result<Identity> {
    std::fs::create_dir_all(folder)?;
    let folder = folder.canonicalize()?;
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    if !(certificate.exists() && key.exists()) {
        make(&certificate, &key)?;
    }
    let chain = CertificateDer::pem_file_iter(&certificate)
        .and_then(Iterator::collect)
        .map_err(|error| unusable(&certificate, &error))?;
    let secret = PrivateKeyDer::from_pem_file(&key).map_err(|error| unusable(&key, &error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(chain, secret)
        })
        .map_err(|error| unusable(&certificate, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Identity {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        certificate,
    })
}

fn make(certificate: &Path, key: &Path) -> io::Result<()> {
    let pair = KeyPair::generate().map_err(io::Error::other)?;
    let mut params = CertificateParams::new(NAMES.map(str::to_owned)).map_err(io::Error::other)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "cairn emulator");
    let signed = params.self_signed(&pair).map_err(io::Error::other)?;
    write_private(key, &pair.serialize_pem())?;
    std::fs::write(certificate, signed.pem())
}

/// Writes a file that only its owner reads.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

fn unusable(path: &Path, error: &dyn std::error::Error) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!(
            "{} cannot be used ({error}); delete it and a new one is made",
            path.display()
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::os::unix::fs::PermissionsExt as _;

    use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

    use super::*;
    use crate::{Emulator, Options};

    /// What the emulator answers to a client that trusts this certificate and no other.
    fn ask(address: std::net::SocketAddr, trusted: &Path) -> io::Result<String> {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(trusted).unwrap())
            .unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = address.ip().into();
        let session = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = StreamOwned::new(session, TcpStream::connect(address)?);
        stream.write_all(
            b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        )?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn tls_and_plain_http_are_served_on_one_port_and_the_certificate_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let tls_dir = folder.path().join("tls");
        let options = || Options {
            tls_dir: Some(tls_dir.clone()),
            ..Options::default()
        };
        let emulator = Emulator::start(options()).unwrap();
        let certificate = emulator.certificate().unwrap().to_owned();
        assert!(
            ask(emulator.address(), &certificate)
                .unwrap()
                .contains("\"ok\"")
        );
        let mut plain = TcpStream::connect(emulator.address()).unwrap();
        plain
            .write_all(b"GET /_emulator/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut text = String::new();
        plain.read_to_string(&mut text).unwrap();
        assert!(text.contains("\"ok\""));
        let key = std::fs::metadata(tls_dir.join(KEY)).unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
        drop(emulator);

        let again = Emulator::start(options()).unwrap();
        assert!(ask(again.address(), &certificate).is_ok());
        let other = identity(&folder.path().join("other")).unwrap();
        assert!(ask(again.address(), &other.certificate).is_err());
    }

    #[test]
    fn a_broken_certificate_is_refused_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        identity(folder.path()).unwrap();
        std::fs::write(folder.path().join(KEY), "no key").unwrap();
        let error = Emulator::start(Options {
            tls_dir: Some(folder.path().to_owned()),
            ..Options::default()
        })
        .unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(
            source.contains(KEY) && source.contains("delete it"),
            "{source}"
        );
    }
}
