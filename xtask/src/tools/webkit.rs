//! WebKitGTK: its small browser, its driver, and a display that nobody sees.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::{apt, browser::named};
use crate::{
    failure::{Failure, Result},
    workspace,
};

/// Where distributions keep the browser, beside the library: below one of these, in a folder of one of those names.
const LIBRARIES: &[&str] = &["/usr/lib", "/usr/libexec", "/usr/lib64"];
const FOLDERS: &[&str] = &["webkitgtk-6.0", "webkit2gtk-4.1", "webkit2gtk-4.0"];

/// A browser, its driver and where it draws.
#[derive(Clone, Debug)]
pub struct WebKit {
    /// MiniBrowser.
    pub browser: PathBuf,
    /// WebKitWebDriver.
    pub driver: PathBuf,
    /// Xvfb.
    pub display: PathBuf,
}

impl fmt::Display for WebKit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, driver {}, display {}",
            self.browser.display(),
            self.driver.display(),
            self.display.display()
        )
    }
}

/// All three.
pub fn find() -> Option<WebKit> {
    let program = |variable, name| named(variable).or_else(|| workspace::on_path(name));
    Some(WebKit {
        browser: program("WEBKIT_BROWSER", "MiniBrowser").or_else(beside_the_library)?,
        driver: program("WEBKIT_DRIVER", "WebKitWebDriver")?,
        display: program("XVFB", "Xvfb")?,
    })
}

fn beside_the_library() -> Option<PathBuf> {
    let places = LIBRARIES.iter().flat_map(|library| {
        let library = Path::new(library);
        let below = library.read_dir().into_iter().flatten().flatten();
        // Debian has a folder for each kind of machine in between.
        std::iter::once(library.to_owned()).chain(below.map(|entry| entry.path()))
    });
    places
        .flat_map(|place| {
            FOLDERS
                .iter()
                .map(move |folder| place.join(folder).join("MiniBrowser"))
        })
        .find(|path| workspace::is_program(path))
}

/// Installs them from Debian's packages; that takes root's rights.
pub fn install() -> Result<WebKit> {
    const PACKAGES: &[&str] = &["webkit2gtk-driver", "xvfb"];
    if !apt::may_install() {
        let how = if apt::is_here() {
            format!("run `sudo apt-get install {}`", PACKAGES.join(" "))
        } else {
            "install them".to_owned()
        };
        return Err(Failure::new(format!(
            "there are no MiniBrowser, WebKitWebDriver and Xvfb: {how}, or name them by the environment variables \
             WEBKIT_BROWSER, WEBKIT_DRIVER and XVFB."
        )));
    }
    apt::install("WebKitGTK", PACKAGES)?;
    find().ok_or_else(|| {
        Failure::new("Debian's WebKitGTK was installed, but has no MiniBrowser with a driver.")
    })
}
