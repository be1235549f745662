//! Words with something in them, in both languages.

use cruddur_web::text::{Language, apply, compose, people as text};
use wasm_bindgen_test::wasm_bindgen_test;

use super::tools::plain;

#[wasm_bindgen_test]
fn counts_have_their_plurals() {
    for (language, one, many) in [
        (
            Language::German,
            [
                "1 Crud",
                "1 Crud zu „Krieg“",
                "Das ist um 1 Zeichen zu lang.",
            ],
            [
                "0 Cruds",
                "2 Cruds zu „Krieg“",
                "Das ist um 2 Zeichen zu lang.",
            ],
        ),
        (
            Language::English,
            [
                "1 crud",
                "1 crud for “Krieg”",
                "That is 1 character too long.",
            ],
            [
                "0 cruds",
                "2 cruds for “Krieg”",
                "That is 2 characters too long.",
            ],
        ),
    ] {
        apply(language);
        assert_eq!(text::cruds(1), one[0]);
        assert_eq!(plain(&text::search_found(1, "Krieg")), one[1]);
        assert_eq!(compose::too_long(1), one[2]);
        assert_eq!(text::cruds(0), many[0]);
        assert_eq!(plain(&text::search_found(2, "Krieg")), many[1]);
        assert_eq!(compose::too_long(2), many[2]);
    }
}

#[wasm_bindgen_test]
fn somebodys_words_do_not_turn_ours_around() {
    assert_eq!(text::nobody("אבג"), "Nobody is called @\u{2068}אבג\u{2069}");
    assert_eq!(
        text::title(&text::nobody("אבג")),
        "Nobody is called @אבג · Cruddur"
    );
}
