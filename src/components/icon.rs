//! Symbols: drawn here, inline, so that they take the text's colour.

use yew::prelude::*;

/// What there are symbols for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// A bomb with a burning fuse: a crud that goes away.
    Bomb,
    /// A cross.
    Close,
    /// Three dots: there is more.
    Ellipsis,
    /// A house.
    Home,
    /// A person.
    Person,
    /// A person and a plus.
    PersonAdd,
    /// A magnifying glass.
    Search,
}

/// Properties of [`Icon`].
#[derive(Properties, PartialEq)]
pub struct IconProps {
    /// Which one.
    pub symbol: Symbol,
}

/// A symbol of the size of the text around it, for the eye only: what it stands for is said beside it.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    let path = match props.symbol {
        // The bomb's fuse and spark; its body is below.
        Symbol::Bomb => {
            "M14 10.5l3-3c.9-.9 2-1 3-.2M19.6 1.4l.2 2M22.8 3.2l-1.2 1.2M23 7.6l-1.6-.2"
        }
        Symbol::Close => "M6 6l12 12M18 6 6 18",
        Symbol::Ellipsis => "M5 12h.01M12 12h.01M19 12h.01",
        Symbol::Home => "M3 11.2 12 3.5l9 7.7M5.5 9.5V20H10v-5.5h4V20h4.5V9.5",
        Symbol::Person => {
            "M12 12.5A4.25 4.25 0 1 0 12 4a4.25 4.25 0 0 0 0 8.5M4 20.5c.6-3.6 4-5 8-5s7.4 1.4 8 5"
        }
        Symbol::PersonAdd => {
            "M9.5 12.5a4.25 4.25 0 1 0 0-8.5 4.25 4.25 0 0 0 0 8.5M1.5 20.5c.6-3.6 4-5 8-5s7.4 1.4 8 5M19.5 7v6m-3-3h6"
        }
        Symbol::Search => "M10.5 17.5a7 7 0 1 0 0-14 7 7 0 0 0 0 14M15.6 15.6l5.4 5.4",
    };
    let heavy = matches!(props.symbol, Symbol::Bomb | Symbol::Ellipsis).then_some("icon-heavy");
    html! {
        <svg class={classes!("icon", heavy)} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            if props.symbol == Symbol::Bomb {
                <circle class="icon-filled" cx="9" cy="15" r="7" />
            }
            <path d={path} />
        </svg>
    }
}
