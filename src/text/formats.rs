//! Dates, times and numbers as the person's language writes them.

use std::cell::RefCell;

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

struct Formats {
    language: Language,
    number: Option<Format>,
    relative: Option<Format>,
    day: Option<Format>,
    day_of_year: Option<Format>,
    full: Option<Format>,
}

impl Formats {
    fn new(language: Language) -> Self {
        let locale = &locale();
        let format = |name, options| Format::new(name, locale, options);
        let day = [("day", "numeric"), ("month", "short")];
        Self {
            language,
            number: format("NumberFormat", &[]),
            relative: format("RelativeTimeFormat", &[]),
            day: format("DateTimeFormat", &day),
            day_of_year: format("DateTimeFormat", &[day[0], day[1], ("year", "numeric")]),
            full: format(
                "DateTimeFormat",
                &[("dateStyle", "full"), ("timeStyle", "short")],
            ),
        }
    }
}

thread_local! {
    /// Making a format takes longer than a hundred uses.
    static FORMATS: RefCell<Option<Formats>> = const { RefCell::new(None) };
}

fn with<T>(format: impl FnOnce(&Formats) -> T) -> T {
    FORMATS.with_borrow_mut(|formats| {
        let language = current();
        let known = formats
            .take()
            .filter(|formats| formats.language == language)
            .unwrap_or_else(|| Formats::new(language));
        format(formats.insert(known))
    })
}

/// A number with its separators, such as `1,042`.
pub fn number(number: u64) -> String {
    // Without separators it is the same in both languages, and soon said.
    if number < 1000 {
        return number.to_string();
    }
    let written = with(|formats| formats.number.as_ref()?.of(&(number as f64).into()));
    written.unwrap_or_else(|| number.to_string())
}

/// `count` units (`minute`, `hour`, `day`) from now, or ago when negative, in words: `in 3 days`, `5 minutes ago`.
pub fn relative(count: i64, unit: &str) -> String {
    let written = with(|formats| formats.relative.as_ref()?.of_unit(count as f64, unit));
    written.unwrap_or_else(|| format!("{count} {unit}"))
}

/// The day of a time (milliseconds since 1970 UTC) in the person's time zone; with its year where that is not the year
/// of `now`.
pub fn day(time: i64, now: i64) -> String {
    let (date, today) = (date(time), date(now));
    let written = with(|formats| {
        let format = if date.get_full_year() == today.get_full_year() {
            &formats.day
        } else {
            &formats.day_of_year
        };
        format.as_ref()?.of(&date)
    });
    written.unwrap_or_else(|| iso(time))
}

/// All of a time: weekday, day, month, year, hour and minute.
pub fn full(time: i64) -> String {
    with(|formats| formats.full.as_ref()?.of(&date(time))).unwrap_or_else(|| iso(time))
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
