//! The mailbox as a page.

use super::{Mail, Medium};

/// The page's own style and nothing else: whatever a mail says, it cannot run.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src \
    'sha256-DXJgaYp6VUqakKgNxUEg2HzpszwCW7/zCbU53q2cvik='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "\
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{margin:0 auto;max-width:48rem;padding:1rem}
ol{list-style:none;margin:0;padding:0}
li{border:1px solid;border-radius:.5rem;margin:0 0 1rem;padding:.75rem 1rem}
h2{font-size:1rem;margin:0}
p{margin:.25rem 0;overflow-wrap:anywhere}
code{font-size:1.5rem;letter-spacing:.05em;user-select:all}";

/// The page with `mail`, newest first. It asks for itself again every few seconds.
pub(crate) fn render(mail: &[Mail]) -> String {
    let list = match mail.is_empty() {
        true => "<p>No mail yet. Codes and invitations turn up here.</p>".to_owned(),
        false => {
            let items: String = mail.iter().map(item).collect();
            format!("<ol>\n{items}</ol>")
        }
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"refresh\" content=\"5\">\n<title>Mailbox ({count})</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Mailbox</h1>\n{list}\n</main>\n</body>\n</html>\n",
        count = mail.len(),
    )
}

fn item(mail: &Mail) -> String {
    let seconds = u64::try_from(mail.sent_at / 1000).unwrap_or(0);
    let sent = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    format!(
        "<li>\n<h2>{subject}</h2>\n<p>{medium} to {to}, {sent}</p>\n<p><code>{code}</code></p>\n<p>{body}</p>\n</li>\n",
        subject = escape(&mail.subject),
        medium = match mail.medium {
            Medium::Email => "Mail",
            Medium::Sms => "SMS",
        },
        to = escape(&mail.to),
        sent = httpdate::fmt_http_date(sent),
        code = escape(&mail.code),
        body = escape(&mail.body),
    )
}

/// Text as it stands in HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::super::Kind;
    use super::*;

    #[test]
    fn whatever_a_mail_says_is_text() {
        let nasty = "<script>\"'&".to_owned();
        let page = render(&[Mail {
            to: nasty.clone(),
            medium: Medium::Sms,
            kind: Kind::Invitation,
            code: nasty.clone(),
            subject: nasty.clone(),
            body: nasty,
            sent_at: 0,
        }]);
        assert!(!page.contains("<script>"));
        assert_eq!(page.matches("&lt;script&gt;&quot;&#39;&amp;").count(), 4);
    }

    #[test]
    fn the_policy_allows_the_page_its_own_style() {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        assert!(CONTENT_SECURITY_POLICY.contains(&format!("'sha256-{hash}'")));
    }
}
