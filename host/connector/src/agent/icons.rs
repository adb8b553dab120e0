//! The two icons of an app, from the maker's files, else the plugin's icon, else a drawn one.
//!
//! The colour icon has 192 × 192 pixels; another size is put on the brand's colour, or made smaller. The outline icon
//! has 32 × 32 pixels, white on transparent: it is the shape of the colour icon, which stands out from its ground.

use std::path::Path;

use super::AgentFolderError;
use super::image::{Picture, Pixel};
use super::settings::AgentSettings;
use crate::{Offer, icon};

/// The names of the files.
pub(super) const COLOR: &str = "color.png";
pub(super) const OUTLINE: &str = "outline.png";

/// The pixels of a side.
pub(crate) const COLOR_SIDE: u32 = 192;
pub(crate) const OUTLINE_SIDE: u32 = 32;

/// The icons as PNG.
#[derive(Clone, Debug)]
pub(super) struct Icons {
    pub(super) color: Vec<u8>,
    pub(super) outline: Vec<u8>,
}

/// Returns the icons of `offer`; `color` is the brand's, written like `#0f6cbd`.
pub(super) fn of(offer: &Offer, settings: &AgentSettings, color: &str) -> Result<Icons, AgentFolderError> {
    let provider = offer.only();
    let own = provider.and_then(|provider| Some((provider, provider.profile.as_ref()?.icon.as_ref()?)));
    let picture = match (&settings.icon, own) {
        (Some(path), _) => read(path)?,
        (None, Some((provider, png))) => Picture::decode(png)
            .map_err(|source| AgentFolderError::Icon { whose: format!("of {}", provider.id), source })?,
        (None, None) => drawn(color)?,
    };
    let picture = on_ground(picture, ground(color));
    let outline = match &settings.outline_icon {
        Some(path) => read(path)?.scaled(OUTLINE_SIDE, OUTLINE_SIDE),
        None => outline(&picture),
    };
    Ok(Icons { color: picture.encode(), outline: outline.encode() })
}

fn read(path: &Path) -> Result<Picture, AgentFolderError> {
    let whose = path.display().to_string();
    let png = icon::read(path).map_err(|source| AgentFolderError::ReadIcon { path: path.to_owned(), source })?;
    Picture::decode(&png).map_err(|source| AgentFolderError::Icon { whose, source })
}

fn drawn(color: &str) -> Result<Picture, AgentFolderError> {
    let whose = "that is drawn".to_owned();
    Picture::decode(&icon::draw(color)).map_err(|source| AgentFolderError::Icon { whose, source })
}

fn ground(color: &str) -> Pixel {
    let channel = |at: usize| color.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0x60);
    [channel(1), channel(3), channel(5), 255]
}

/// Returns the picture in the size of a colour icon: one of this size as it is, a smaller one on the brand's colour.
fn on_ground(picture: Picture, ground: Pixel) -> Picture {
    if (picture.width, picture.height) == (COLOR_SIDE, COLOR_SIDE) {
        return picture;
    }
    let largest = picture.width.max(picture.height);
    let fitting = if largest > COLOR_SIDE {
        let side = |pixels: u32| (pixels * COLOR_SIDE / largest).max(1);
        picture.scaled(side(picture.width), side(picture.height))
    } else {
        picture
    };
    Picture::filled(COLOR_SIDE, COLOR_SIDE, ground).with_centred(&fitting)
}

/// Returns the shape of a picture, white on transparent, without room around it.
fn outline(picture: &Picture) -> Picture {
    let corner = picture.at(0, 0);
    let shape = Picture {
        pixels: picture.pixels.iter().map(|pixel| [255, 255, 255, distance(*pixel, corner)]).collect(),
        ..*picture
    };
    let Some((left, top, side)) = square(&shape) else {
        return Picture::filled(OUTLINE_SIDE, OUTLINE_SIDE, [255; 4]);
    };
    let cut = (0..side * side).map(|at| {
        let (x, y) = (left + at % side, top + at / side);
        if x < shape.width && y < shape.height { shape.at(x, y) } else { [255, 255, 255, 0] }
    });
    let cut = Picture { width: side, height: side, pixels: cut.collect() };
    let mut outline = cut.scaled(OUTLINE_SIDE, OUTLINE_SIDE);
    for pixel in &mut outline.pixels {
        *pixel = [255, 255, 255, pixel[3]];
    }
    outline
}

/// Returns how far a colour is from the ground's: 0 if it is the same, 255 if it stands out.
fn distance(pixel: Pixel, ground: Pixel) -> u8 {
    let far = pixel.iter().zip(ground).map(|(one, other)| u32::from(one.abs_diff(other))).max().unwrap_or(0);
    (far * 2).min(255) as u8
}

/// Returns left edge, upper edge and side of the smallest square about the shape.
fn square(shape: &Picture) -> Option<(u32, u32, u32)> {
    let places = || {
        let shown = shape.pixels.iter().enumerate().filter(|(_, pixel)| pixel[3] > 64);
        shown.map(|(at, _)| (at as u32 % shape.width, at as u32 / shape.width))
    };
    let (left, right) = (places().map(|(x, _)| x).min()?, places().map(|(x, _)| x).max()?);
    let (top, bottom) = (places().map(|(_, y)| y).min()?, places().map(|(_, y)| y).max()?);
    let (width, height) = (right - left + 1, bottom - top + 1);
    let side = width.max(height);
    let inset = |begin: u32, length: u32| begin.saturating_sub((side - length) / 2);
    Some((inset(left, width), inset(top, height), side))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_outline(picture: &Picture) -> bool {
        let is_white = |pixel: &Pixel| pixel[..3] == [255; 3];
        let opaque = picture.pixels.iter().filter(|pixel| pixel[3] > 200).count();
        picture.pixels.iter().all(is_white) && opaque > 50 && opaque < 1_000
    }

    #[test]
    fn the_outline_of_an_icon_is_its_white_shape() {
        let drawn = drawn("#0f6cbd").expect("it can be drawn");

        let outline = outline(&drawn);

        assert_eq!((outline.width, outline.height), (OUTLINE_SIDE, OUTLINE_SIDE));
        assert!(is_outline(&outline));
        // The longest bar reaches from edge to edge.
        assert!((0..OUTLINE_SIDE).any(|x| outline.at(x, 0)[3] > 200));
        assert!((0..OUTLINE_SIDE).any(|x| outline.at(x, OUTLINE_SIDE - 1)[3] > 200));
    }

    #[test]
    fn an_icon_of_another_size_becomes_one_of_the_right_size() {
        for (width, height) in [(100, 100), (230, 230), (192, 192), (300, 10)] {
            let icon = on_ground(Picture::filled(width, height, [255; 4]), ground("#0f6cbd"));

            assert_eq!((icon.width, icon.height), (COLOR_SIDE, COLOR_SIDE));
            assert!(icon.pixels.iter().all(|pixel| pixel[3] == 255));
        }
    }

    #[test]
    fn a_picture_without_a_shape_has_an_outline_all_the_same() {
        let plain = outline(&Picture::filled(COLOR_SIDE, COLOR_SIDE, [9, 9, 9, 255]));

        assert!(plain.pixels.iter().all(|pixel| *pixel == [255; 4]));
    }
}
