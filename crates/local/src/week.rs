//! Cruddur's backend grew from week to week, and its answers changed.

use std::fmt;

/// The week whose backend is served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Week {
    /// Constant content and what people add to it; one crud more for the signed-in; no names.
    #[default]
    Three,
    /// Cruds with names and counts, times without an offset, no replies with them.
    Four,
    /// Messages need a token, and conversations have ids.
    Five,
    /// The recipient of a message has another name.
    Six,
    /// Profiles.
    Eight,
    /// Posting needs a token, and single cruds can be asked for.
    X,
}

impl Week {
    /// Every week, in order.
    pub const ALL: [Self; 6] = [
        Self::Three,
        Self::Four,
        Self::Five,
        Self::Six,
        Self::Eight,
        Self::X,
    ];

    /// The week's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Three => "3",
            Self::Four => "4",
            Self::Five => "5",
            Self::Six => "6",
            Self::Eight => "8",
            Self::X => "x",
        }
    }

    /// The week of that name.
    pub fn parse(name: &str) -> Option<Self> {
        let found = |week: &Self| week.name().eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(found)
    }

    /// Whether messages are for the signed-in, and conversations have ids.
    pub(crate) fn guards_messages(self) -> bool {
        self >= Self::Five
    }

    /// What the recipient of a message is called in the request.
    pub(crate) fn recipient_field(self) -> &'static str {
        if self >= Self::Six {
            "handle"
        } else {
            "user_receiver_handle"
        }
    }

    /// Whether people have profiles.
    pub(crate) fn has_profiles(self) -> bool {
        self >= Self::Eight
    }

    /// Whether posting is for the signed-in, replies are items of the home feed, and cruds have pages of their own.
    pub(crate) fn has_threads(self) -> bool {
        self >= Self::X
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
