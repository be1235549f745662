//! Starts the app in the page.

fn main() {
    cruddur_web::app::start();
}
