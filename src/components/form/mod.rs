//! What forms are made of.

mod alert;
mod cooldown;
mod field;
mod frame;
mod problems;
mod rules;
mod submit;
mod validate;

pub use alert::{FormAlert, FormNotice};
pub use cooldown::{Cooldown, use_cooldown};
pub use field::{CodeField, PasswordField, TextField};
pub use frame::FormFrame;
pub use problems::{Problem, Problems, Refs, use_problems};
pub use rules::{NewPasswordRules, PasswordRules, use_new_password_rules};
pub use submit::{Submission, SubmitButton, use_submission};
pub use validate::{
    Attribute, Field, FieldProblem, PasswordPolicy, Rule, clean_code, validate_attribute,
    validate_code, validate_email, validate_new_password, validate_password, validate_phone,
    validate_username,
};
