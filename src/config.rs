//! `/config.json`.
