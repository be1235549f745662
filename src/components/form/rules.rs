//! The rules for a new password, ticked off while it is typed.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;

use super::{FieldProblem, PasswordPolicy, Rule, validate_new_password};
use crate::session::{Error, ErrorKind, Password, PasswordPolicyViolation, use_session};
use crate::text::{auth as text, use_language};

/// What changes a [`Checklist`].
enum Event {
    /// The field holds this now.
    Typed(Password),
    /// The pool refused a password of that many characters.
    Refused(PasswordPolicyViolation, usize),
}

/// Which rules the typed password meets. Does not hold the password.
#[derive(Clone, Debug, Default, PartialEq)]
struct Checklist {
    policy: PasswordPolicy,
    /// Whether anything is typed.
    typed: bool,
    checks: Vec<(Rule, bool)>,
}

impl Checklist {
    fn new(policy: PasswordPolicy) -> Self {
        let list = Self {
            policy,
            ..Self::default()
        };
        list.after(Event::Typed(Password::new(String::new())))
    }

    fn after(&self, event: Event) -> Self {
        let mut next = self.clone();
        match event {
            Event::Typed(password) => {
                next.typed = !password.expose().is_empty();
                next.checks = self.policy.check(password.expose());
            }
            // How long it has to be is not told, only that this is not enough.
            Event::Refused(PasswordPolicyViolation::TooShort, length) => {
                let least = length + 1;
                next.policy.lengthen(least);
                next.set(|rule| matches!(rule, Rule::Length(_)), Rule::Length(least));
            }
            Event::Refused(violation, _) => {
                if let Some(refused) = Rule::broken(violation) {
                    next.set(|rule| rule == refused, refused);
                }
            }
        }
        next
    }

    /// Puts an open rule in place of the one that matches, or at the end.
    fn set(&mut self, matches: impl Fn(Rule) -> bool, open: Rule) {
        match self.checks.iter_mut().find(|(rule, _)| matches(*rule)) {
            Some(check) => *check = (open, false),
            None => self.checks.push((open, false)),
        }
    }
}

impl Reducible for Checklist {
    type Action = Event;

    fn reduce(self: Rc<Self>, event: Event) -> Rc<Self> {
        Rc::new(self.after(event))
    }
}

/// The rules for the new password of one form, and how far they are met.
#[derive(Clone, PartialEq)]
pub struct NewPasswordRules {
    checklist: UseReducerHandle<Checklist>,
    ontyped: Callback<Password>,
    /// The length of the password that was found good last. While it is on its way, another may be typed.
    sent: Rc<Cell<usize>>,
}

impl NewPasswordRules {
    /// For the password's field, to tell what it holds.
    pub fn ontyped(&self) -> Callback<Password> {
        self.ontyped.clone()
    }

    /// The typed password, if it meets the rules.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn validate(&self, typed: String) -> Result<Password, FieldProblem> {
        let password = validate_new_password(typed, &self.checklist.policy)?;
        self.sent.set(password.expose().chars().count());
        Ok(password)
    }

    /// Learns from the pool's answer: its policy can ask for more than the form knows.
    pub fn learn(&self, error: &Error) {
        if let ErrorKind::PasswordPolicy(violation) = error.kind {
            let refused = Event::Refused(violation, self.sent.get());
            self.checklist.dispatch(refused);
        }
    }
}

/// The rules for the new password of the form that the component shows: those of the pool's policy where the
/// configuration tells it, else a pool's default.
#[hook]
pub fn use_new_password_rules() -> NewPasswordRules {
    let session = use_session();
    let checklist = use_reducer(|| {
        let policy = &session.options().password_policy;
        Checklist::new(PasswordPolicy::read(policy.as_ref()))
    });
    let dispatcher = checklist.dispatcher();
    let ontyped = use_callback((), move |password, ()| {
        dispatcher.dispatch(Event::Typed(password));
    });
    let sent = use_memo((), |()| Cell::new(0));
    NewPasswordRules {
        checklist,
        ontyped,
        sent,
    }
}

/// Properties of [`PasswordRules`].
#[derive(Properties, PartialEq)]
pub struct PasswordRulesProps {
    /// The list's id, for the input's `aria-describedby`.
    pub id: AttrValue,
    /// The rules.
    pub rules: NewPasswordRules,
}

/// The rules, each with whether it is met: by a sign and in words, not only by colour.
#[component]
pub fn PasswordRules(props: &PasswordRulesProps) -> Html {
    use_language();
    let Checklist { typed, checks, .. } = &*props.rules.checklist;
    let open: Vec<Rule> = checks
        .iter()
        .filter(|(_, met)| !met)
        .map(|(rule, _)| *rule)
        .collect();
    // Said after each change, and shorter with each rule that is met.
    let spoken = if !*typed {
        String::new()
    } else if open.is_empty() {
        text::RULES_ALL_MET.to_string()
    } else {
        text::rules_open(&open)
    };
    html! {
        <div class="rules">
            <div id={props.id.clone()}>
                <p>{ text::RULES_TITLE }</p>
                <ul role="list">
                    for (rule, met) in checks.iter().copied() {
                        <li class={if met { "rule rule-met" } else { "rule" }}>
                            { text::rule_text(rule) }
                            <span class="visually-hidden">
                                { ": " }{ if met { text::RULE_MET } else { text::RULE_OPEN } }
                            </span>
                        </li>
                    }
                </ul>
            </div>
            <p class="visually-hidden" role="status">{ spoken }</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Event {
        Event::Typed(Password::new(text.to_owned()))
    }

    fn open(checklist: &Checklist) -> Vec<Rule> {
        let open = checklist.checks.iter().filter(|(_, met)| !met);
        open.map(|(rule, _)| *rule).collect()
    }

    #[test]
    fn at_first_every_rule_is_open() {
        assert_eq!(open(&Checklist::new(PasswordPolicy::default())).len(), 5);
    }

    #[test]
    fn a_pool_that_wants_more_characters_raises_the_rule() {
        let list = Checklist::new(PasswordPolicy::default()).after(typed("Short-26!"));
        assert_eq!(open(&list), []);
        let list = list.after(Event::Refused(PasswordPolicyViolation::TooShort, 9));
        assert_eq!(open(&list), [Rule::Length(10)]);
        // It stays raised.
        let list = list.after(typed("Other-26!"));
        assert_eq!(open(&list), [Rule::Length(10)]);
        assert_eq!(open(&list.after(typed("Others-26!"))), []);
    }

    #[test]
    fn a_rule_that_the_pool_says_is_broken_is_open_until_something_else_is_typed() {
        let list = Checklist::new(PasswordPolicy::default()).after(typed("Crud-dur-2026"));
        let list = list.after(Event::Refused(PasswordPolicyViolation::NeedsSymbol, 13));
        assert_eq!(open(&list), [Rule::Symbol]);
        assert_eq!(list.checks.len(), 5);
        assert_eq!(open(&list.after(typed("Crud-dur-2026!"))), []);
    }

    #[test]
    fn a_refusal_without_a_rule_changes_no_rule() {
        let list = Checklist::new(PasswordPolicy::default()).after(typed("Crud-dur-2026!"));
        let refused = list.after(Event::Refused(PasswordPolicyViolation::Other, 14));
        assert_eq!(refused, list);
    }
}
