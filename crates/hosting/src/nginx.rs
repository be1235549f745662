//! The configuration of nginx.

use crate::{IMMUTABLE, REVALIDATED, headers};

const TEMPLATE: &str = include_str!("../../../deploy/nginx.conf");

/// A server that serves the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nginx {
    /// Where it listens: `80`, `127.0.0.1:8080`. With TLS, that only leads to the secure site.
    pub listen: String,
    /// The folder with the files, absolute.
    pub root: String,
    /// The origins that pages may call, see [`connect_sources`](crate::connect_sources).
    pub connect: Vec<String>,
    /// The file of the module `ngx_http_brotli_static_module`, if there is one.
    pub brotli: Option<String>,
    /// Certificate and key, if nginx itself speaks TLS.
    pub tls: Option<Tls>,
}

/// What nginx speaks TLS with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The certificate's file, with those between it and the root.
    pub certificate: String,
    /// The key's file.
    pub key: String,
}

impl Nginx {
    /// The whole configuration file.
    pub fn configuration(&self) -> String {
        let (module, compression) = match &self.brotli {
            Some(file) => (
                format!("load_module {};\n", quoted(file)),
                "gzip_static on;\n    brotli_static on;",
            ),
            None => (String::new(), "gzip_static on;"),
        };
        let (redirect, listen) = match &self.tls {
            Some(tls) => (
                format!(
                    "server {{\n        listen {};\n        return 301 https://$host$request_uri;\n    }}\n\n    ",
                    self.listen
                ),
                format!(
                    "listen 443 ssl http2;\n        ssl_certificate {};\n        ssl_certificate_key {};\n        \
                     ssl_protocols TLSv1.2 TLSv1.3;",
                    quoted(&tls.certificate),
                    quoted(&tls.key)
                ),
            ),
            None => (String::new(), format!("listen {};", self.listen)),
        };
        let headers: Vec<String> = headers(&self.connect)
            .iter()
            .map(|(name, value)| format!("add_header {name} {} always;", quoted(value)))
            .collect();
        TEMPLATE
            .replace("@brotli_module@", &module)
            .replace("@compression@", compression)
            .replace("@redirect@", &redirect)
            .replace("@listen@", &listen)
            .replace("@root@", &quoted(&self.root))
            .replace("@headers@", &headers.join("\n        "))
            .replace("@immutable@", IMMUTABLE)
            .replace("@revalidated@", REVALIDATED)
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_template_is_left_to_fill_in() {
        let nginx = Nginx {
            listen: "80".to_owned(),
            root: "/srv/cruddur".to_owned(),
            connect: vec!["https://pool.test".to_owned()],
            brotli: Some("/modules/brotli.so".to_owned()),
            tls: Some(Tls {
                certificate: "/etc/cert.pem".to_owned(),
                key: "/etc/key.pem".to_owned(),
            }),
        };
        for nginx in [
            Nginx {
                brotli: None,
                tls: None,
                ..nginx.clone()
            },
            nginx,
        ] {
            let text = nginx.configuration();
            for line in text
                .lines()
                .filter(|line| !line.trim_start().starts_with('#'))
            {
                // `@` is also what people's names begin with in routes.
                assert!(
                    !line.contains("@ ") && !line.contains("@;") && !line.contains("${"),
                    "{line}"
                );
            }
            assert_eq!(text.contains("brotli_static on"), nginx.brotli.is_some());
            assert_eq!(text.contains("443 ssl"), nginx.tls.is_some());
        }
    }
}
