//! Addresses, handles in them, and where a sign-in is to lead.
#![no_main]

use cruddur_web::router::Route;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|address: &str| {
    let route = Route::parse(address);
    let url = route.to_url();
    if route != Route::NotFound {
        assert_eq!(Route::parse(&url), route, "{url}");
    }
    // Whatever `next` says, it is a page of this site.
    let url = Route::after_sign_in(Some(address)).to_url();
    assert!(
        url.starts_with('/') && !url.starts_with("//") && !url.contains('\\'),
        "{url}"
    );
    assert!(!url.chars().any(char::is_control), "{url}");
    if let Route::SignIn {
        next: Some(next), ..
    } = Route::parse(&format!("/signin?next={address}"))
    {
        assert!(Route::safe_next(&next).is_some(), "{next}");
    }
});
