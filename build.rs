//! Tells the linker what the release's way of building needs.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        // The module can be taken apart only as long as it says where each address in it comes from.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
