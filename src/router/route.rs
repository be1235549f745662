//! Routes and their URLs. Nothing here touches the browser.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stays readable in a query value; everything else is written as `%XX`, a `+` too.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'@');

/// What stays readable in a segment of a path. An `@` stands in front of a handle only, so inside one it is written as
/// `%40`.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The value of `step` in `/forgot?step=code`.
const CODE_STEP: &str = "code";

/// A page of the app.
///
/// `handle` is a person's handle, without the `@`: any text that is not empty, blanks and Unicode included.
///
/// `next` is where the person goes after signing in: always a URL that [`Route::safe_next`] accepts. `email` is filled
/// into the page's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`: the home feed.
    Home,
    /// `/signin`
    SignIn {
        /// Where to go after signing in.
        next: Option<String>,
        /// The e-mail address to fill in.
        email: Option<String>,
    },
    /// `/signin/switch`: sign-in with another account than the one that is signed in.
    SwitchAccount {
        /// Where to go after signing in.
        next: Option<String>,
    },
    /// `/signin/callback`: back from a sign-in on the user pool's own pages.
    SignInCallback,
    /// `/signup`
    SignUp {
        /// Where to go after signing in.
        next: Option<String>,
    },
    /// `/confirm`: the code that a sign-up sent.
    Confirm {
        /// The e-mail address that signed up.
        email: Option<String>,
        /// Where to go after signing in.
        next: Option<String>,
    },
    /// `/forgot`: a new password for an account.
    Forgot {
        /// The e-mail address of the account.
        email: Option<String>,
        /// Where to go after signing in.
        next: Option<String>,
        /// Whether a code is on its way already, so that it is asked for next. In the URL, so that a reload finds the
        /// same step.
        code_sent: bool,
    },
    /// `/@:handle`: a person and what they wrote.
    Profile {
        /// Whose.
        handle: String,
    },
    /// `/@:handle/status/:uuid`: one crud and its replies.
    Status {
        /// Who wrote it.
        handle: String,
        /// The crud's id.
        uuid: String,
    },
    /// `/notifications`
    Notifications,
    /// `/messages`: everybody the person has exchanged messages with.
    Messages,
    /// `/messages/@:handle`: the conversation with somebody.
    Conversation {
        /// With whom.
        handle: String,
    },
    /// `/messages/:message_group_uuid`: a conversation, where the backend knows them by ids.
    MessageGroup {
        /// The conversation's id.
        uuid: String,
    },
    /// `/messages/new/:handle`: a conversation that begins with its first message.
    NewConversation {
        /// With whom.
        handle: String,
    },
    /// `/search`, with or without a `q`.
    Search {
        /// What to search for.
        term: Option<String>,
    },
    /// `/settings` and `/settings/:section`: what the person can change about the account.
    Settings {
        /// The section on show.
        section: SettingsSection,
    },
    /// Any other path.
    NotFound,
}

/// A section of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsSection {
    /// Name, handle, addresses.
    Profile,
    /// The password.
    Password,
    /// Second factors.
    TwoFactor,
    /// Passkeys.
    Passkeys,
    /// Devices.
    Devices,
    /// Signing out, deleting the account.
    Account,
}

impl SettingsSection {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [
        Self::Profile,
        Self::Password,
        Self::TwoFactor,
        Self::Passkeys,
        Self::Devices,
        Self::Account,
    ];

    /// Its name in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Password => "password",
            Self::TwoFactor => "two-factor",
            Self::Passkeys => "passkeys",
            Self::Devices => "devices",
            Self::Account => "account",
        }
    }
}

impl Route {
    /// The route of a path with or without a query and a fragment, as in `location.pathname + location.search`.
    ///
    /// A `+` in the query is a plus, not a blank: an address such as `a+b@example.org` that somebody typed into a link
    /// unencoded is read as meant. A `next` that [`Route::safe_next`] refuses is dropped.
    pub fn parse(path_and_query: &str) -> Self {
        let location = path_and_query.split('#').next().unwrap_or_default();
        let (path, query) = location.split_once('?').unwrap_or((location, ""));
        let path = match path.strip_suffix('/') {
            Some(shorter) if shorter.len() > 1 => shorter,
            _ => path,
        };
        let value = |name| query_value(query, name);
        let next = || {
            value("next")
                .and_then(|next| Self::safe_next(&next))
                .map(|route| route.to_url())
        };
        match path {
            "/" => Self::Home,
            "/signin" => Self::SignIn {
                next: next(),
                email: value("email"),
            },
            "/signin/switch" => Self::SwitchAccount { next: next() },
            "/signin/callback" => Self::SignInCallback,
            "/signup" => Self::SignUp { next: next() },
            "/confirm" => Self::Confirm {
                email: value("email"),
                next: next(),
            },
            "/forgot" => Self::Forgot {
                email: value("email"),
                next: next(),
                code_sent: value("step").as_deref() == Some(CODE_STEP),
            },
            "/notifications" => Self::Notifications,
            "/messages" => Self::Messages,
            "/search" => Self::Search { term: value("q") },
            "/settings" => Self::Settings {
                section: SettingsSection::Profile,
            },
            _ => Self::of_segments(path).unwrap_or(Self::NotFound),
        }
    }

    /// The routes whose paths have something of the person's in them.
    fn of_segments(path: &str) -> Option<Self> {
        // Split before it is decoded: a handle may hold a slash, which is written as `%2F`.
        let segments: Vec<String> = path
            .strip_prefix('/')?
            .split('/')
            .map(|segment| {
                let text = percent_decode_str(segment).decode_utf8().ok()?;
                (!text.is_empty()).then(|| text.into_owned())
            })
            .collect::<Option<_>>()?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let handle = |segment: &str| {
            let handle = segment.strip_prefix('@')?;
            (!handle.trim().is_empty()).then(|| handle.to_owned())
        };
        Some(match segments[..] {
            ["settings", name] => Self::Settings {
                section: SettingsSection::ALL
                    .into_iter()
                    .find(|section| section.name() == name)?,
            },
            [profile] => Self::Profile {
                handle: handle(profile)?,
            },
            [author, "status", uuid] => Self::Status {
                handle: handle(author)?,
                uuid: uuid.to_owned(),
            },
            ["messages", "new", person] => {
                // With or without its sign, which no handle begins with.
                let handle = person.trim_start_matches('@');
                (!handle.trim().is_empty()).then(|| Self::NewConversation {
                    handle: handle.to_owned(),
                })?
            }
            ["messages", "new"] => Self::Messages,
            ["messages", person] if person.starts_with('@') => Self::Conversation {
                handle: handle(person)?,
            },
            ["messages", uuid] => Self::MessageGroup {
                uuid: uuid.to_owned(),
            },
            _ => return None,
        })
    }

    /// The route's URL: a path and perhaps a query, percent-encoded. [`Route::parse`] reads it back.
    pub fn to_url(&self) -> String {
        const NONE: [Option<(&str, &str)>; 3] = [None; 3];
        let segment = |text| utf8_percent_encode(text, SEGMENT);
        let (mut url, parameters) = match self {
            Self::Home => ("/".to_owned(), NONE),
            Self::SignIn { next, email } => (
                "/signin".to_owned(),
                [pair("email", email), pair("next", next), None],
            ),
            Self::SwitchAccount { next } => (
                "/signin/switch".to_owned(),
                [pair("next", next), None, None],
            ),
            Self::SignInCallback => ("/signin/callback".to_owned(), NONE),
            Self::SignUp { next } => ("/signup".to_owned(), [pair("next", next), None, None]),
            Self::Confirm { email, next } => (
                "/confirm".to_owned(),
                [pair("email", email), pair("next", next), None],
            ),
            Self::Forgot {
                email,
                next,
                code_sent,
            } => {
                let step = code_sent.then_some(("step", CODE_STEP));
                (
                    "/forgot".to_owned(),
                    [step, pair("email", email), pair("next", next)],
                )
            }
            Self::Profile { handle } => (format!("/@{}", segment(handle)), NONE),
            Self::Status { handle, uuid } => (
                format!("/@{}/status/{}", segment(handle), segment(uuid)),
                NONE,
            ),
            Self::Notifications => ("/notifications".to_owned(), NONE),
            Self::Messages => ("/messages".to_owned(), NONE),
            Self::Conversation { handle } => (format!("/messages/@{}", segment(handle)), NONE),
            Self::MessageGroup { uuid } => (format!("/messages/{}", segment(uuid)), NONE),
            Self::NewConversation { handle } => {
                (format!("/messages/new/{}", segment(handle)), NONE)
            }
            Self::Search { term } => ("/search".to_owned(), [pair("q", term), None, None]),
            Self::Settings {
                section: SettingsSection::Profile,
            } => ("/settings".to_owned(), NONE),
            Self::Settings { section } => (format!("/settings/{}", section.name()), NONE),
            Self::NotFound => ("/not-found".to_owned(), NONE),
        };
        for (index, (name, value)) in parameters.into_iter().flatten().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.extend(utf8_percent_encode(value, QUERY_VALUE));
        }
        url
    }

    /// The route to go to after signing in, if `next` names one: a page of this app that is not itself about signing in.
    ///
    /// Everything else is refused, other origins above all (`https://…`, `//host`, `/\host`), so that no link to the
    /// sign-in page can send a person elsewhere afterwards.
    pub fn safe_next(next: &str) -> Option<Self> {
        let sound = next.starts_with('/')
            && !next.starts_with("//")
            && !next.contains('\\')
            && !next.chars().any(char::is_control);
        if !sound {
            return None;
        }
        match Self::parse(next) {
            Self::SignIn { .. }
            | Self::SwitchAccount { .. }
            | Self::SignInCallback
            | Self::SignUp { .. }
            | Self::Confirm { .. }
            | Self::Forgot { .. }
            | Self::NotFound => None,
            route => Some(route),
        }
    }

    /// Whether the page is for a signed-in person only.
    pub fn needs_person(&self) -> bool {
        matches!(self, Self::Notifications | Self::Settings { .. }) || self.is_messages()
    }

    /// Whether the page is one about messages, which takes the sidebar's room too.
    pub fn is_messages(&self) -> bool {
        matches!(
            self,
            Self::Messages
                | Self::Conversation { .. }
                | Self::MessageGroup { .. }
                | Self::NewConversation { .. }
        )
    }

    /// Where to go once signed in: the route that `next` names, else home.
    pub fn after_sign_in(next: Option<&str>) -> Self {
        next.and_then(Self::safe_next).unwrap_or(Self::Home)
    }

    /// The sign-in page that leads back to `self` afterwards.
    pub fn sign_in_and_return(&self) -> Self {
        Self::SignIn {
            next: self.as_next(),
            email: None,
        }
    }

    /// `self` as a `next` value; `None` for home, where sign-in leads anyway, and for the pages about signing in.
    pub fn as_next(&self) -> Option<String> {
        match Self::safe_next(&self.to_url())? {
            Self::Home => None,
            route => Some(route.to_url()),
        }
    }
}

fn pair<'a>(name: &'static str, value: &'a Option<String>) -> Option<(&'static str, &'a str)> {
    value.as_deref().map(|value| (name, value))
}

/// The first value of `name`, decoded; `None` also when it is empty.
fn query_value(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned())
        .filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn paths_name_their_pages() {
        let none = None::<String>;
        for (url, route) in [
            ("/", Route::Home),
            ("/?utm_source=mail", Route::Home),
            ("/#top", Route::Home),
            (
                "/signin",
                Route::SignIn {
                    next: none.clone(),
                    email: none.clone(),
                },
            ),
            (
                "/signin/switch?next=/notifications",
                Route::SwitchAccount {
                    next: some("/notifications"),
                },
            ),
            ("/signin/callback?code=c&state=s", Route::SignInCallback),
            ("/signup/", Route::SignUp { next: none.clone() }),
            (
                "/confirm?email=",
                Route::Confirm {
                    email: none.clone(),
                    next: none.clone(),
                },
            ),
            (
                "/forgot#x",
                Route::Forgot {
                    email: none.clone(),
                    next: none.clone(),
                    code_sent: false,
                },
            ),
            (
                "/settings",
                Route::Settings {
                    section: SettingsSection::Profile,
                },
            ),
            (
                "/settings/two-factor?x",
                Route::Settings {
                    section: SettingsSection::TwoFactor,
                },
            ),
            ("/settings/x", Route::NotFound),
            ("/signin/x", Route::NotFound),
            ("/SignIn", Route::NotFound),
            ("//", Route::NotFound),
            ("//signin", Route::NotFound),
            ("/%", Route::NotFound),
            ("", Route::NotFound),
        ] {
            assert_eq!(Route::parse(url), route, "{url}");
        }
    }

    #[test]
    fn any_handle_comes_back_as_it_went() {
        for handle in [
            "andrewbrown",
            "Andrew Brown",
            "Ünïcode",
            "a/b",
            "a%2Fb",
            "@@",
            "?x=y#z",
            "日本",
            "🦀",
            ".",
            "..",
            "new",
            "status",
        ] {
            let (handle, uuid) = (handle.to_owned(), handle.to_owned());
            for route in [
                Route::Profile {
                    handle: handle.clone(),
                },
                Route::Status {
                    handle: handle.clone(),
                    uuid: uuid.clone(),
                },
                Route::Conversation {
                    handle: handle.clone(),
                },
                Route::Search {
                    term: Some(handle.clone()),
                },
            ] {
                let url = route.to_url();
                assert!(url.is_ascii(), "{url}");
                assert_eq!(Route::parse(&url), route, "{url}");
                assert_eq!(Route::safe_next(&url), Some(route), "{url}");
            }
        }
        let route = Route::NewConversation {
            handle: "Andrew Brown".to_owned(),
        };
        assert_eq!(route.to_url(), "/messages/new/Andrew%20Brown");
        assert_eq!(Route::parse(&route.to_url()), route);
    }

    #[test]
    fn paths_with_something_in_them_name_their_pages() {
        let handle = || "Andrew Brown".to_owned();
        let uuid = || "68f1".to_owned();
        for (url, route) in [
            ("/@Andrew%20Brown", Route::Profile { handle: handle() }),
            ("/%40Andrew Brown/", Route::Profile { handle: handle() }),
            (
                "/@Andrew%20Brown/status/68f1?x#y",
                Route::Status {
                    handle: handle(),
                    uuid: uuid(),
                },
            ),
            ("/notifications", Route::Notifications),
            ("/messages/", Route::Messages),
            ("/messages/new", Route::Messages),
            (
                "/messages/@Andrew%20Brown",
                Route::Conversation { handle: handle() },
            ),
            ("/messages/68f1", Route::MessageGroup { uuid: uuid() }),
            (
                "/messages/new/%40@worf",
                Route::NewConversation {
                    handle: "worf".to_owned(),
                },
            ),
            (
                "/messages/new/@Andrew Brown",
                Route::NewConversation { handle: handle() },
            ),
            ("/search?q=", Route::Search { term: None }),
            (
                "/search?q=a%20b",
                Route::Search {
                    term: Some("a b".to_owned()),
                },
            ),
        ] {
            assert_eq!(Route::parse(url), route, "{url}");
        }
        for url in [
            "/@",
            "/@%20",
            "/andrew",
            "/@a/b",
            "/@a//status/x",
            "/@a/status/",
            "/a/status/x",
            "/@%FF",
            "/messages/@",
            "/messages/new/a/b",
            "/messages/new/@",
            "/messages/new/%40%20",
            "//messages",
        ] {
            assert_eq!(Route::parse(url), Route::NotFound, "{url}");
        }
    }

    #[test]
    fn any_email_address_comes_back_as_it_went() {
        for email in [
            "a+b@example.org",
            "a b@example.org",
            "ünïcode@exämple.org",
            "100%@example.org",
            "x&next=/y@example.org",
            "#?=&;/\\\"'<>`{}|^",
            "日本@例え.jp",
            "🦀@example.org",
            "%2B@example.org",
        ] {
            for route in [
                Route::Confirm {
                    email: some(email),
                    next: None,
                },
                Route::SignIn {
                    next: some("/"),
                    email: some(email),
                },
                Route::Forgot {
                    email: some(email),
                    next: some("/"),
                    code_sent: false,
                },
            ] {
                let url = route.to_url();
                assert!(url.is_ascii(), "{url}");
                assert_eq!(url.matches('?').count(), 1, "{url}");
                assert_eq!(Route::parse(&url), route, "{url}");
            }
        }
    }

    /// Every pair of characters from a set that holds all of URL syntax.
    #[test]
    fn every_mixture_of_special_characters_comes_back() {
        let characters = [
            '+', '%', '&', '=', '#', '?', '/', ' ', '2', 'B', '\n', 'é', '@',
        ];
        for first in characters {
            for second in characters {
                let route = Route::Confirm {
                    email: Some(format!("{first}{second}")),
                    next: None,
                };
                assert_eq!(Route::parse(&route.to_url()), route);
            }
        }
    }

    #[test]
    fn an_unencoded_plus_is_a_plus() {
        assert_eq!(
            Route::parse("/confirm?email=a+b@example.org"),
            Route::Confirm {
                email: some("a+b@example.org"),
                next: None
            }
        );
    }

    #[test]
    fn urls_are_readable() {
        let route = Route::Confirm {
            email: some("a+b@example.org"),
            next: some("/"),
        };
        assert_eq!(route.to_url(), "/confirm?email=a%2Bb@example.org&next=/");
    }

    #[test]
    fn next_leads_only_to_pages_of_this_app() {
        for next in [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            " //evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "signin",
            "",
            "/signin",
            "/signin?next=/",
            "/signin/switch",
            "/signin/callback?code=c",
            "/confirm?email=a@b.c",
            "/nowhere",
            "/%2F/evil.example",
        ] {
            assert_eq!(Route::safe_next(next), None, "{next:?}");
            assert_eq!(Route::after_sign_in(Some(next)), Route::Home, "{next:?}");
            let url = format!("/signin?next={}", utf8_percent_encode(next, QUERY_VALUE));
            assert_eq!(
                Route::parse(&url),
                Route::SignIn {
                    next: None,
                    email: None
                },
                "{next:?}"
            );
        }
        assert_eq!(Route::safe_next("/"), Some(Route::Home));
        assert_eq!(Route::safe_next("/?a=b#c"), Some(Route::Home));
    }

    #[test]
    fn next_is_kept_in_its_normal_form() {
        assert_eq!(
            Route::parse("/signup?next=%2F%3Fx%3Dy"),
            Route::SignUp { next: some("/") }
        );
    }

    #[test]
    fn a_page_about_signing_in_is_no_place_to_return_to() {
        let sign_in = Route::SignIn {
            next: None,
            email: None,
        };
        assert_eq!(sign_in.sign_in_and_return(), sign_in);
        assert_eq!(Route::NotFound.sign_in_and_return(), sign_in);
        assert_eq!(Route::Home.sign_in_and_return(), sign_in);
    }
}
