//! In place of the app while there is no usable configuration.

use yew::prelude::*;

use crate::config::{self, ConfigProblem, FieldProblem};
use crate::parts::config_faults;
use crate::text::shell as text;

/// In place of the app: what keeps it from starting, where that was read, and a way to read it again.
pub fn config_error(problem: &ConfigProblem, retrying: bool, onretry: &Callback<()>) -> Html {
    let unreachable = *problem == ConfigProblem::Unreachable;
    let title = match unreachable {
        true => text::CONFIG_UNREACHABLE_TITLE,
        false => text::CONFIG_TITLE,
    };
    let faults = match config_faults() {
        // A site that is not there has no part of the app either.
        _ if unreachable => html! { <p>{ text::CONFIG_UNREACHABLE }</p> },
        Some(faults) => faults(problem),
        None => html! { <p>{ text::CONFIG_FAULTS_NOT_LOADED }</p> },
    };
    let onclick = onretry.reform(|_: MouseEvent| ());
    let label = if retrying {
        text::CONFIG_RETRYING
    } else {
        text::CONFIG_RETRY
    };
    let source = config::source_url();
    html! {
        <main class="plain-page">
            <img src="/icon.svg" alt="" width="64" height="64" />
            <div role="alert">
                <h1>{ title }</h1>
                { faults }
            </div>
            <p>
                { text::CONFIG_READ_FROM }{ " " }
                <a class="text-link" href={source.clone()}>{ source }</a>
            </p>
            <button type="button" class="button" {onclick}>{ label }</button>
        </main>
    }
}

/// Names every value that is missing or malformed, what it should look like, and what was found.
pub fn faults(problem: &ConfigProblem) -> Html {
    html! {
        <>
            <p>{ text::config_problem(problem) }</p>
            if let ConfigProblem::Fields(problems) = problem {
                <ul class="config-fields" role="list">
                    { for problems.iter().map(field) }
                </ul>
            }
        </>
    }
}

fn field(problem: &FieldProblem) -> Html {
    let found = match problem.excerpt() {
        Some(value) => html! { <code>{ value }</code> },
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
