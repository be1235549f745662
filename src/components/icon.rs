//! Symbols: drawn here, inline, so that they take the text's colour.

use yew::prelude::*;

/// What there are symbols for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// An arrow to where one came from.
    Back,
    /// A bell: notifications.
    Bell,
    /// A bomb with a burning fuse: a crud that goes away.
    Bomb,
    /// A cross.
    Close,
    /// Three dots: there is more.
    Ellipsis,
    /// An envelope: messages.
    Envelope,
    /// A heart: likes.
    Heart,
    /// A house.
    Home,
    /// A pen: writing.
    Pen,
    /// A person.
    Person,
    /// A person and a plus.
    PersonAdd,
    /// An arrow that turns back: a reply.
    Reply,
    /// Two arrows in a round: reposts.
    Repost,
    /// A magnifying glass.
    Search,
    /// An arrow out of a tray: share.
    Share,
}

/// A symbol of the size of the text around it, for the eye only: what it stands for is said beside it.
///
/// No component: a feed has hundreds of symbols, and none of them changes.
pub fn icon(symbol: Symbol) -> Html {
    let path = match symbol {
        Symbol::Back => "M20 12H4.5M11 5.5 4.5 12l6.5 6.5",
        Symbol::Bell => {
            "M5 17c1.2-1.4 1.6-3.2 1.6-6.2a5.4 5.4 0 0 1 10.8 0c0 3 .4 4.8 1.6 6.2zM10 20.2a2.2 2.2 0 0 0 4 0M12 5.2V3.4"
        }
        // The bomb's fuse and spark; its body is below.
        Symbol::Bomb => {
            "M14 10.5l3-3c.9-.9 2-1 3-.2M19.6 1.4l.2 2M22.8 3.2l-1.2 1.2M23 7.6l-1.6-.2"
        }
        Symbol::Close => "M6 6l12 12M18 6 6 18",
        Symbol::Ellipsis => "M5 12h.01M12 12h.01M19 12h.01",
        Symbol::Envelope => {
            "M5 5.5h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2M3.6 7.2l8.4 6 8.4-6"
        }
        Symbol::Heart => {
            "M12 20.3C5.6 16 3 12.6 3 8.9A4.9 4.9 0 0 1 12 6.2a4.9 4.9 0 0 1 9 2.7c0 3.7-2.6 7.1-9 11.4z"
        }
        Symbol::Home => "M3 11.2 12 3.5l9 7.7M5.5 9.5V20H10v-5.5h4V20h4.5V9.5",
        Symbol::Pen => {
            "M4 20l1-4.4L16.4 4.2a2.1 2.1 0 0 1 3 0l.4.4a2.1 2.1 0 0 1 0 3L8.4 19zM14.2 6.4l3.4 3.4"
        }
        Symbol::Person => {
            "M12 12.5A4.25 4.25 0 1 0 12 4a4.25 4.25 0 0 0 0 8.5M4 20.5c.6-3.6 4-5 8-5s7.4 1.4 8 5"
        }
        Symbol::PersonAdd => {
            "M9.5 12.5a4.25 4.25 0 1 0 0-8.5 4.25 4.25 0 0 0 0 8.5M1.5 20.5c.6-3.6 4-5 8-5s7.4 1.4 8 5M19.5 7v6m-3-3h6"
        }
        Symbol::Reply => "M9 5 3.5 10.5 9 16M4 10.5h9.5c4 0 7 2.6 7 7.5v1",
        Symbol::Repost => {
            "M4 12.5V9.5a3 3 0 0 1 3-3h12m-3.5-4L19 6.5l-3.5 4M20 11.5v3a3 3 0 0 1-3 3H5m3.5 4L5 17.5l3.5-4"
        }
        Symbol::Search => "M10.5 17.5a7 7 0 1 0 0-14 7 7 0 0 0 0 14M15.6 15.6l5.4 5.4",
        Symbol::Share => {
            "M12 14.5V3.5M7.5 7.5 12 3l4.5 4.5M4.5 12.5v6a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-6"
        }
    };
    let heavy = matches!(symbol, Symbol::Bomb | Symbol::Ellipsis).then_some("icon-heavy");
    html! {
        <svg class={classes!("icon", heavy)} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            if symbol == Symbol::Bomb {
                <circle class="icon-filled" cx="9" cy="15" r="7" />
            }
            <path d={path} />
        </svg>
    }
}
