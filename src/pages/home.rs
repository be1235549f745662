//! `/`: the home feed.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::backend::{Activity, Backend, use_backend};
use crate::components::compose::{ComposeFormProps, Posting};
use crate::components::feed::{
    Alarm, Cruds, FeedView, Replied, WallClock, list, newcomers, use_clock, with_crud, with_reply,
};
use crate::components::{ForMembers, MembersPlace};
use crate::load::{Viewer, use_load};
use crate::router::use_navigator;
use crate::session::use_session_state;
use crate::task::Task;
use crate::text::{feed as text, shell};

/// How often it is looked whether there is something new, in milliseconds.
const POLL_MS: i64 = 60_000;

/// A person who has scrolled further than this, in pixels, is reading.
const READING_PX: f64 = 100.0;

/// What was loaded, and for whom.
#[derive(PartialEq, Eq)]
struct Answer {
    viewer: Option<Viewer>,
    cruds: Cruds,
}

/// The home feed as it is on show for one viewer.
#[derive(Clone, Default)]
struct Home {
    viewer: Option<Viewer>,
    shown: Option<Cruds>,
    /// A newer one and how much in it is new, to be shown when the person says so.
    offered: Option<(Cruds, usize)>,
    sending: Option<Activity>,
}

enum HomeEvent {
    /// The page belongs to that viewer, and this was shown to them last.
    Viewed(Option<Viewer>, Option<Cruds>),
    /// The person's own request was answered; `reading` if what is on show must not move.
    Loaded {
        cruds: Cruds,
        own: Option<String>,
        reading: bool,
    },
    /// So it is by now.
    Polled(Cruds, Option<String>),
    /// The person wants to see what is new.
    Accepted,
    Posting(Posting),
    Replied(Replied),
}

/// An event, and for whom it is: what was meant for one person is not for the next.
type HomeAction = (Option<Viewer>, HomeEvent);

impl Home {
    fn offer(&mut self, cruds: Cruds, own: Option<&str>) {
        let new = newcomers(self.shown.as_deref().unwrap_or_default(), &cruds, own);
        self.offered = (new > 0).then_some((cruds, new));
    }
}

impl Reducible for Home {
    type Action = HomeAction;

    fn reduce(self: Rc<Self>, (viewer, event): HomeAction) -> Rc<Self> {
        if let HomeEvent::Viewed(viewer, shown) = event {
            return Rc::new(Self {
                viewer,
                shown,
                ..Self::default()
            });
        }
        if viewer != self.viewer {
            return self;
        }
        let mut home = (*self).clone();
        match event {
            HomeEvent::Viewed(..) => {}
            HomeEvent::Loaded {
                cruds,
                own,
                reading,
            } => {
                if reading && home.shown.is_some() {
                    home.offer(cruds, own.as_deref());
                } else {
                    home.shown = Some(cruds);
                    home.offered = None;
                }
            }
            HomeEvent::Polled(cruds, own) if home.shown.is_some() => {
                home.offer(cruds, own.as_deref());
            }
            HomeEvent::Polled(cruds, _) => home.shown = Some(cruds),
            HomeEvent::Accepted => {
                if let Some((cruds, _)) = home.offered.take() {
                    home.shown = Some(cruds);
                }
            }
            HomeEvent::Posting(Posting::Begun(crud)) => home.sending = Some(crud),
            HomeEvent::Posting(Posting::Done(crud)) => {
                let shown = home.shown.as_deref().unwrap_or_default();
                home.shown = Some(with_crud(shown, crud));
                home.sending = None;
            }
            HomeEvent::Posting(Posting::Failed) => home.sending = None,
            HomeEvent::Replied(replied) => {
                home.shown = home.shown.map(|shown| with_reply(&shown, &replied));
            }
        }
        Rc::new(home)
    }
}

/// What was on show when the person left the page, so that coming back finds it at once.
struct Left {
    backend: Backend,
    viewer: Viewer,
    cruds: Cruds,
}

thread_local! {
    static LEFT: RefCell<Option<Left>> = const { RefCell::new(None) };
}

fn left(backend: &Backend, viewer: Option<&Viewer>) -> Option<Cruds> {
    LEFT.with_borrow(|left| {
        let left = left.as_ref()?;
        (left.backend == *backend && viewer == Some(&left.viewer)).then(|| left.cruds.clone())
    })
}

/// The home feed, of whoever is signed in or of nobody.
#[component]
pub fn HomePage() -> Html {
    let backend = use_backend();
    let navigator = use_navigator();
    let session = use_session_state();
    let person = session.person().cloned();
    let own = person.as_ref().and_then(|person| person.handle.clone());
    let viewer = Viewer::of(&session);
    let feed = use_load(viewer.clone(), async |backend, viewer| {
        let cruds = list(backend.home_feed().await?);
        Ok(Rc::new(Answer { viewer, cruds }))
    });

    let home = use_reducer({
        let (backend, viewer) = (backend.clone(), viewer.clone());
        move || Home {
            shown: left(&backend, viewer.as_ref()),
            viewer,
            ..Home::default()
        }
    });
    let is_mine = home.viewer == viewer;
    use_effect_with((backend.clone(), viewer.clone()), {
        let home = home.dispatcher();
        move |(backend, viewer)| {
            if !is_mine {
                let shown = left(backend, viewer.as_ref());
                home.dispatch((None, HomeEvent::Viewed(viewer.clone(), shown)));
            }
        }
    });
    use_effect_with((is_mine, feed.value.clone()), {
        let (home, own) = (home.dispatcher(), own.clone());
        move |(_, answer)| {
            if let Some(answer) = answer {
                let loaded = HomeEvent::Loaded {
                    cruds: answer.cruds.clone(),
                    own,
                    reading: navigator.position() > READING_PX,
                };
                home.dispatch((answer.viewer.clone(), loaded));
            }
        }
    });
    use_effect_with((backend.clone(), viewer.clone(), home.shown.clone()), {
        move |(backend, viewer, shown)| {
            if let (true, Some(viewer), Some(cruds)) = (is_mine, viewer, shown) {
                let left = Left {
                    backend: backend.clone(),
                    viewer: viewer.clone(),
                    cruds: cruds.clone(),
                };
                LEFT.set(Some(left));
            }
        }
    });

    let clock = use_clock();
    use_effect_with((clock, backend.clone(), viewer.clone(), own.clone()), {
        let home = home.dispatcher();
        move |(clock, backend, viewer, own)| {
            let under_way = Rc::new(RefCell::new(None::<Task>));
            let look = {
                let (backend, viewer, own) = (backend.clone(), viewer.clone(), own.clone());
                Callback::from(move |()| {
                    let online =
                        web_sys::window().is_some_and(|window| window.navigator().on_line());
                    if !online {
                        return;
                    }
                    let (backend, viewer, own) = (backend.clone(), viewer.clone(), own.clone());
                    let home = home.clone();
                    *under_way.borrow_mut() = Some(Task::spawn(async move {
                        // Nobody has asked, so nobody is told of a failure.
                        if let Ok(cruds) = backend.home_feed().await {
                            home.dispatch((viewer, HomeEvent::Polled(list(cruds), own)));
                        }
                    }));
                })
            };
            let alarm = Rc::new(RefCell::new(None));
            if viewer.is_some() {
                repeat(clock, &alarm, look);
            }
            move || drop(alarm.take())
        }
    });

    let onposting = {
        let (home, viewer) = (home.dispatcher(), viewer.clone());
        use_callback(viewer, move |posting, viewer| {
            home.dispatch((viewer.clone(), HomeEvent::Posting(posting)));
        })
    };
    let onreplied = {
        let (home, viewer) = (home.dispatcher(), viewer.clone());
        use_callback(viewer, move |replied, viewer| {
            home.dispatch((viewer.clone(), HomeEvent::Replied(replied)));
        })
    };
    let onaccept = {
        let (home, viewer) = (home.dispatcher(), viewer.clone());
        move |_: MouseEvent| {
            home.dispatch((viewer.clone(), HomeEvent::Accepted));
            go_up();
        }
    };

    let mine = if is_mine {
        (*home).clone()
    } else {
        Home::default()
    };
    html! {
        <FeedView
            heading={shell::HOME}
            cruds={mine.shown}
            sending={mine.sending}
            loading={feed.loading}
            error={feed.error}
            onretry={feed.retry}
            {onreplied}
        >
            if let Some(person) = &person {
                <MembersPlace
                    key={person.username.clone()}
                    what={ForMembers::Compose(ComposeFormProps { person: person.clone(), onposting })}
                />
            }
            <div class="feed-new">
                <div role="status">
                    if let Some((_, new)) = mine.offered {
                        <button type="button" class="button" onclick={onaccept}>
                            { text::new_cruds(new) }
                        </button>
                    }
                </div>
            </div>
        </FeedView>
    }
}

/// Calls `look` every [`POLL_MS`] for as long as there is an `alarm`.
fn repeat(clock: &WallClock, alarm: &Rc<RefCell<Option<Alarm>>>, look: Callback<()>) {
    let again = {
        let (clock, alarm) = (clock.clone(), Rc::downgrade(alarm));
        Callback::from(move |()| {
            if let Some(alarm) = alarm.upgrade() {
                look.emit(());
                repeat(&clock, &alarm, look.clone());
            }
        })
    };
    alarm.replace(Some(clock.wake(clock.now() + POLL_MS, again)));
}

/// Goes to the top of the page, with the focus too: what had it is gone.
fn go_up() {
    let Some(window) = web_sys::window() else {
        return;
    };
    window.scroll_to_with_x_and_y(0.0, 0.0);
    let heading = window
        .document()
        .and_then(|document| document.get_element_by_id("page-title"))
        .and_then(|heading| heading.dyn_into::<HtmlElement>().ok());
    if let Some(heading) = heading {
        let _ = heading.focus();
    }
}
