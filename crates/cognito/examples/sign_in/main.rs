//! Signs in from a terminal.
//!
//! ```text
//! cargo xtask local   # in another terminal
//! cargo run -p cognito-user-pool --features full --example sign_in -- \
//!     us-east-1_CruddurDev cruddurweb0localdevelopment andrew@cruddur.test http://127.0.0.1:9229
//! ```
//!
//! The password is read from the standard input. Without the last argument, AWS's own endpoint is used.

#[cfg(not(target_family = "wasm"))]
mod terminal;

#[cfg(not(target_family = "wasm"))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    terminal::run()
}

/// There is no terminal.
#[cfg(target_family = "wasm")]
fn main() {}
