//! What the backend answers: feeds, threads, people, messages, refusals.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &[u8])| cruddur_web::fuzzing::answer(input.0, input.1));
