//! In place of the app while there is no usable configuration.

use yew::prelude::*;

use crate::config::{ConfigProblem, FieldProblem};
use crate::text::shell as text;

/// Properties of [`ConfigErrorPage`].
#[derive(Properties, PartialEq)]
pub struct ConfigErrorProps {
    /// What is wrong.
    pub problem: ConfigProblem,
    /// The URL that the configuration was read from.
    pub source: AttrValue,
    /// Whether it is being read again.
    pub retrying: bool,
    /// Reads it again.
    pub onretry: Callback<()>,
}

/// Names every value that is missing or malformed, what it should look like, what was found, and where.
#[component]
pub fn ConfigErrorPage(props: &ConfigErrorProps) -> Html {
    let title = match props.problem {
        ConfigProblem::Unreachable => text::CONFIG_UNREACHABLE_TITLE,
        _ => text::CONFIG_TITLE,
    };
    let onclick = props.onretry.reform(|_: MouseEvent| ());
    let label = if props.retrying {
        text::CONFIG_RETRYING
    } else {
        text::CONFIG_RETRY
    };
    html! {
        <main class="plain-page">
            <img src="/icon.svg" alt="" width="64" height="64" />
            <div role="alert">
                <h1>{ title }</h1>
                <p>{ text::config_problem(&props.problem) }</p>
                if let ConfigProblem::Fields(problems) = &props.problem {
                    <ul class="config-fields" role="list">
                        { for problems.iter().map(field) }
                    </ul>
                }
            </div>
            <p>
                { text::CONFIG_READ_FROM }{ " " }
                <a class="text-link" href={props.source.clone()}>{ props.source.clone() }</a>
            </p>
            <button type="button" class="button" {onclick}>{ label }</button>
        </main>
    }
}

fn field(problem: &FieldProblem) -> Html {
    let found = match &problem.found {
        Some(value) => html! { <code>{ value.clone() }</code> },
        None => html! { <>{ text::CONFIG_NOTHING }</> },
    };
    html! {
        <li class="config-field">
            <h2><code>{ problem.field.path() }</code></h2>
            <p>{ text::config_field(problem.field) }</p>
            <dl>
                <dt>{ text::CONFIG_EXPECTED }</dt>
                <dd><code>{ problem.field.example() }</code></dd>
                <dt>{ text::CONFIG_FOUND }</dt>
                <dd>{ found }</dd>
            </dl>
        </li>
    }
}
