//! The rules for a new password, ticked off while it is typed.

use yew::prelude::*;

use super::{PasswordPolicy, Rule};
use crate::text::auth as text;

/// Properties of [`PasswordRules`].
#[derive(Properties, PartialEq)]
pub struct PasswordRulesProps {
    /// The list's id, for the input's `aria-describedby`.
    pub id: AttrValue,
    /// What has been typed so far.
    pub password: AttrValue,
}

/// The rules, each with whether it is met: by a sign and in words, not only by colour.
#[component]
pub fn PasswordRules(props: &PasswordRulesProps) -> Html {
    let checks = PasswordPolicy::default().check(&props.password);
    let open: Vec<Rule> = checks
        .iter()
        .filter(|(_, met)| !met)
        .map(|(rule, _)| *rule)
        .collect();
    // Said after each change, and shorter with each rule that is met.
    let spoken = if props.password.is_empty() {
        String::new()
    } else if open.is_empty() {
        text::RULES_ALL_MET.to_owned()
    } else {
        text::rules_open(&open)
    };
    html! {
        <div class="rules" id={props.id.clone()}>
            <p>{ text::RULES_TITLE }</p>
            <ul role="list">
                for (rule, met) in checks {
                    <li class={if met { "rule rule-met" } else { "rule" }}>
                        { text::rule_text(rule) }
                        <span class="visually-hidden">
                            { ": " }{ if met { text::RULE_MET } else { text::RULE_OPEN } }
                        </span>
                    </li>
                }
            </ul>
            <p class="visually-hidden" role="status">{ spoken }</p>
        </div>
    }
}
