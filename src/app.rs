//! The root component.
