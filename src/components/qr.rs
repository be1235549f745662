//! QR codes.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};
use yew::prelude::*;

/// Modules that stay light on each side, as readers need them.
const QUIET_ZONE: i32 = 4;

/// A picture of one path, in modules.
struct Picture {
    /// Width and height, quiet zone included.
    size: i32,
    /// The dark modules, as the `d` of an SVG path.
    path: String,
}

/// `None` when the text is too long for a QR code.
fn draw(text: &str) -> Option<Picture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|&x| code.get_module(x, y));
            let run = run.count();
            if run > 0 {
                let (x, y) = (x + QUIET_ZONE, y + QUIET_ZONE);
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            // What follows a run is light.
            x += i32::try_from(run).ok()? + 1;
        }
    }
    Some(Picture {
        size: code.size() + 2 * QUIET_ZONE,
        path,
    })
}

/// `text` as a QR code, dark on light in every theme; nothing when it is too long for one. `label` is what it is for:
/// those who do not see it need the text in another way too.
pub fn qr_code(text: &str, label: AttrValue) -> Html {
    let Some(Picture { size, path }) = draw(text) else {
        return Html::default();
    };
    html! {
        <svg
            class="qr"
            role="img"
            aria-label={label}
            viewBox={format!("0 0 {size} {size}")}
            shape-rendering="crispEdges"
        >
            <rect width="100%" height="100%" fill="#fff" />
            <path fill="#000" d={path} />
        </svg>
    }
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    /// The path, painted with four pixels to the side of a module.
    fn paint(picture: &Picture) -> Vec<Vec<u8>> {
        let side = usize::try_from(picture.size).unwrap();
        let mut pixels = vec![vec![255; side * 4]; side * 4];
        for run in picture.path.split_terminator('z') {
            let (start, rest) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (width, back) = rest.split_once("v1h-").unwrap();
            assert_eq!(width, back);
            let [x, y, width] = [x, y, width].map(|text| text.parse::<usize>().unwrap());
            for row in &mut pixels[y * 4..][..4] {
                row[x * 4..(x + width) * 4].fill(0);
            }
        }
        pixels
    }

    #[test]
    fn a_reader_finds_the_text() {
        let uri = "otpauth://totp/Cruddur:ann%2Bfriends%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Cruddur";
        for text in [uri, "1", "ünï ✓"] {
            let picture = draw(text).unwrap();
            let pixels = paint(&picture);
            let size = pixels.len();
            let mut image =
                rqrr::PreparedImage::prepare_from_greyscale(size, size, |x, y| pixels[y][x]);
            let grids = image.detect_grids();
            assert_eq!(grids.len(), 1, "{text}");
            assert_eq!(grids[0].decode().unwrap().1, text);
        }
    }

    #[test]
    fn around_it_is_room() {
        let picture = draw("x").unwrap();
        let pixels = paint(&picture);
        let size = pixels.len();
        let room = 4 * usize::try_from(QUIET_ZONE).unwrap();
        let dark = |y: usize, x: usize| pixels[y][x] == 0;
        for y in 0..size {
            for x in 0..size {
                let inside = (room..size - room).contains(&x) && (room..size - room).contains(&y);
                assert!(inside || !dark(y, x), "{x} {y}");
            }
        }
        assert!(dark(room, room));
    }

    #[test]
    fn what_is_too_long_is_no_picture() {
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}
