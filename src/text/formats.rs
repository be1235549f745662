//! Dates, times and numbers as the person's language writes them.

use std::cell::{OnceCell, RefCell};

use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::{Language, current, locale};

/// One of the browser's own formats; `None` where it has none, or none for the locale.
struct Format {
    this: JsValue,
    format: Function,
}

impl Format {
    /// An `Intl.<name>` for `locale`. Some browsers name locales that they refuse themselves: then for the language.
    fn new(name: &str, locale: &str, options: &[(&str, &str)]) -> Option<Self> {
        let object = Object::new();
        for (name, value) in options {
            Reflect::set(&object, &(*name).into(), &(*value).into()).ok()?;
        }
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let class: Function = Reflect::get(&intl, &name.into()).ok()?.dyn_into().ok()?;
        let this = [locale, current().tag()].into_iter().find_map(|locale| {
            Reflect::construct(&class, &Array::of2(&locale.into(), &object)).ok()
        })?;
        let format = Reflect::get(&this, &"format".into()).ok()?;
        Some(Self {
            format: format.dyn_into().ok()?,
            this,
        })
    }

    fn of(&self, value: &JsValue) -> Option<String> {
        self.format.call1(&self.this, value).ok()?.as_string()
    }

    fn of_unit(&self, value: f64, unit: &str) -> Option<String> {
        let text = self.format.call2(&self.this, &value.into(), &unit.into());
        text.ok()?.as_string()
    }
}

/// What is written in the language's own way.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Relative,
    Day,
    DayOfYear,
    Full,
}

impl Kind {
    const COUNT: usize = 5;

    fn make(self) -> Option<Format> {
        let day = [("day", "numeric"), ("month", "short"), ("year", "numeric")];
        let full = [("dateStyle", "full"), ("timeStyle", "short")];
        let (name, options) = match self {
            Self::Number => ("NumberFormat", &[][..]),
            Self::Relative => ("RelativeTimeFormat", &[][..]),
            Self::Day => ("DateTimeFormat", &day[..2]),
            Self::DayOfYear => ("DateTimeFormat", &day[..]),
            Self::Full => ("DateTimeFormat", &full[..]),
        };
        Format::new(name, &locale(), options)
    }
}

/// Each is made when it is first used: that takes longer than a hundred uses.
struct Formats {
    language: Language,
    made: [OnceCell<Option<Format>>; Kind::COUNT],
}

thread_local! {
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

fn with<T>(kind: Kind, format: impl FnOnce(&Format) -> Option<T>) -> Option<T> {
    FORMATS.with_borrow_mut(|formats| {
        let language = current();
        let known = formats
            .take()
            .filter(|formats| formats.language == language)
            .unwrap_or_else(|| Formats {
                language,
                made: Default::default(),
            });
        let made = &formats.insert(known).made[kind as usize];
        format(made.get_or_init(|| kind.make()).as_ref()?)
    })
}

/// A number with its separators, such as `1,042`.
pub fn number(number: u64) -> String {
    // Without separators it is the same in both languages, and soon said.
    if number < 1000 {
        return number.to_string();
    }
    let written = with(Kind::Number, |format| format.of(&(number as f64).into()));
    written.unwrap_or_else(|| number.to_string())
}

/// `count` units (`minute`, `hour`, `day`) from now, or ago when negative, in words: `in 3 days`, `5 minutes ago`.
pub fn relative(count: i64, unit: &str) -> String {
    let written = with(Kind::Relative, |format| format.of_unit(count as f64, unit));
    written.unwrap_or_else(|| format!("{count} {unit}"))
}

/// The day of a time (milliseconds since 1970 UTC) in the person's time zone; with its year where that is not the year
/// of `now`.
pub fn day(time: i64, now: i64) -> String {
    let (date, today) = (date(time), date(now));
    let kind = if date.get_full_year() == today.get_full_year() {
        Kind::Day
    } else {
        Kind::DayOfYear
    };
    let written = with(kind, |format| format.of(&date));
    written.unwrap_or_else(|| iso(time))
}

/// All of a time: weekday, day, month, year, hour and minute.
pub fn full(time: i64) -> String {
    with(Kind::Full, |format| format.of(&date(time))).unwrap_or_else(|| iso(time))
}

/// A time as HTML's `datetime` wants it; empty for one beyond all calendars.
pub fn iso(time: i64) -> String {
    let date = date(time);
    if date.get_time().is_nan() {
        return String::new();
    }
    date.to_iso_string().into()
}

fn date(time: i64) -> Date {
    Date::new(&JsValue::from_f64(time as f64))
}
