//! `cargo xtask size`: what a visitor loads, and where it comes from.

use std::collections::BTreeMap;

use crate::{
    dist::{self, Profile, Sizes},
    failure::{Failure, Result},
    progress,
    tools::Tools,
    workspace::Workspace,
};

/// How many lines of a table are shown.
const LINES: usize = 40;

/// Builds `dist/` and tells its bytes: by kind as they are served, and the code of each module by crate and by the app's
/// items. With `--write` the sizes become the budget.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let write = match arguments {
        [] => false,
        [flag] if flag == "--write" => true,
        _ => {
            return Err(Failure::new(
                "`cargo xtask size` knows --write and nothing else.",
            ));
        }
    };
    let tools = Tools::prepare(workspace, dist::TOOLS)?;
    tools.require(dist::TOOLS)?;
    dist::build(workspace, &tools)?;
    let sizes = dist::sizes(workspace)?;
    progress::print("Served (brotli 11), bytes:");
    print_sizes(&sizes);
    for (name, profile) in dist::profiles(workspace)? {
        print_profile(&name, &profile);
    }
    if write {
        dist::write_budget(workspace, &sizes)?;
    }
    Ok(())
}

/// Prints what each kind of file comes to.
pub fn print_sizes(sizes: &Sizes) {
    for (kind, size) in sizes {
        progress::print(&format!("{size:>9}  {kind}"));
    }
}

fn print_profile(name: &str, profile: &Profile) {
    progress::print(&format!(
        "\n{name} before wasm-opt: {} bytes of code, {} of data. By the crate that the code is from:",
        profile.code, profile.data
    ));
    print_table(&profile.crates);
    progress::print("  By what of the app it is for:");
    print_table(&profile.items);
}

fn print_table(table: &BTreeMap<String, usize>) {
    let mut lines: Vec<_> = table.iter().collect();
    lines.sort_by_key(|(_, size)| std::cmp::Reverse(**size));
    for (name, size) in lines.iter().take(LINES) {
        progress::print(&format!("{size:>9}  {name}"));
    }
    let rest = lines.iter().skip(LINES);
    let (count, size) = rest.fold((0, 0), |(count, sum), (_, size)| (count + 1, sum + **size));
    if count > 0 {
        progress::print(&format!("{size:>9}  ({count} more)"));
    }
}
