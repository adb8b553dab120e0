//! The check of an app's icons.

use serde_json::Value;

use super::super::Rule;
use super::Review;
use super::app::MANIFEST;
use crate::agent::icons::{COLOR_SIDE, OUTLINE_SIDE};
use crate::agent::image::Picture;

/// A rule for the form of an icon: the flaw, if it breaks it.
type IconRule = fn(&Picture) -> Option<&'static str>;

/// Checks the icons that the manifest names.
pub(super) fn check(review: &mut Review<'_>, manifest: &Value) {
    let icons: [(&str, u32, IconRule); 3] =
        [("color", COLOR_SIDE, ground), ("outline", OUTLINE_SIDE, outline), ("color32x32", OUTLINE_SIDE, |_| None)];
    for (member, side, form) in icons {
        let Some(name) = manifest["icons"][member].as_str() else { continue };
        let Some((file, png)) = review.refer(MANIFEST, &format!("icons/{member}"), name) else { continue };
        let picture = match Picture::decode(png) {
            Ok(picture) => picture,
            Err(error) => {
                review.add(Rule::IconInvalid, &file, error.to_string());
                continue;
            }
        };
        if (picture.width, picture.height) != (side, side) {
            let (width, height) = (picture.width, picture.height);
            review.add(Rule::IconInvalid, &file, format!("it has {width} × {height} pixels, not {side} × {side}"));
        } else if let Some(flaw) = form(&picture) {
            review.add(Rule::IconForm, &file, flaw);
        }
    }
}

/// Judges the ground of a colour icon.
fn ground(picture: &Picture) -> Option<&'static str> {
    let is = |opacity: u8| picture.border().all(|pixel| pixel[3] == opacity);
    (!is(0) && !is(255)).then_some("its ground is partly transparent")
}

/// Judges an outline icon: white on transparent, or transparent on white.
fn outline(picture: &Picture) -> Option<&'static str> {
    let is_white = |pixel: &[u8; 4]| pixel[3] == 0 || pixel[..3].iter().all(|channel| *channel >= 250);
    if !picture.pixels.iter().all(is_white) {
        return Some("it has other colours than white");
    }
    picture.pixels.iter().all(|pixel| pixel[3] == 255).then_some("it is white all over")
}
