//! What the sidebar suggests to read. The backend counts no hashtags and suggests nobody, so that all of this is fixed,
//! and says so.

use super::Text;

pub const TRENDING: Text = Text::new("Trending", "Im Trend");
pub const TRENDING_TEXT: Text = Text::new(
    "Examples of what you can search for.",
    "Beispiele dafür, wonach du suchen kannst.",
);
/// Hashtags.
pub const HASHTAGS: [&str; 4] = [
    "#100DaysOfCloud",
    "#CloudProject",
    "#AWS",
    "#FreeWillyReboot",
];

pub const USERS: Text = Text::new("Suggested Users", "Vorgeschlagene Leute");
pub const USERS_TEXT: Text = Text::new(
    "Somebody to begin with, the same for everybody.",
    "Jemand für den Anfang, für alle gleich.",
);
/// Handles.
pub const HANDLES: [&str; 2] = ["andrewbrown", "bayko"];
